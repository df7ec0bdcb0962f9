package dev.lockstep.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What git says about files, when there is git and the folder is in a work tree.
final class WorkTree {
    private static final int MOST = 20;
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");

    private WorkTree() {}

    /// The files among these that have uncommitted changes.
    static List<String> dirty(Path folder, Collection<String> files) {
        var command = new ArrayList<>(List.of("status", "--porcelain", "--"));
        command.addAll(files);
        var answer = git(folder, command);
        return answer == null ? List.of() : changed(answer);
    }

    /// The commit of the work tree (`commit`) and which of its files are changed since (`changed`,
    /// the first ones); empty when the folder is in no work tree.
    static Map<String, String> identity(Path folder) {
        var commit = git(folder, List.of("rev-parse", "HEAD"));
        if (commit == null) {
            return Map.of();
        }
        var identity = new TreeMap<String, String>();
        identity.put("commit", text(commit).strip());
        var status =
                git(folder, List.of("status", "--porcelain", "--untracked-files=no", "--", "."));
        var changed = status == null ? List.<String>of() : changed(status);
        if (!changed.isEmpty()) {
            identity.put(
                    "changed",
                    String.join(", ", changed.subList(0, Math.min(MOST, changed.size())))
                            + (changed.size() > MOST ? ", …" : ""));
        }
        return identity;
    }

    /// The content that a file of the folder had in a commit; null when git does not know.
    static byte @Nullable [] content(Path folder, String commit, String file) {
        return COMMIT.matcher(commit).matches()
                ? git(folder, List.of("cat-file", "blob", commit + ":./" + file))
                : null;
    }

    private static List<String> changed(byte[] status) {
        return text(status)
                .lines()
                .filter(line -> line.length() > 3 && !line.startsWith("??"))
                .map(line -> line.substring(3))
                .toList();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] git(Path folder, List<String> arguments) {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(arguments);
        try {
            var git =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var answer = git.getInputStream().readAllBytes();
            if (!git.waitFor(10, TimeUnit.SECONDS) || git.exitValue() != 0) {
                git.destroyForcibly();
                return null;
            }
            return answer;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
