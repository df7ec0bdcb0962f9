package dev.lockstep.fix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.check.Checker;
import dev.lockstep.check.Contents;
import dev.lockstep.check.Edit;
import dev.lockstep.check.Rules;
import dev.lockstep.check.Selection;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.event.Site;
import dev.lockstep.source.Project;
import dev.lockstep.source.ProjectFiles;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The edits for scripts in many people's styles, without running them: a comment `# cause: LS102
/// numpy` says which hazard was proved at its line and by which pin (`worker` behind it: in a
/// loader's worker; `via gymnasium.core.Env.reset`: through that function of a library).
///
/// Each folder of `plans/` is a project whose script is `train.py`, a `__main__.py` or a notebook;
/// the diff stands beside it. `-Dlockstep.refresh=true` writes the diffs anew.
class PlannerTest {
    private static final Path PLANS = Path.of("src/test/resources/dev/lockstep/fix/plans");
    private static final Pattern CAUSE =
            Pattern.compile("# cause: (LS\\d+) ([a-z-]+)( worker)?(?: via ([\\w.]+))?");

    static Stream<Path> plans() throws IOException {
        try (var entries = Files.list(PLANS)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("plans")
    void anEngineerWouldMakeTheEdit(Path folder) throws IOException {
        var files = files(folder);
        var project = project(files);
        var entry =
                files.containsKey("train.py")
                        ? "train.py"
                        : files.keySet().stream()
                                .filter(path ->
                                        path.endsWith("__main__.py") || path.endsWith(".ipynb"))
                                .findFirst()
                                .orElseThrow();
        SortedMap<String, Contents> contents = new TreeMap<>();
        files.forEach((path, bytes) -> contents.put(path, () -> bytes));
        var setting = Checker.Setting.of(Selection.ALL);
        var findings = new Checker(Rules.all(), setting, 1).check(contents).findings();
        var plan = Planner.plan(causes(project, files), project, entry, start(files), findings);
        var diff = new StringBuilder();
        plan.edits().stream()
                .collect(
                        Collectors.groupingBy(
                                (Edit edit) -> edit.place().file(),
                                TreeMap::new,
                                Collectors.toList()))
                .forEach((path, edits) ->
                        diff.append(Patch.of(Source.of(path, bytes(files, path)), edits).diff()));
        plan.advice().forEach(line -> diff.append("advice: ").append(line).append('\n'));

        var golden = folder.resolveSibling(folder.getFileName() + ".diff");
        if (Boolean.getBoolean("lockstep.refresh")) {
            Files.writeString(golden, diff);
        }
        assertThat(diff.toString()).isEqualTo(Files.readString(golden));
    }

    /// Without a run, what the check finds is seeded like what a run proves, wherever both see the
    /// same generators.
    @Test
    void seedsOfFindingsAreThoseOfCauses() throws IOException {
        var same = new ArrayList<String>();
        for (var folder : plans().toList()) {
            var files = files(folder);
            if (!files.containsKey("train.py")) {
                continue;
            }
            var project = project(files);
            SortedMap<String, Contents> contents = new TreeMap<>();
            files.forEach((path, bytes) -> contents.put(path, () -> bytes));
            var found =
                    new Checker(Rules.all(), Checker.Setting.of(Selection.ALL), 1)
                            .check(contents).findings().stream().filter(Planner::seeds).toList();
            var causes = causes(project, files);
            if (found.isEmpty()
                    || !hazards(causes.stream().map(one -> one.suspect().hazard()))
                            .equals(hazards(found.stream().map(one -> one.hazard().id())))) {
                continue;
            }
            var start = start(files);
            assertThat(Planner.seeds(found, project, "train.py", start).edits())
                    .as(folder.toString())
                    .isEqualTo(Planner.plan(causes, project, "train.py", start, found).edits());
            same.add(folder.getFileName().toString());
        }
        assertThat(same).hasSizeGreaterThan(4);
    }

    private static Set<String> hazards(Stream<String> ids) {
        return ids.collect(Collectors.toSet());
    }

    static Stream<Path> switches() throws IOException {
        return plans().filter(folder -> folder.getFileName().toString().startsWith("cuda_"));
    }

    /// Switches of torch that a file has are not written a second time.
    @ParameterizedTest
    @MethodSource("switches")
    void writesNoSwitchTwice(Path folder) throws IOException {
        var files = files(folder);
        String entry =
                files.keySet().stream()
                        .filter(path -> path.endsWith("__main__.py") || path.equals("train.py"))
                        .findFirst()
                        .orElseThrow();
        var edits = switched(files, entry);
        assertThat(edits).isNotEmpty();
        var patched = new TreeMap<>(files);
        edits.stream()
                .collect(Collectors.groupingBy((Edit edit) -> edit.place().file()))
                .forEach((path, some) ->
                        patched.put(
                                path, Patch.of(Source.of(path, bytes(files, path)), some).bytes()));
        assertThat(switched(patched, entry)).isEmpty();
    }

    private static List<Edit> switched(Map<String, byte[]> files, String entry) {
        var project = project(files);
        SortedMap<String, Contents> contents = new TreeMap<>();
        files.forEach((path, bytes) -> contents.put(path, () -> bytes));
        var findings =
                new Checker(Rules.all(), Checker.Setting.of(Selection.ALL), 1)
                        .check(contents)
                        .findings();
        var causes =
                causes(project, files).stream()
                        .filter(cause -> cause.suspect().hazard().startsWith("LS30"))
                        .toList();
        return Planner.plan(causes, project, entry, start(files), findings).edits();
    }

    /// A comment `# started by Python 3.9` asks for edits that work there, and `# main is called by
    /// a console script` says how the file is started.
    private static Start start(Map<String, byte[]> files) {
        boolean old = says(files, "# started by Python 3.9");
        if (says(files, "# main is called by a console script")) {
            return new Start(!old, Start.Way.IMPORT, "main", List.of());
        }
        return new Start(
                !old,
                files.keySet().stream().anyMatch(path -> path.endsWith("__main__.py"))
                        ? Start.Way.MODULE
                        : Start.Way.SCRIPT,
                null,
                List.of());
    }

    private static boolean says(Map<String, byte[]> files, String comment) {
        return files.values().stream()
                .anyMatch(bytes -> new String(bytes, UTF_8).contains(comment));
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(
                        folder.relativize(path).toString().replace('\\', '/'),
                        Files.readAllBytes(path));
            }
        }
        return files;
    }

