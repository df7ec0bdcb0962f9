package dev.lockstep.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What git says about files, when there is git and the folder is in a work tree.
final class WorkTree {
    private WorkTree() {}

    /// The files among these that have uncommitted changes.
    static List<String> dirty(Path folder, Collection<String> files) {
        var command = new ArrayList<>(List.of("git", "status", "--porcelain", "--"));
        command.addAll(files);
        try {
            var git =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            var text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!git.waitFor(10, TimeUnit.SECONDS) || git.exitValue() != 0) {
                git.destroyForcibly();
                return List.of();
            }
            return text.lines()
                    .filter(line -> line.length() > 3 && !line.startsWith("??"))
                    .map(line -> line.substring(3))
                    .toList();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
