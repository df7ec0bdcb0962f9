package dev.lockstep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes a virtual environment with torch beside Lockstep when no Python here has it.
public final class PythonSetup {
    /// The releases of Python for which the pinned requirements exist, the preferred first.
    private static final List<String> RELEASES = List.of("3.13", "3.12", "3.11", "3.14", "3.10");

    private final PythonSearch search;
    private final Path checkout;
    private final Consumer<String> progress;

    /// @param checkout holds `requirements.txt` and gets `.venv`
    /// @param progress is told what goes on, a short line each
    public PythonSetup(PythonSearch search, Path checkout, Consumer<String> progress) {
        this.search = search;
        this.checkout = checkout;
        this.progress = progress;
    }

    /// What came out: the interpreter, or why there is none and what a person can do.
    public record Result(@Nullable Python python, String problem, String next) {}

    /// Makes the environment; takes minutes, most of them a download.
    public Result make() throws InterruptedException {
        var requirements = checkout.resolve("requirements.txt");
        if (!Files.isRegularFile(requirements)) {
            return failed(
                    "there is no " + requirements, "give a Python that has torch with --python");
        }
        if (!Files.isWritable(checkout)) {
            return failed(
                    checkout + " is not writable", "give a Python that has torch with --python");
        }
        var lacks = new ArrayList<String>();
        var base = base(lacks);
        if (base == null) {
            return failed(
                    "no Python from 3.10 to 3.14 here can make a virtual environment ("
                            + String.join("; ", lacks)
                            + ")",
                    "install one, on Debian with: apt install python3 python3-venv\nor give a Python that has torch: lockstep verify --python /path/to/python …");
        }
        var venv = checkout.resolve(".venv");
        var python = venv.resolve("bin/python");
        boolean fresh = !Files.exists(python, LinkOption.NOFOLLOW_LINKS);
        try {
            if (fresh) {
                progress.accept("making " + venv + " with Python " + base.version());
                var made =
                        Tool.ask(
                                Duration.ofMinutes(5),
                                Map.of(),
                                checkout,
                                List.of(
                                        base.executable().toString(),
                                        "-m",
                                        "venv",
                                        venv.toString()));
                if (made.status() != 0) {
                    return failed(
                            "making " + venv + " failed: " + lastLine(made.output()),
                            "on Debian: apt install python3-venv");
                }
            }
            var log = checkout.resolve(".venv/pip.log");
            int status = pip(python, requirements, log);
            if (status != 0) {
                return failed(
                        "pip could not install torch into " + venv + ": " + reason(log),
                        "all that pip printed is in "
                                + log
                                + "\nwithout a network, put the packages of requirements.txt into a folder and set PIP_FIND_LINKS to it,\nor give a Python that has torch: lockstep verify --python /path/to/python …");
            }
        } catch (IOException e) {
            return failed(
                    "making " + venv + " failed: " + e.getMessage(),
                    "give a Python that has torch with --python");
        }
        var answer = search.ask("Lockstep's .venv", python.toString());
        if (answer.lacks() != null) {
            return failed(
                    venv + ": " + answer.lacks() + " although pip installed it",
                    "remove " + venv + " and run this again");
        }
        return new Result(answer.python(), "", "");
    }

    private int pip(Path python, Path requirements, Path log)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(
                                python.toString(),
                                "-m",
                                "pip",
                                "install",
                                "--disable-pip-version-check",
                                "--progress-bar",
                                "off",
                                "-r",
                                requirements.toString())
                        .directory(checkout.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().remove("PYTHONPATH");
        builder.environment().put("PYTHONUNBUFFERED", "1");
        var process = builder.start();
        try (var in = process.inputReader(StandardCharsets.UTF_8);
                var out = Files.newBufferedWriter(log)) {
            for (String line; (line = in.readLine()) != null; ) {
                out.write(line);
                out.newLine();
                out.flush();
                var short_ = condensed(line.strip());
                if (short_ != null) {
                    progress.accept(short_);
                }
            }
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Of what pip prints, what tells a person how far it is.
    static @Nullable String condensed(String line) {
        var words = line.split(" ", -1);
        if (words.length > 1 && (words[0].equals("Downloading") || words[0].equals("Processing"))) {
            var file = words[1].substring(words[1].lastIndexOf('/') + 1);
            var size = line.endsWith(")") ? " " + line.substring(line.lastIndexOf('(')) : "";
            return (words[0].equals("Downloading") ? "downloading " : "taking ") + file + size;
        }
        if (line.startsWith("Installing collected packages")) {
            return "installing " + (line.split(",", -1).length) + " packages";
        }
        return null;
    }

    private @Nullable Python base(List<String> lacks) {
        var places = new ArrayList<String>();
        for (var release : RELEASES) {
            places.add("/usr/bin/python" + release);
            places.add("/usr/local/bin/python" + release);
        }
        places.add("python3");
        for (var place : places) {
            var answer = search.ask("", place);
            var python = answer.python();
            if (python == null) {
                continue;
            }
            int minor = python.release()[1];
            if (minor < 10 || minor > 14) {
                lacks.add(answer.executable() + " is Python " + python.version());
                continue;
            }
            var asked =
                    Tool.ask(
                            Duration.ofSeconds(20),
                            Map.of(),
                            checkout,
                            List.of(
                                    python.executable().toString(),
                                    "-c",
                                    "import venv, ensurepip"));
            if (asked.status() == 0) {
                return python;
            }
            lacks.add(
                    answer.executable()
                            + " lacks the venv module (Debian: apt install python3-venv)");
        }
        if (lacks.isEmpty()) {
            lacks.add("no python3 on PATH or in /usr/bin");
        }
        return null;
    }

    private static Result failed(String problem, String next) {
        return new Result(null, problem, next);
    }

    private static String reason(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.startsWith("ERROR:"))
                .findFirst()
                .orElse("it gave no reason");
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce((_, last) -> last).orElse("it gave no reason");
    }
}
