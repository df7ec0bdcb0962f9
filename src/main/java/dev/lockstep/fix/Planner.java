package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Fix;
import dev.lockstep.diagnosis.Explanation.Proved;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes proved causes and the project, gives the smallest edits that a good engineer would make.
///
/// What a rule of the check proposes for the same hazard at the same line is taken as it is; the
/// seeding block and what only a run can know (which seed differed, in which process a generator
/// was made) are made here.
public final class Planner {
    private static final Set<String> UNSAFE = Set.of("LS203", "LS305");

    /// The hazards of which a finding shows a line that takes a switch back.
    private static final Map<String, List<String>> CONTRARY =
            Map.of("LS303", List.of(), "LS307", List.of());

    /// The hazards of generators that a process shares, and the pin that seeds each.
    private static final Map<String, String> SHARED_GENERATORS =
            Map.of("LS101", "python", "LS102", "numpy", "LS104", "torch", "LS105", "cuda");

    private static final String NO_RANK = "0";

    /// Parameters that tell one started process from the others.
    private static final Set<String> RANKS =
            Set.of(
                    "rank",
                    "local_rank",
                    "index",
                    "i",
                    "idx",
                    "worker_id",
                    "worker",
                    "seed",
                    "k",
                    "n");

    /// Parameters that tell one task of a pool from the others.
    private static final Set<String> TASKS =
            Set.of("index", "i", "idx", "seed", "trial", "fold", "task_id", "rank");

    private static final String SEED_TASKS =
            "seed in each task by what tells it from the others, as in np.random.default_rng([seed, task]):"
                    + " which process of the pool takes which task is a race";

    private final Project project;
    private final String entry;
    private final Start start;
    private final List<Finding> findings;
    private final Set<Edit> edits = new LinkedHashSet<>();
    private final List<String> advice = new ArrayList<>();
    private final List<Place> constants = new ArrayList<>();
    private final Map<String, Wanted> seeding = new TreeMap<>();
    private final Set<String> switches = new TreeSet<>();
    private boolean unsafe;

    /// The generators to seed in one file.
    private record Wanted(Set<Generator> never, Set<Generator> late, List<Place> draws) {
        Wanted() {
            this(
                    EnumSet.noneOf(Generator.class),
                    EnumSet.noneOf(Generator.class),
                    new ArrayList<>());
        }
    }

    private Planner(Project project, String entry, Start start, List<Finding> findings) {
        this.project = project;
        this.entry = entry;
        this.start = start;
        this.findings = findings;
    }

    /// Plans edits for what diagnosis proved.
    ///
    /// @param entry the script that is started, relative to the project
    /// @param start how that happens
    /// @param findings what the check says about the project
    public static Plan plan(
            List<Proved> causes,
            Project project,
            String entry,
            Start start,
            List<Finding> findings) {
        return planned(
                causes.stream().map(Proved::suspect).toList(), project, entry, start, findings);
    }

    /// Plans the seeds of generators that nobody seeds, as a reading of the source finds them. To
    /// seed one changes no run that repeats already.
    ///
    /// @param found findings whose rule proposes no edit of its own; those of other hazards are
    ///   left alone
    public static Plan seeds(List<Finding> found, Project project, String entry, Start start) {
        var places = new TreeMap<String, List<Place>>();
        for (var finding : found) {
            if (seeds(finding)) {
                var at = finding.place();
                places.computeIfAbsent(finding.hazard().id(), _ -> new ArrayList<>())
                        .add(Place.read(at.file(), at.line(), function(project, at)));
            }
        }
        var suspects = new ArrayList<Suspect>();
        places.forEach((hazard, lines) ->
                suspects.add(
                        new Suspect(
                                hazard,
                                Pin.everywhere(
                                        Objects.requireNonNull(SHARED_GENERATORS.get(hazard))),
                                lines)));
        return planned(suspects, project, entry, start, found);
    }

    /// Whether a finding is of a shared generator that nobody seeds, and its rule proposes no edit.
    public static boolean seeds(Finding finding) {
        return SHARED_GENERATORS.containsKey(finding.hazard().id())
                && (finding.fix() == null || finding.fix().edits().isEmpty());
    }

    /// The function that runs at a place, as a run names it.
    private static @Nullable String function(Project project, dev.lockstep.check.Place at) {
        var module = project.module(at.file());
        return module == null
                ? null
                : module.scopeAt(at.start()).running().node()
                                instanceof Statement.FunctionDefinition function
                        ? function.name()
                        : "<module>";
    }