    private static Project project(Map<String, byte[]> files) {
        return new Project(
                new ProjectFiles() {
                    @Override
                    public SortedSet<String> paths() {
                        return new TreeSet<>(files.keySet());
                    }

                    @Override
                    public byte @Nullable [] read(String path) {
                        return files.get(path);
                    }
                },
                (module, name) -> false);
    }

    private static byte[] bytes(Map<String, byte[]> files, String path) {
        return Objects.requireNonNull(files.get(path));
    }

    /// The causes that the comments name, in the order of files and lines.
    private static List<Proved> causes(Project project, Map<String, byte[]> files) {
        var places = new LinkedHashMap<List<String>, List<Place>>();
        files.forEach((path, bytes) -> {
            var lines = Source.of(path, bytes).text().lines().toList();
            for (int k = 0; k < lines.size(); k++) {
                var matcher = CAUSE.matcher(lines.get(k));
                while (matcher.find()) {
                    places.computeIfAbsent(
                                    List.of(matcher.group(1), matcher.group(2)),
                                    _ -> new ArrayList<>())
                            .add(
                                    new Place(
                                            new Site(path, k + 1, function(project, path, k + 1)),
                                            matcher.group(4),
                                            null,
                                            matcher.group(3) == null ? "main" : "worker 0"));
                }
            }
        });
        var causes = new ArrayList<Proved>();
        places.forEach((key, where) ->
                causes.add(
                        new Proved(
                                new Suspect(key.getFirst(), Pin.everywhere(key.getLast()), where),
                                new Divergence(
                                        0,
                                        Divergence.Kind.LOSS,
                                        null,
                                        "main",
                                        null,
                                        null,
                                        null,
                                        List.of()))));
        return causes;
    }

    private static String function(Project project, String path, int line) {
        var module = project.module(path);
        if (module == null) {
            throw new UncheckedIOException(new IOException(path));
        }
        var source = module.source();
        int start = source.lineStart(line);
        int code = source.lineText(line).length() - source.lineText(line).stripLeading().length();
        return module.scopeAt(start + code).running().node()
                        instanceof Statement.FunctionDefinition function
                ? function.name()
                : "<module>";
    }
}
