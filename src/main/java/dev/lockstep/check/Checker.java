package dev.lockstep.check;

import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.Installed;
import dev.lockstep.source.Project;
import dev.lockstep.source.ProjectFiles;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Source;
import dev.lockstep.source.SyntaxError;
import dev.lockstep.source.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes files, gives everything that the selected rules find in them.
///
/// Files are read and parsed in parallel; a file that holds none of the words that matter is not
/// parsed. The result does not depend on the number of threads.
public final class Checker {
    private static final Installed NOTHING_INSTALLED = (module, name) -> false;

    /// Files beyond this size are generated ones and are not checked.
    static final int LARGEST = 32 << 20;

    /// The mark of words that no rule names.
    private static final long PARSED = 1L << 63;

    /// The mark of what stands in strings that state a fact.
    private static final long STRINGS = 1L << 62;

    private static final long EVERYTHING = -1;

    private final List<Rule> rules;
    private final Setting setting;
    private final int threads;
    private final Packages packages;
    private final Words words;

    /// What holds for a whole project.
    ///
    /// @param torch the version that it runs on, or null
    /// @param entryPoints its programs beside those that are found: files, `module`, or
    ///   `module:function`
    /// @param installed the packages that it can import
    public record Setting(
            Selection selection,
            @Nullable TorchVersion torch,
            List<String> entryPoints,
            PackageFiles installed) {
        public Setting {
            entryPoints = List.copyOf(entryPoints);
        }

        /// Nothing but a selection.
        public static Setting of(Selection selection) {
            return new Setting(selection, null, List.of(), PackageFiles.NONE);
        }
    }

    /// @param rules those that may run, at most 62; of them the selected ones do
    public Checker(List<Rule> rules, Setting setting, int threads) {
        this.rules =
                rules.stream()
                        .filter(rule -> setting.selection().ids().contains(rule.hazard()))
                        .toList();
        this.setting = setting;
        this.threads = Math.max(1, threads);
        this.packages = new Packages(setting.installed());
        this.words = Words.of(interesting());
    }

    /// What makes a file worth parsing, each word with the rules that have something to say where
    /// it stands.
    private Map<String, Long> interesting() {
        var marks = new HashMap<String, Long>();
        for (int k = 0; k < rules.size(); k++) {
            Rule rule = rules.get(k);
            for (String word : rule.words()) {
                marks.merge(word, 1L << k, (a, b) -> a | b);
            }
            if (rule.readsPackages()) {
                packages.names().forEach(word -> marks.merge(word, PARSED, (a, b) -> a | b));
            }
        }
        FactFinder.WORDS.forEach(word -> marks.merge(word, PARSED, (a, b) -> a | b));
        FactFinder.STRINGS.forEach(word -> marks.merge(word, STRINGS, (a, b) -> a | b));
        marks.put("lockstep", PARSED);
        marks.merge("__main__", PARSED, (a, b) -> a | b);
        return marks;
    }

    /// What became of one file.
    ///
    /// @param marks of the words that it holds
    private record Read(
            String path,
            @Nullable Unit unit,
            long marks,
            Set<Fact> facts,
            List<Problem> problems) {}

    /// A file that the rules have looked at which do not ask what following the programs showed.
    private record Looked(Unit unit, Programs programs, long marks, List<Finding> findings) {}

    private record Checked(List<Finding> findings, List<Suppression> unused, int suppressed) {}