    private static Plan planned(
            List<Suspect> suspects,
            Project project,
            String entry,
            Start start,
            List<Finding> findings) {
        var planner = new Planner(project, entry, start, findings);
        suspects.forEach(planner::plan);
        return planner.finished();
    }

    private void plan(Suspect suspect) {
        var hazard = suspect.hazard();
        var places = suspect.places();
        var generator = Generator.ofPin(suspect.pin().name());
        switch (hazard) {
            case "LS101", "LS102", "LS104", "LS105" -> {
                // A call that seeds from the system's entropy gets a seed itself.
                var draws =
                        places.stream().filter(place -> !at(place, new ConstantHere())).toList();
                if (!draws.isEmpty()) {
                    generator.ifPresent(one -> seed(entry, one, false, draws));
                }
            }
            case "LS106" -> {
                if (!everywhere(hazard)) {
                    generator.ifPresent(one -> seed(entry, one, false, places));
                }
            }
            case "LS110" -> generator.ifPresent(one -> seed(entry, one, true, places));
            case "LS112", "LS201" -> {
                boolean owned = false;
                for (var place : places) {
                    owned |= environment(place);
                }
                if (!owned && !proposed(hazard, places)) {
                    generator.ifPresentOrElse(
                            one -> seed(entry, one, false, places),
                            () ->
                                    advise(
                                            hazard,
                                            places,
                                            "pass it a seed, or seed it where it is made"));
                }
            }
            case "LS103", "LS111", "LS202" -> {
                boolean done = false;
                for (var place : places) {
                    done |= at(place, new SeededHere());
                }
                if (done) {
                    copied(hazard, places);
                } else if (!proposed(hazard, places)) {
                    advise(hazard, places, "pass it a seed where it is made");
                }
            }
            case "LS109" -> {
                boolean done = false;
                for (var place : places) {
                    // What a seed is made of is replaced where it is handed on.
                    if (place.givesSeed()) {
                        continue;
                    }
                    if (unneeded(place)) {
                        done = true;
                    } else if (at(place, new ConstantHere())) {
                        done = true;
                        constants.add(place);
                    }
                }
                if (!done && !proposed(hazard, places)) {
                    advise(
                            hazard,
                            places,
                            suspect.pin().name().equals("clock")
                                    ? "let a count decide and not the clock"
                                    : "take the seed from an option or a constant");
                }
            }
            case "LS108" -> {
                // A generator that takes its seed from the system by itself gets one.
                var taken =
                        places.stream()
                                .filter(place ->
                                        place.via() != null || !at(place, new GeneratorHere()))
                                .toList();
                if (!taken.isEmpty() && !proposed(hazard, taken)) {
                    advise(hazard, taken, "lockstep explain LS108 says what can be done");
                }
            }
            case "LS114" -> child(places);
            case "LS107", "LS115" -> {
                if (hazard.equals("LS115") || !everywhere(hazard)) {
                    restart();
                }
            }
            case "LS301", "LS302", "LS303", "LS304", "LS307" -> {
                // What says the contrary somewhere is changed there.
                CONTRARY.getOrDefault(hazard, List.of(hazard)).forEach(this::everywhere);
                if (!hazard.equals("LS307") || !proposed(hazard, places)) {
                    switches.add(suspect.pin().name());
                }
                unsafe = true;
            }
            default -> {
                if (proposed(hazard, places)) {
                    unsafe |= UNSAFE.contains(hazard);
                } else {
                    advise(hazard, places, "lockstep explain " + hazard + " says what can be done");
                }
            }
        }
    }

    /// Takes a line away that seeds anew, from the clock, what the script has seeded already.
    private boolean unneeded(Place place) {
        var module = project.module(entry);
        if (module == null || place.process().startsWith("worker")) {
            return false;
        }
        var gone = new RepeatedSeeds(Reached.from(module, start.words())).without(place);
        edits.addAll(gone);
        return !gone.isEmpty();
    }

    /// Seeds the environments that draw at a place.
    private boolean environment(Place place) {
        var module = project.module(entry);
        var made =
                module == null
                        ? List.<Edit>of()
                        : new Environments(Reached.from(module, start.words())).edits(place);
        edits.addAll(made);
        return !made.isEmpty();
    }

    /// Makes the edits of a line.
    private sealed interface Here {}

    private record SeededHere() implements Here {}

    private record ConstantHere() implements Here {}

    private record GeneratorHere() implements Here {}

    private boolean at(Place place, Here what) {
        var module = project.module(place.file());
        if (module == null) {
            return false;
        }
        var site = new SiteEdits(module);
        var made =
                switch (what) {
                    case SeededHere _ -> site.seeded(place);
                    case ConstantHere _ -> site.constant(place);
                    case GeneratorHere _ -> site.generator(place);
                };
        edits.addAll(made);
        return !made.isEmpty();
    }

