package dev.lockstep.check;

import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What following every program of a project from its entry showed about generators and seeds.
public final class Seeding {
    /// Nothing was followed.
    public static final Seeding NONE = new Seeding();

    /// One thing that was found.
    ///
    /// @param steps from the entry to the place
    record Detected(String hazard, Severity severity, Node at, String message, List<Step> steps) {}

    /// The last step to a run-dependent seed: the call that takes it.
    public static final String SEEDS = "seeds with it";

    private final Map<String, List<Detected>> byFile = new HashMap<>();
    private final Set<Node> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> madeInWorker = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> reported = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Node, GeneratorStates.Standing> before = new IdentityHashMap<>();

    /// Programs whose layers were seen being made, none of them a convolution or a recurrent one.
    private final Set<String> withoutConvolutions = new TreeSet<>();

    private Seeding() {}

    /// Follows one program.
    ///
    /// @return null when it is nested too deeply to be followed
    static @Nullable Outcome follow(Shared shared, EntryPoint entry) {
        try {
            return new Execution(shared, entry.module(), null).run(entry);
        } catch (StackOverflowError e) {
            return null;
        }
    }

    /// Takes programs and what happened in each, in the same order.
    static Seeding of(List<EntryPoint> entries, List<Outcome> outcomes) {
        var seeding = new Seeding();
        var started = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Outcome outcome : outcomes) {
            started.addAll(outcome.programs);
        }
        for (int k = 0; k < entries.size(); k++) {
            Outcome outcome = outcomes.get(k);
            seeding.add(outcome, !started.contains(entries.get(k).module()));
            if (outcome.layers && !outcome.convolutions) {
                seeding.withoutConvolutions.add(entries.get(k).module().path());
            }
        }
        return seeding;
    }

    /// The files in which something was found.
    Set<String> files() {
        return Collections.unmodifiableSet(new TreeSet<>(byFile.keySet()));
    }

    /// Whether something was found in a file.
    boolean foundIn(String file) {
        return byFile.containsKey(file);
    }

    /// What was found of one hazard in one file, in the order of discovery.
    List<Detected> found(String file, String hazard) {
        return byFile.getOrDefault(file, List.of()).stream()
                .filter(detected -> detected.hazard().equals(hazard))
                .toList();
    }

    /// Whether some program reaches a function.
    boolean reaches(Node function) {
        return visited.contains(function);
    }

    /// Whether the program in a file may make convolutions or recurrent layers, as far as following
    /// it showed.
    boolean mayConvolve(String file) {
        return !withoutConvolutions.contains(file);
    }

    /// Whether a call makes a generator without a seed in the worker of some program's loader.
    boolean isMadeInWorker(Node call) {
        return madeInWorker.contains(call);
    }

    /// Whether each program that reaches a call outside the project has seeded NumPy's global
    /// generator before it; false when no program reaches it.
    public boolean seedsNumpyBefore(Node call) {
        return seedsBefore(GlobalGenerator.NUMPY, call);
    }

    /// The same for torch's generator.
    public boolean seedsTorchBefore(Node call) {
        return seedsBefore(GlobalGenerator.TORCH, call);
    }

    /// Whether some program comes to a call outside the project.
    boolean isReached(Node call) {
        return before.containsKey(call);
    }

    boolean seedsBefore(GlobalGenerator generator, Node call) {
        GeneratorStates.Standing standing = before.get(call);
        return standing != null && standing.of(generator) == GeneratorStates.Seeding.SEEDED;
    }

    private void add(Outcome outcome, boolean ownProgram) {
        visited.addAll(outcome.visited);
        madeInWorker.addAll(outcome.madeInWorker);
        outcome.before.forEach(
                (call, standing) -> before.merge(call, standing, GeneratorStates.Standing::worst));
        outcome.runDependent.forEach(this::runDependent);
        outcome.reseeds.forEach(this::reseed);
        outcome.objects.forEach(this::object);
        outcome.started.forEach(this::started);
        if (ownProgram) {
            draws(outcome);
        }
    }

    private void report(String hazard, Severity severity, Waypoint place, String message) {
        report(hazard, severity, place, message, place.steps());
    }

    private void report(
            String hazard, Severity severity, Waypoint place, String message, List<Step> steps) {
        List<Detected> here =
                byFile.computeIfAbsent(place.module().path(), key -> new ArrayList<>());
        for (Detected known : here) {
            if (known.hazard().equals(hazard) && known.at() == place.at()) {
                return;
            }
        }
        here.add(new Detected(hazard, severity, place.at(), message, steps));
    }

    private void draws(Outcome outcome) {
        var late = new ArrayList<GlobalGenerator>();
        boolean torch = false;
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            List<Outcome.Draw> draws = outcome.draws(generator);
            if (draws.isEmpty() || generator == GlobalGenerator.CUDA && torch) {
                continue;
            }
            torch |= generator == GlobalGenerator.TORCH;
            List<Outcome.Draw> never =
                    draws.stream()
                            .filter(d -> d.state().seeding() == GeneratorStates.Seeding.NEVER)
                            .toList();
            if (!never.isEmpty() && outcome.late.containsKey(generator)) {
                late.add(generator);
            } else {
                unseeded(generator, never.isEmpty() ? draws : never, outcome.options);
            }
        }
        late(outcome, late);
    }

    /// The draw that is spoken of: one that certainly happens, and rather not the order of a split
    /// or a loader, for which a generator of its own would be enough.
    private static Outcome.Draw first(List<Outcome.Draw> draws) {
        List<Outcome.Draw> others = draws.stream().filter(draw -> !isOrder(draw)).toList();
        List<Outcome.Draw> among = others.isEmpty() ? draws : others;
        return among.stream().filter(Outcome.Draw::certain).findFirst().orElse(among.getFirst());
    }

    private static boolean isOrder(Outcome.Draw draw) {
        if (!(draw.place().at() instanceof Call call)) {
            return false;
        }
        String name = draw.place().module().resolve(call.function());
        return name != null && name.startsWith("torch.utils.data.");
    }

    private void unseeded(GlobalGenerator generator, List<Outcome.Draw> draws, Options options) {
        Outcome.Draw first = first(draws);
        GeneratorStates.One state = first.state();
        boolean never = state.seeding() == GeneratorStates.Seeding.NEVER;
        boolean byDefault = state.reason().startsWith("only when ");
        String unused = never ? options.unusedSeed() : null;
        report(
                generator.hazard(),
                first.certain() && (never || byDefault) ? Severity.ERROR : Severity.WARNING,
                first.place(),
                "draws from "
                        + generator.title()
                        + ", which "
                        + (never ? "nobody seeds before" : "is seeded " + state.reason())
                        + "; call "
                        + generator.remedy()
                        + " first"
                        + (unused == null ? "" : " (" + unused + " is parsed and never used)"));
    }

    private void late(Outcome outcome, List<GlobalGenerator> generators) {
        var told = new ArrayList<Node>();
        for (GlobalGenerator generator : generators) {
            Outcome.Late late = outcome.late.get(generator);
            if (late == null) {
                continue;
            }
            Outcome.Draw draw = outcome.draws(generator).getFirst();
            Waypoint place = late.seed().apartFrom(draw.place());
            if (told.contains(place.at())) {
                continue;
            }
            told.add(place.at());
            report(
                    "LS110",
                    draw.certain() ? Severity.ERROR : Severity.WARNING,
                    place,
                    "seeds "
                            + generator.title()
                            + " after "
                            + draw.what()
                            + " drew from it ("
                            + draw.place().fileAndLine()
                            + "), so that draw differs in every run; seed before it");
        }
    }

    private void runDependent(Outcome.RunDependent r) {
        Value.Varying value = r.value();
        if (value == null) {
            report(
                    "LS109",
                    Severity.ERROR,
                    r.seed(),
                    "seeds from " + r.what() + ", which differs in every run; pass a constant");
            return;
        }
        var place = new Waypoint(r.seed().way(), value.module(), value.at());
        var steps = new ArrayList<>(place.steps());
        var seed = r.seed().module().source().position(r.seed().at().start());
        steps.add(new Step(r.seed().module().path(), seed.line(), SEEDS));
        report(
                "LS109",
                Severity.ERROR,
                place,
                "this becomes a seed ("
                        + r.seed().fileAndLine()
                        + ") and differs in every run"
                        + (r.unless() ? " unless a seed is given" : "")
                        + ": "
                        + r.what()
                        + "; use a constant",
                steps);
    }

    private void reseed(Outcome.Reseed r) {
        if (!reported.add(r.seed().at())) {
            return;
        }
        report(
                "LS113",
                Severity.WARNING,
                r.seed(),
                "sets "
                        + r.generator().title()
                        + " back "
                        + r.why()
                        + ", after it was seeded at "
                        + r.before().fileAndLine()
                        + ": what follows repeats the same draws; use a generator of its own here");
    }

    private void object(Outcome.Unseeded u) {
        report(
                u.generator() == GlobalGenerator.PYTHON ? "LS111" : "LS103",
                Severity.ERROR,
                u.place(),
                "makes a generator whose seed is None"
                        + (u.option().isEmpty() ? " here" : " unless " + u.option() + " is given")
                        + ", so it differs in every run; pass a seed");
    }

    private void started(Outcome.Started s) {
        GeneratorStates.One state = s.draw().state();
        boolean never = state.seeding() == GeneratorStates.Seeding.NEVER;
        report(
                "LS114",
                never && s.draw().certain() ? Severity.ERROR : Severity.WARNING,
                s.call(),
                "starts "
                        + s.what()
                        + ", which draws from "
                        + s.draw().generator().title()
                        + " ("
                        + s.draw().place().fileAndLine()
                        + (never
                                ? ") with no seed of its own; hand it a seed"
                                : "), seeded there " + state.reason() + "; hand it a seed"));
    }
}