    /// Takes files by the path that is shown for them, gives the result.
    public CheckResult check(SortedMap<String, Contents> files) {
        var pending = new ConcurrentHashMap<String, byte[]>();
        var project = new Project(new Files(files, pending), NOTHING_INSTALLED);
        try (ForkJoinPool pool = pool()) {
            List<Read> reads = read(files, words, project, pending, pool);
            reads.addAll(read(scripts(files, reads), importers(reads), project, pending, pool));
            var facts = new HashMap<String, Set<Fact>>();
            var units = new TreeMap<String, Unit>();
            var marks = new HashMap<String, Long>();
            var problems = new ArrayList<Problem>();
            for (Read read : reads) {
                problems.addAll(read.problems());
                Unit unit = read.unit();
                if (unit != null) {
                    facts.put(read.path(), read.facts());
                    units.put(read.path(), unit);
                    marks.put(read.path(), read.marks());
                }
            }
            List<PythonModule> modules = units.values().stream().map(Unit::module).toList();
            List<EntryPoint> named = named(project, files.keySet(), problems);
            var graph =
                    new ImportGraph(
                            modules,
                            named.stream()
                                    .map(entry -> entry.module().path())
                                    .collect(Collectors.toSet()));
            List<EntryPoint> entries =
                    named.isEmpty()
                            ? ProgramFinder.find(project, modules, graph, files.keySet())
                            : named;
            // Programs wait for each other where they import the same. Meanwhile the rules look
            // that do not ask what comes of it.
            List<Future<Optional<Outcome>>> followed = follow(project, entries, graph, pool);
            var byRoot = new HashMap<String, Set<Fact>>();
            var alone = new ArrayList<Callable<Looked>>();
            for (Unit unit : units.values()) {
                Programs programs = programs(unit.path(), graph, facts, byRoot);
                long own = marks.getOrDefault(unit.path(), EVERYTHING);
                alone.add(() -> new Looked(unit, programs, own, look(unit, own, programs, false)));
            }
            List<Looked> looked = all(pool, alone);
            Seeding seeding = seeding(entries, results(followed), problems);
            for (String path : seeding.files()) {
                PythonModule module = project.module(path);
                if (module != null && !units.containsKey(path)) {
                    Programs programs = programs(path, graph, facts, byRoot);
                    looked.add(new Looked(Unit.of(module), programs, EVERYTHING, List.of()));
                }
            }
            var tasks = new ArrayList<Callable<Checked>>();
            for (Looked one : looked) {
                tasks.add(() -> check(one, one.programs().with(seeding)));
            }
            var findings = new ArrayList<Finding>();
            var unused = new ArrayList<Suppression>();
            int suppressed = 0;
            for (Checked checked : all(pool, tasks)) {
                findings.addAll(checked.findings());
                unused.addAll(checked.unused());
                suppressed += checked.suppressed();
            }
            withoutOrders(findings, graph);
            Collections.sort(findings);
            List<Problem> told = problems.stream().distinct().sorted().toList();
            return new CheckResult(findings, told, unused, suppressed, 0, files.size());
        }
    }

    /// Tasks begin in the order in which they are given. One that waits for another's work makes
    /// room for the next, so that as many go on as there are threads, until many wait.
    private ForkJoinPool pool() {
        return new ForkJoinPool(
                threads,
                ForkJoinPool.defaultForkJoinWorkerThreadFactory,
                null,
                true,
                threads,
                8 * threads,
                threads,
                full -> true,
                1,
                TimeUnit.MINUTES);
    }

    /// Where a program draws from torch elsewhere too, seeding torch is what is missing, and the
    /// order of a loader's samples is one more thing that comes of it.
    private static void withoutOrders(List<Finding> findings, ImportGraph graph) {
        var unseeded = new TreeSet<String>();
        for (Finding finding : findings) {
            if (finding.hazard().id().equals("LS104")) {
                unseeded.addAll(graph.programs(finding.place().file()));
            }
        }
        findings.removeIf(finding ->
                finding.hazard().id().equals("LS201")
                        && graph.programs(finding.place().file()).stream()
                                .anyMatch(unseeded::contains));
    }

    private List<Read> read(
            SortedMap<String, Contents> files,
            Words wanted,
            Project project,
            Map<String, byte[]> pending,
            ExecutorService pool) {
        return all(
                pool,
                files.entrySet().stream()
                        .map(file ->
                                (Callable<Read>)
                                        () ->
                                                read(
                                                        file.getKey(),
                                                        file.getValue(),
                                                        wanted,
                                                        project,
                                                        pending))
                        .toList());
    }

    /// The files outside packages that were not parsed, and what runs a package: a script may do no
    /// more than import and call.
    private static SortedMap<String, Contents> scripts(
            SortedMap<String, Contents> files, List<Read> reads) {
        var scripts = new TreeMap<String, Contents>();
        for (Read read : reads) {
            Contents contents = files.get(read.path());
            if (read.unit() == null
                    && read.problems().isEmpty()
                    && contents != null
                    && (read.path().endsWith("/__main__.py")
                            || !ProgramFinder.inPackage(read.path(), files.keySet()))) {
                scripts.put(read.path(), contents);
            }
        }
        return scripts;
    }

    /// The names by which what was parsed can be imported.
    private static Words importers(List<Read> reads) {
        var names = new TreeSet<String>();
        for (Read read : reads) {
            if (read.unit() != null) {
                for (String part : read.path().split("[/.]", -1)) {
                    if (!part.isEmpty()
                            && part.chars()
                                    .allMatch(c ->
                                            c < 128
                                                    && Character.isJavaIdentifierPart(c)
                                                    && c != '$'
                                                    && c > ' ')) {
                        names.add(part);
                    }
                }
            }
        }
        names.remove("py");
        names.remove("src");
        return Words.of(names);
    }

