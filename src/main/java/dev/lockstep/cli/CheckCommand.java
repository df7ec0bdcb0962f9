package dev.lockstep.cli;

import dev.lockstep.check.Baseline;
import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Checker;
import dev.lockstep.check.Contents;
import dev.lockstep.check.Problem;
import dev.lockstep.check.Rules;
import dev.lockstep.check.Selection;
import dev.lockstep.check.TorchVersion;
import dev.lockstep.report.FindingsGithub;
import dev.lockstep.report.FindingsJson;
import dev.lockstep.report.FindingsSarif;
import dev.lockstep.report.FindingsText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep check`: reads sources, prints what it finds.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Read the source and find hazards without running anything.",
        footer = {
            "",
            "Settings of a project stand in [tool.lockstep] of pyproject.toml: select, ignore, exclude,",
            "torch, baseline, entry-points. One line is left out with the comment",
            "  # lockstep: ignore[LS204] reason",
            "",
            "Examples:",
            "  lockstep check src train.py",
            "  lockstep check --format sarif -o lockstep.sarif .",
            "  lockstep check --write-baseline lockstep-baseline.json .",
            "",
            "Exit codes: 0 no finding, 1 findings, 2 nothing could be read."
        })
final class CheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders to read.")
    private List<String> paths = List.of();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json, sarif or github (workflow annotations).")
    private String format = "text";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the answer to a file instead of standard output.")
    private @Nullable String output;

    @Option(
            names = "--select",
            paramLabel = "HAZARDS",
            split = ",",
            description = "Look for these alone: LS204, unseeded-numpy, or a group as LS1.")
    private List<String> select = List.of();

    @Option(
            names = "--ignore",
            paramLabel = "HAZARDS",
            split = ",",
            description = "Don't look for these.")
    private List<String> ignore = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "GLOBS",
            split = ",",
            description = "Leave out files and folders of this name or path.")
    private List<String> exclude = List.of();

    @Option(
            names = "--torch",
            paramLabel = "VERSION",
            description = "The torch version that the code runs on.")
    private @Nullable String torch;

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description =
                    "The interpreter whose packages the code uses; looked for when left out. It is"
                            + " not run for its packages, they are read.")
    private @Nullable String python;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description = "Leave out the findings that this file knows.")
    private @Nullable String baseline;

    @Option(
            names = "--write-baseline",
            paramLabel = "FILE",
            description = "Write all findings of now to this file.")
    private @Nullable String writeBaseline;

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Path folder = surroundings.folder();
        ProjectSettings settings = ProjectSettings.find(start(folder));
        Selection selection = selection(settings);
        var excluded = Stream.concat(exclude.stream(), settings.exclude().stream()).toList();
        var found = PythonFiles.find(folder, paths.stream().map(Path::of).toList(), excluded);
        var contents = new TreeMap<String, Contents>();
        found.files().forEach((shown, file) -> contents.put(shown, () -> Files.readAllBytes(file)));
        int threads = Runtime.getRuntime().availableProcessors();
        var packages = SitePackages.find(surroundings, python);
        if (packages.isEmpty() && selection.ids().contains("LS112")) {
            surroundings
                    .err()
                    .println(
                            "no installed packages were found, so LS112 is not looked for; name an"
                                    + " interpreter with --python");
        }
        TorchVersion version = torchVersion(torch != null ? torch : settings.torch());
        if (version == null) {
            version = installedTorch(packages);
        }
        var setting =
                new Checker.Setting(selection, version, entryPoints(settings, folder), packages);
        CheckResult result = new Checker(Rules.all(), setting, threads).check(contents);
        packages.save();
        result = withProblems(result, found.problems());
        if (writeBaseline != null) {
            BaselineFile.write(folder.resolve(writeBaseline), Baseline.of(result.findings()));
            surroundings
                    .err()
                    .println(result.findings().size() + " findings written to " + writeBaseline);
            return result.nothingRead() ? 2 : 0;
        }
        result = withoutKnown(result, settings, folder);
        print(result);
        if (result.nothingRead()) {
            return 2;
        }
        return result.failed() ? 1 : 0;
    }

    private Path start(Path folder) {
        Path first = folder.resolve(paths.getFirst()).normalize();
        if (Files.isDirectory(first)) {
            return first;
        }
        Path parent = first.getParent();
        return parent == null ? folder : parent;
    }

    /// The entry points that the settings name, files by the path that is shown for them.
    private static List<String> entryPoints(ProjectSettings settings, Path folder) {
        Path file = settings.file();
        if (file == null) {
            return List.of();
        }
        return settings.entryPoints().stream()
                .map(name -> {
                    int colon = name.indexOf(':');
                    String path = colon < 0 ? name : name.substring(0, colon);
                    return path.endsWith(".py") || path.endsWith(".ipynb")
                            ? PythonFiles.shown(folder, file.resolveSibling(path).normalize())
                                    + name.substring(path.length())
                            : name;
                })
                .toList();
    }

    private Selection selection(ProjectSettings settings) {
        try {
            var ignored = Stream.concat(ignore.stream(), settings.ignore().stream()).toList();
            return Selection.of(select.isEmpty() ? settings.select() : select, ignored);
        } catch (IllegalArgumentException e) {
            throw new CannotTell(
                    String.valueOf(e.getMessage()), "lockstep hazards      lists them all");
        }
    }

    private static @Nullable TorchVersion torchVersion(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return TorchVersion.parse(text)
                .orElseThrow(() ->
                        new CannotTell("“" + text + "” is no torch version", "write it as 2.13"));
    }

    private static @Nullable TorchVersion installedTorch(SitePackages packages) {
        String text = packages.version("torch");
        return text == null ? null : TorchVersion.parse(text).orElse(null);
    }

    private static CheckResult withProblems(CheckResult result, List<Problem> more) {
        var problems = new ArrayList<>(result.problems());
        problems.addAll(more);
        Collections.sort(problems);
        long missing = more.stream().filter(Problem::unread).count();
        return new CheckResult(
                result.findings(),
                problems,
                result.unused(),
                result.suppressed(),
                result.baselined(),
                result.files() + (int) missing);
    }

    private CheckResult withoutKnown(CheckResult result, ProjectSettings settings, Path folder) {
        Path file = null;
        if (baseline != null) {
            file = folder.resolve(baseline);
        } else if (settings.baseline() != null && settings.file() != null) {
            file = settings.file().resolveSibling(settings.baseline());
        }
        if (file == null) {
            return result;
        }
        var left = BaselineFile.read(file).without(result.findings());
        return new CheckResult(
                left,
                result.problems(),
                result.unused(),
                result.suppressed(),
                result.findings().size() - left.size(),
                result.files());
    }

    private void print(CheckResult result) {
        String text =
                switch (format.toLowerCase(Locale.ROOT)) {
                    case "text" ->
                            new FindingsText(output == null && surroundings.colour())
                                    .render(result, String.join(" ", paths));
                    case "json" -> FindingsJson.render(result);
                    case "sarif" -> FindingsSarif.render(result, Cli.VERSION);
                    case "github" -> FindingsGithub.render(result);
                    default ->
                            throw new CannotTell(
                                    "there is no format “" + format + "”",
                                    "choose text, json, sarif or github");
                };
        if (output == null) {
            surroundings.out().print(text);
            surroundings.out().flush();
            return;
        }
        try {
            Files.writeString(surroundings.folder().resolve(output), text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CannotTell(output + " cannot be written: " + PythonFiles.why(e));
        }
    }
}