    /// Takes what a rule proposes for this hazard at these lines.
    private boolean proposed(String hazard, List<Place> places) {
        boolean any = false;
        for (var finding : findings) {
            if (finding.hazard().id().equals(hazard)
                    && places.stream().anyMatch(place -> same(place, finding))) {
                any |= take(finding);
            }
        }
        if (!any && hazard.equals("LS112")) {
            // The draw happens at `fit`; the seed belongs to the constructor, on another line of
            // the file.
            for (var finding : findings) {
                if (finding.hazard().id().equals(hazard)
                        && places.stream()
                                .anyMatch(place -> place.file().equals(finding.place().file()))) {
                    any |= take(finding);
                }
            }
        }
        return any;
    }

    private boolean everywhere(String hazard) {
        boolean any = false;
        for (var finding : findings) {
            if (finding.hazard().id().equals(hazard)) {
                any |= take(finding) || hashed(finding);
            }
        }
        return any;
    }

    private boolean hashed(Finding finding) {
        var module = project.module(finding.place().file());
        var made = module == null ? List.<Edit>of() : new StableHash(module).edits(finding);
        edits.addAll(made);
        unsafe |= !made.isEmpty();
        return !made.isEmpty();
    }

    private boolean take(Finding finding) {
        var fix = finding.fix();
        if (fix == null || fix.safety() == Fix.Safety.DISPLAY) {
            return false;
        }
        edits.addAll(fix.edits());
        unsafe |= fix.safety() == Fix.Safety.UNSAFE;
        return true;
    }

    private static boolean same(Place place, Finding finding) {
        return place.file().equals(finding.place().file())
                && finding.place().line() <= place.line()
                && place.line() <= finding.place().endLine();
    }

    private void seed(String file, Generator generator, boolean late, List<Place> draws) {
        var wanted = seeding.computeIfAbsent(file, _ -> new Wanted());
        (late ? wanted.late() : wanted.never()).add(generator);
        wanted.draws().addAll(draws);
    }

    /// A started process: its own script gets a seeding block, a function of the script seeds at
    /// its start.
    private void child(List<Place> places) {
        for (var place : places) {
            var module = project.module(place.file());
            if (module == null) {
                advise("LS114", List.of(place), "seed in the started process");
                continue;
            }
            var generators = EnumSet.noneOf(Generator.class);
            for (var generator : Generator.values()) {
                if (new Imports(module).nameOf(generator.module).isPresent()) {
                    generators.add(generator);
                }
            }
            if (place.givesTasks()) {
                var started = new StartedFunctions(module);
                var tasks = started.tasksOf(place.line());
                tasks.forEach(task -> task(module, task, place, generators));
                if (tasks.isEmpty()) {
                    advise("LS114", List.of(place), SEED_TASKS);
                }
            } else if (place.file().equals(entry)) {
                target(module, place, generators);
            } else {
                generators.forEach(one -> seed(place.file(), one, false, List.of(place)));
            }
        }
    }

    private void target(PythonModule module, Place place, Set<Generator> generators) {
        var function = functionAt(module, place);
        if (function == null) {
            generators.forEach(one -> seed(entry, one, false, List.of(place)));
            return;
        }
        var started = new StartedFunctions(module);
        for (var one : started.leadingTo(function)) {
            if (started.isTask(one)) {
                task(module, one, place, generators);
            } else {
                seedAtStart(module, one, ranked(module, started, one), generators);
            }
        }
    }

    /// The function or method of that name at a place.
    private static Statement.@Nullable FunctionDefinition functionAt(
            PythonModule module, Place place) {
        var found = new Statement.FunctionDefinition[1];
        module.tree()
                .walk(node -> {
                    if (node instanceof Statement.FunctionDefinition function
                            && function.name().equals(place.function())
                            && module.source().line(function.start()) <= place.line()
                            && place.line() <= module.source().line(function.end())) {
                        found[0] = function;
                    }
                });
        return found[0];
    }

    /// The seed of one started process: the script's own where it is handed on, and the process's
    /// number.
    private String ranked(
            PythonModule module, StartedFunctions started, Statement.FunctionDefinition function) {
        var number = rank(function, RANKS);
        for (var value : SeedValues.of(Reached.from(module, start.words()))) {
            var passed = value.edits().isEmpty() ? started.passed(function, value.text()) : null;
            if (passed != null) {
                return number.equals(NO_RANK) ? passed : passed + " + " + number;
            }
        }
        return number;
    }