    private Programs programs(
            String path,
            ImportGraph graph,
            Map<String, Set<Fact>> facts,
            Map<String, Set<Fact>> byRoot) {
        EnumSet<Fact> always = EnumSet.allOf(Fact.class);
        EnumSet<Fact> ever = EnumSet.noneOf(Fact.class);
        for (String root : graph.programs(path)) {
            Set<Fact> all =
                    byRoot.computeIfAbsent(
                            root,
                            key -> {
                                EnumSet<Fact> union = EnumSet.noneOf(Fact.class);
                                for (String file : graph.closure(key)) {
                                    union.addAll(facts.getOrDefault(file, Set.of()));
                                }
                                return union;
                            });
            always.retainAll(all);
            ever.addAll(all);
        }
        return new Programs(always, ever, setting.torch(), Seeding.NONE, packages);
    }

    /// The programs that the project names itself.
    private List<EntryPoint> named(Project project, Set<String> files, List<Problem> problems) {
        var entries = new ArrayList<EntryPoint>();
        for (String name : setting.entryPoints()) {
            EntryPoint entry = ProgramFinder.named(project, name, files);
            if (entry == null) {
                problems.add(
                        new Problem(name, 0, "no file that is checked is this entry point", false));
            } else {
                entries.add(entry);
            }
        }
        return entries;
    }

    /// Begins to follow every program, when a rule wants to know.
    private List<Future<Optional<Outcome>>> follow(
            Project project, List<EntryPoint> entries, ImportGraph graph, ExecutorService pool) {
        if (rules.stream().noneMatch(Rule::followsPrograms)) {
            return List.of();
        }
        boolean packagesToo = rules.stream().anyMatch(Rule::readsPackages);
        var reach = new Reach(project, packagesToo ? packages : null);
        var shared =
                new Shared(project, reach, module -> isImported(project, graph, module.path()));
        return entries.stream()
                .map(entry ->
                        pool.submit(
                                (Callable<Optional<Outcome>>)
                                        () -> Optional.ofNullable(Seeding.follow(shared, entry))))
                .toList();
    }

