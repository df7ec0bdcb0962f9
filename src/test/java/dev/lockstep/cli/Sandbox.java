package dev.lockstep.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A project folder for a test, with commands run in it as a person runs them.
final class Sandbox {
    final Path folder;
    final Map<String, String> environment = new HashMap<>();

    /// What a command answered.
    record Answer(int code, String out, String err) {
        String all() {
            return out + err;
        }
    }

    Sandbox(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        environment.putAll(System.getenv());
        environment
                .keySet()
                .removeIf(name -> name.startsWith("LOCKSTEP") || name.equals("VIRTUAL_ENV"));
        environment.put("NO_COLOR", "1");
    }

    Sandbox python(String python) {
        environment.put("LOCKSTEP_PYTHON", python);
        return this;
    }

    Sandbox write(String name, String text) throws IOException {
        var path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return this;
    }

    /// Runs a command in this JVM.
    Answer run(String... args) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code =
                Cli.run(
                        args,
                        new Surroundings(
                                new ByteArrayInputStream(new byte[0]),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                environment,
                                folder,
                                null,
                                true,
                                false,
                                false));
        return new Answer(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// A command in a JVM of its own, as the launcher starts it.
    ProcessBuilder process(String... args) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.add("dev.lockstep.cli.Main");
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var nothing = Path.of("/dev/null").toFile();
        return builder.redirectInput(nothing)
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
    }

    String printed() throws IOException {
        return Files.readString(folder.resolve("out.txt"))
                + Files.readString(folder.resolve("err.txt"));
    }

    /// Living processes that belong to runs in this folder.
    List<Long> processes() throws IOException {
        var mark = "LOCKSTEP_RUN=" + folder;
        var found = new ArrayList<Long>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (var process : (Iterable<Path>) all::iterator) {
                var name = process.getFileName().toString();
                if (!name.chars().allMatch(Character::isDigit)) {
                    continue;
                }
                try {
                    var environ =
                            Files.readString(
                                    process.resolve("environ"), StandardCharsets.ISO_8859_1);
                    var state =
                            Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
                    if (environ.contains(mark) && !state.contains(") Z ")) {
                        found.add(Long.parseLong(name));
                    }
                } catch (IOException e) {
                    // It has ended, or is not ours.
                }
            }
        }
        return found;
    }

    /// Waits until no process of a run is left; gives those that are.
    List<Long> processesAfter(long milliseconds) throws IOException, InterruptedException {
        long until = System.nanoTime() + milliseconds * 1_000_000;
        var left = processes();
        while (!left.isEmpty() && System.nanoTime() < until) {
            Thread.sleep(50);
            left = processes();
        }
        return left;
    }

    /// The interpreters to test on; the first one alone when a test does not depend on torch's
    /// version.
    static Stream<String> pythons() {
        return Stream.of(System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "").split(":", -1))
                .filter(python -> !python.isEmpty());
    }

    static String firstPython() {
        return pythons()
                .findFirst()
                .orElseThrow(() ->
                        new org.opentest4j.TestAbortedException(
                                "LOCKSTEP_TEST_PYTHONS names no interpreter"));
    }
}
