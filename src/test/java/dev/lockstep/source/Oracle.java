package dev.lockstep.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Takes a Python and files, gives what our parser sees otherwise than CPython's own.
///
/// Run as a program it compares whole folders: `Oracle PYTHON FOLDER…`.
final class Oracle {
    /// @param files how many were compared
    /// @param valid how many of them CPython takes
    /// @param calls how many calls CPython sees in them
    /// @param differences one line each
    record Answer(int files, int valid, long calls, List<String> differences) {}

    private Oracle() {}

    public static void main(String[] args) throws IOException {
        var files = new ArrayList<Path>();
        for (String root : List.of(args).subList(1, args.length)) {
            files.addAll(pythonFiles(Path.of(root)));
        }
        Answer answer = compare(Path.of(args[0]), files);
        answer.differences().forEach(System.out::println);
        System.out.println(
                answer.files()
                        + " files, "
                        + answer.valid()
                        + " valid, "
                        + answer.calls()
                        + " calls, "
                        + answer.differences().size()
                        + " files differ");
    }

    static List<Path> pythonFiles(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> p.toString().endsWith(".py") && Files.isRegularFile(p))
                    .sorted()
                    .toList();
        }
    }

    static Answer compare(Path python, List<Path> files) throws IOException {
        Path script = Files.createTempFile("oracle", ".py");
        try (InputStream in = Oracle.class.getResourceAsStream("oracle.py")) {
            Files.write(script, java.util.Objects.requireNonNull(in).readAllBytes());
            Process version =
                    new ProcessBuilder(
                                    python.toString(),
                                    "-c",
                                    "import sys; print(sys.version_info >= (3, 12))")
                            .start();
            boolean exact =
                    new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip()
                            .equals("True");
            Process process =
                    new ProcessBuilder(python.toString(), "-X", "utf8", script.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            Thread.ofVirtual()
                    .start(() -> {
                        try (var out =
                                new OutputStreamWriter(
                                        process.getOutputStream(), StandardCharsets.UTF_8)) {
                            for (Path file : files) {
                                out.write(file + "\n");
                            }
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            try (var in2 =
                    new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8),
                            1 << 16)) {
                return read(in2, exact);
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(script);
        }
    }

    private static Answer read(BufferedReader in, boolean exact) throws IOException {
        var parser = new Parser();
        var differences = new ArrayList<String>();
        int files = 0;
        int valid = 0;
        long calls = 0;
        String line;
        while ((line = in.readLine()) != null) {
            String name = line.substring("file ".length());
            var expected = new ArrayList<String>();
            while (!(line = in.readLine()).equals("end")) {
                expected.add(line);
            }
            files++;
            Tree tree = parser.parse(Source.of(name, Files.readAllBytes(Path.of(name))));
            if (!expected.isEmpty() && expected.getFirst().startsWith("error ")) {
                if (tree.errors().isEmpty() && !expected.getFirst().contains("Recursion")) {
                    differences.add(name + ": accepted, but CPython says " + expected.getFirst());
                }
                continue;
            }
            valid++;
            calls += expected.stream().filter(l -> l.startsWith("call ")).count();
            if (!tree.errors().isEmpty()) {
                SyntaxError e = tree.errors().getFirst();
                differences.add(
                        name
                                + ":"
                                + tree.source().line(e.start())
                                + ": false error: "
                                + e.message());
                continue;
            }
            List<String> seen = Facts.of(tree, exact);
            Collections.sort(expected);
            Collections.sort(seen);
            if (!expected.equals(seen)) {
                var missing = new ArrayList<>(expected);
                seen.forEach(missing::remove);
                var extra = new ArrayList<>(seen);
                expected.forEach(extra::remove);
                differences.add(
                        name
                                + ": "
                                + missing.size()
                                + " missing, first "
                                + missing.stream().limit(3).toList()
                                + "; "
                                + extra.size()
                                + " too many, first "
                                + extra.stream().limit(3).toList());
            }
        }
        return new Answer(files, valid, calls, differences);
    }
}