    /// Whether another file imports this one, or a package that it stands in speaks of it; most
    /// packages' own files are not parsed.
    private static boolean isImported(Project project, ImportGraph graph, String path) {
        if (!graph.isRoot(path)) {
            return true;
        }
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1, path.lastIndexOf('.'));
        var word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
        for (; slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            Source init = project.text(path.substring(0, slash) + "/__init__.py");
            if (init != null && word.matcher(init.text()).find()) {
                return true;
            }
        }
        return false;
    }

    private static Seeding seeding(
            List<EntryPoint> entries, List<Optional<Outcome>> outcomes, List<Problem> problems) {
        if (outcomes.isEmpty()) {
            return Seeding.NONE;
        }
        var followed = new ArrayList<EntryPoint>();
        var seen = new ArrayList<Outcome>();
        for (int i = 0; i < entries.size(); i++) {
            EntryPoint entry = entries.get(i);
            String path = entry.module().path();
            Outcome outcome = outcomes.get(i).orElse(null);
            if (outcome == null) {
                problems.add(new Problem(path, 0, "its program is nested too deeply", false));
                continue;
            }
            followed.add(entry);
            seen.add(outcome);
            for (Outcome.Cut cut : outcome.cuts) {
                String where = Place.of(cut.module().source(), cut.at()).fileAndLine();
                problems.add(new Problem(path, 0, cut.why() + ": to " + where, false));
            }
        }
        return Seeding.of(followed, seen);
    }

    /// The files of the project; what was read for the first look is not read again.
    private record Files(SortedMap<String, Contents> files, Map<String, byte[]> pending)
            implements ProjectFiles {
        @Override
        public SortedSet<String> paths() {
            return new TreeSet<>(files.keySet());
        }

        @Override
        public byte @Nullable [] read(String path) {
            byte[] known = pending.remove(path);
            Contents contents = files.get(path);
            if (known != null || contents == null) {
                return known;
            }
            try {
                byte[] bytes = contents.read();
                return bytes.length > LARGEST || isBinary(bytes) ? null : bytes;
            } catch (IOException e) {
                return null;
            }
        }
    }

    private Read read(
            String path,
            Contents contents,
            Words wanted,
            Project project,
            Map<String, byte[]> pending) {
        byte[] bytes;
        try {
            bytes = contents.read();
        } catch (IOException e) {
            return unread(path, "it cannot be read: " + why(e));
        } catch (OutOfMemoryError e) {
            return unread(path, "it is too large");
        }
        if (bytes.length > LARGEST) {
            return unread(path, "it is larger than " + (LARGEST >> 20) + " MiB");
        }
        long marks = isUtf16(bytes) ? EVERYTHING : words.marks(bytes);
        if (marks == 0 && rules.stream().anyMatch(rule -> rule.mayConcern(bytes))) {
            marks = PARSED;
        }
        if (marks == 0 && (wanted == words || !wanted.in(bytes))) {
            return new Read(path, null, 0, Set.of(), List.of());
        }
        if (isBinary(bytes)) {
            return unread(path, "it is not text");
        }
        pending.put(path, bytes);
        PythonModule module = project.module(path);
        pending.remove(path);
        if (module == null) {
            return unread(path, "it is neither a Python file nor a notebook");
        }
        Source source = module.source();
        Tree tree = module.tree();
        var problems = new ArrayList<Problem>();
        for (SyntaxError error : source.problems()) {
            problems.add(problem(source, error));
        }
        for (SyntaxError error : tree.errors()) {
            problems.add(problem(source, error));
        }
        if (tree.body().isEmpty() && !problems.isEmpty()) {
            return unread(path, problems.getFirst().message());
        }
        Unit unit = Unit.of(module);
        // What is called may go by another name here than where it comes from.
        for (Unit.Named named : unit.named()) {
            marks |= words.marks(named.name());
        }
        module.importedFiles();
        return new Read(path, unit, marks, FactFinder.of(unit, (marks & STRINGS) != 0), problems);
    }

    private static Problem problem(Source source, SyntaxError error) {
        return new Problem(
                source.path(), source.position(error.start()).line(), error.message(), false);
    }

    private static Read unread(String path, String why) {
        return new Read(path, null, 0, Set.of(), List.of(new Problem(path, 0, why, true)));
    }

    /// What rules find in a file.
    ///
    /// @param following whether those look that ask what following the programs showed, or those
    ///   that do not
    private List<Finding> look(Unit unit, long marks, Programs programs, boolean following) {
        var found = new ArrayList<Finding>();
        if (Asides.isPackaging(unit.path())) {
            return found;
        }
        boolean followed = programs.seeding().foundIn(unit.path());
        boolean tests = TestModules.is(unit);
        for (int k = 0; k < rules.size(); k++) {
            Rule rule = rules.get(k);
            if (rule.followsPrograms() != following) {
                continue;
            }
            if ((marks >>> k & 1) == 0
                    && !rule.looksEverywhere()
                    && !(followed && rule.followsPrograms())) {
                continue;
            }
            var reporter = new Reporter(rule.hazard(), unit.source(), tests);
            rule.check(unit, programs, reporter);
            for (Finding finding : reporter.findings()) {
                boolean told =
                        finding.severity() != Severity.NOTE
                                || setting.selection().named().contains(rule.hazard());
                if (told && !unit.isUnreachable(finding.place().start())) {
                    found.add(finding);
                }
            }
        }
        return found;
    }

    private Checked check(Looked looked, Programs programs) {
        Unit unit = looked.unit();
        var found = new ArrayList<>(looked.findings());
        found.addAll(look(unit, looked.marks(), programs, true));
        Collections.sort(found);
        unit.forget();
        Superseded.remove(found);
        List<Suppression> suppressions = Suppression.of(unit.tree());
        if (suppressions.isEmpty()) {
            return new Checked(found, List.of(), 0);
        }
        var used = new java.util.HashSet<Suppression>();
        var left = new ArrayList<Finding>();
        for (Finding finding : found) {
            int line = unit.source().line(finding.place().start());
            int endLine = unit.source().line(finding.place().end());
            boolean suppressed = false;
            for (Suppression suppression : suppressions) {
                if (suppression.covers(finding, line, endLine)) {
                    used.add(suppression);
                    suppressed = true;
                }
            }
            if (!suppressed) {
                left.add(finding);
            }
        }
        var unused = new ArrayList<Suppression>();
        for (Suppression suppression : suppressions) {
            boolean asked =
                    suppression.hazards().isEmpty()
                            || suppression.hazards().stream().anyMatch(this::looksFor);
            if (!used.contains(suppression) && asked) {
                unused.add(suppression);
            }
        }
        return new Checked(left, unused, found.size() - left.size());
    }

    private boolean looksFor(String hazard) {
        return rules.stream().anyMatch(rule -> rule.hazard().equals(hazard));
    }

    private static boolean isBinary(byte[] bytes) {
        int end = Math.min(bytes.length, 8192);
        for (int i = 0; i < end; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2
                && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                        || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
    }

    private static String why(IOException e) {
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "no permission";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static <T> List<T> all(ExecutorService pool, List<? extends Callable<T>> tasks) {
        try {
            return results(pool.invokeAll(tasks));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checking", e);
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) {
        try {
            var results = new ArrayList<T>(futures.size());
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checking", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
