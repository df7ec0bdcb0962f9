package dev.lockstep.cli;

import dev.lockstep.process.Python;
import dev.lockstep.record.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads how an experiment failed off what it printed.
final class Endings {
    private static final int TAIL = 1 << 16;

    private Endings() {}

    /// How a run failed by itself.
    ///
    /// @param lines its traceback, else what it printed last
    /// @param advice what to do about it, in one line
    record Failure(List<String> lines, String advice) {}

    /// How the first of these runs that failed did so; null when none did, or a person stopped
    /// them.
    static @Nullable Failure failure(List<ActiveRun> runs, Python python) {
        for (var run : runs) {
            var status = run.exitStatus();
            if (status != null && status != 0 && !run.stopped() && !Interrupt.requested()) {
                var lines = traceback(run.folder());
                // The run had a mirror of the project; a person looks for the file in the project.
                var mirror = run.workspace().project() + "/";
                return new Failure(
                        (lines.isEmpty() ? lastLines(run.folder(), 10) : lines)
                                .stream().map(line -> line.replace(mirror, "")).toList(),
                        advice(run.folder(), python));
            }
        }
        return null;
    }

    /// The traceback that Python printed last, as lines; empty when there is none.
    private static List<String> traceback(RunFolder folder) {
        var lines = tail(folder.stderr());
        int from = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Traceback (most recent call last)")) {
                from = i;
            }
        }
        return from < 0
                ? List.of()
                : withoutAgent(lines.subList(from, Math.min(lines.size(), from + 60)));
    }

    /// A traceback without the frames in which the agent hands a call on: they are no part of the
    /// script.
    static List<String> withoutAgent(List<String> traceback) {
        var kept = new ArrayList<String>();
        boolean ours = false;
        for (var line : traceback) {
            if (line.startsWith("  File \"")) {
                ours = line.contains("/lockstep_agent/");
            } else if (!line.startsWith("    ")) {
                ours = false;
            }
            if (!ours) {
                kept.add(line);
            }
        }
        return kept;
    }

    /// The last lines of standard error.
    private static List<String> lastLines(RunFolder folder, int most) {
        var lines = tail(folder.stderr());
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    /// The last line of the traceback: exception and message; null when there is none.
    private static @Nullable String exception(RunFolder folder) {
        return traceback(folder).stream()
                .skip(1)
                .filter(line -> !line.isEmpty() && !Character.isWhitespace(line.charAt(0)))
                .findFirst()
                .orElse(null);
    }

    /// What to do about a failure, in one line.
    static String advice(RunFolder folder, Python python) {
        var exception = exception(folder);
        if (exception == null) {
            return "what it printed is in " + relative(folder.stderr());
        }
        if (exception.startsWith("EOFError")) {
            return "it reads standard input, which is empty here: give it with --stdin FILE or < FILE";
        }
        if (exception.startsWith("ModuleNotFoundError") || exception.startsWith("ImportError")) {
            return "it ran with "
                    + python.executable()
                    + " ("
                    + python.where()
                    + "); install what is missing there, or name another with --python";
        }
        if (exception.contains("No space left on device")) {
            return "the disk is full: free some space (old runs lie in .lockstep/runs)";
        }
        return "first make it run to its end without Lockstep: " + python.executable() + " …";
    }

    static boolean addressInUse(RunFolder folder) {
        return tail(folder.stderr()).stream()
                .anyMatch(line ->
                        line.contains("ddress already in use") || line.contains("EADDRINUSE"));
    }

    private static String relative(Path path) {
        var here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }

    private static List<String> tail(Path log) {
        try (var channel = Files.newByteChannel(log)) {
            long size = channel.size();
            channel.position(Math.max(0, size - TAIL));
            var bytes = new byte[(int) Math.min(size, TAIL)];
            var buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
            var text = new String(bytes, 0, buffer.position(), StandardCharsets.UTF_8);
            return Arrays.asList(text.stripTrailing().split("\n", -1));
        } catch (IOException e) {
            return List.of();
        }
    }
}