    /// Seeds a task of a pool with its number, where it gets one: with one seed for all, all would
    /// draw the same.
    private void task(
            PythonModule module,
            Statement.FunctionDefinition function,
            Place place,
            Set<Generator> generators) {
        var number = rank(function, TASKS);
        if (number.equals(NO_RANK)) {
            advise("LS114", List.of(place), SEED_TASKS);
        } else {
            seedAtStart(module, function, number, generators);
        }
    }

    /// Seeds first thing in a function, behind its docstring and what it declares.
    private void seedAtStart(
            PythonModule module,
            Statement.FunctionDefinition function,
            String value,
            Set<Generator> generators) {
        var imports = new Imports(module);
        var unseeded = Generator.without(generators, seededBy(module, function));
        var lines =
                (unseeded.isEmpty() ? generators : unseeded)
                        .stream()
                                .flatMap(one -> imports.seeding(one, function.start()).stream())
                                .map(call -> call + "(" + value + ")")
                                .toList();
        var layout = new Layout(module.source());
        Statement last = null;
        for (var statement : function.body()) {
            if (!Statements.declares(statement)) {
                break;
            }
            last = statement;
        }
        edits.add(
                last == null
                        ? layout.before(function.body().getFirst(), lines)
                        : layout.after(last, lines));
    }

    /// The generators that a function seeds itself, whatever it is called with.
    private static Set<Generator> seededBy(
            PythonModule module, Statement.FunctionDefinition function) {
        var seeded = EnumSet.noneOf(Generator.class);
        for (var statement : function.body()) {
            if (statement instanceof Statement.ExpressionStatement s
                    && s.expression() instanceof Expression.Call call
                    && module.symbol(call.function()) instanceof Symbol.External callee) {
                Generator.ofFunction(callee.name()).ifPresent(seeded::add);
            }
        }
        return seeded;
    }

    /// The first parameter, where its name says that it tells one process or task from the others.
    private static String rank(Statement.FunctionDefinition function, Set<String> telling) {
        return function.parameters().isEmpty()
                        || !telling.contains(function.parameters().getFirst().name())
                ? NO_RANK
                : function.parameters().getFirst().name();
    }

    /// Starts the script again with a fixed hash seed: inside a running interpreter it is too late
    /// to set it.
    private void restart() {
        var module = project.module(entry);
        if (module == null
                || module.source().isNotebook()
                || start.way() == Start.Way.IMPORT
                || Restart.isIn(module)) {
            advise("LS107", List.of(), "start the script with PYTHONHASHSEED=0 in its environment");
            return;
        }
        edits.addAll(new Restart(module, start).edits());
    }

    /// Says of a generator that loader workers get copies of, before the repair and after it, that
    /// they all draw the same: seeded or not, a seed where it is made does not change that.
    private void copied(String hazard, List<Place> places) {
        if (hazard.equals("LS202")) {
            return;
        }
        var files = places.stream().map(Place::file).collect(Collectors.toSet());
        findings.stream()
                .filter(finding -> finding.hazard().id().equals("LS202"))
                .map(Finding::place)
                .filter(place -> files.contains(place.file()))
                .limit(1)
                .forEach(place ->
                        advice.add(
                                "LS202 at "
                                        + place.file()
                                        + ":"
                                        + place.line()
                                        + ": with the edit as without it each worker draws the same numbers from its copy of the generator, in every epoch again; lockstep explain LS202 shows a worker_init_fn that changes that"));
    }

    private void advise(String hazard, List<Place> places, @Nullable String what) {
        var where = places.isEmpty() ? "" : " at " + places.getFirst().text();
        advice.add(hazard + where + ": " + what);
    }

    private void switched() {
        var module = project.module(entry);
        if (switches.isEmpty()) {
            return;
        }
        if (module == null || module.tree().body().isEmpty()) {
            advice.add(
                    "torch's switches belong to the start of "
                            + entry
                            + ": lockstep explain LS301");
            return;
        }
        edits.addAll(new TorchSwitches(Reached.from(module, start.words())).edits(switches));
    }

    private Plan finished() {
        seeding.forEach((file, wanted) -> {
            var module = project.module(file);
            if (module == null || module.tree().body().isEmpty()) {
                advice.add("seed the generators at the start of " + file);
                return;
            }
            var script =
                    Script.of(
                            Reached.from(module, start.words()), wanted.draws(), start.function());
            var never = Generator.without(wanted.never(), wanted.late());
            edits.addAll(new Seeding(script, constants).edits(never, wanted.late()));
        });
        switched();
        edits.addAll(UnusedImports.of(edits, project));
        return Plan.of(edits, advice, unsafe, project);
    }
}
