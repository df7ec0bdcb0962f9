package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What happened to the generators when one program was followed from its entry.
final class Outcome {
    private static final int MOST = 200;

    /// One draw from a generator that was not certainly seeded.
    ///
    /// @param what the function that draws, as it is written
    /// @param certain whether it is on every way through the program, as far as can be told
    /// @param weights whether it makes a layer's first weights, or is a layer's
    /// @param training whether it is only drawn in training: `if self.training`
    record Draw(
            GlobalGenerator generator,
            Waypoint place,
            String what,
            boolean certain,
            boolean weights,
            boolean training,
            GeneratorStates.One state) {}

    /// A seed that comes after a draw.
    record Late(GlobalGenerator generator, Waypoint seed) {}

    /// A seed with another value in every run.
    ///
    /// @param value null when the seed asks the operating system itself
    record RunDependent(
            Waypoint seed,
            String what,
            Value.@org.jspecify.annotations.Nullable Varying value,
            boolean unless) {}

    /// A seed that sets a generator back that was seeded elsewhere.
    ///
    /// @param why "in a loop", "when the module is imported"
    record Reseed(GlobalGenerator generator, Waypoint seed, Waypoint before, String why) {}

    /// A generator object made without a seed because of what was passed.
    record Unseeded(Waypoint place, GlobalGenerator generator, String option) {}

    /// A started process that draws without a seed.
    record Started(Waypoint call, String what, Draw draw) {}

    /// Where following the program came to a limit.
    record Cut(PythonModule module, Node at, String why) {}

    final Options options;
    final List<Cut> cuts = new ArrayList<>();
    final List<Draw> draws = new ArrayList<>();
    final Map<GlobalGenerator, Late> late = new EnumMap<>(GlobalGenerator.class);
    final List<RunDependent> runDependent = new ArrayList<>();
    final List<Reseed> reseeds = new ArrayList<>();
    final List<Unseeded> objects = new ArrayList<>();
    final List<Started> started = new ArrayList<>();
    final Set<PythonModule> programs = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Draws that only make a seed, and are spoken of there.
    final Set<Node> excused = Collections.newSetFromMap(new IdentityHashMap<>());

    /// The functions that were followed.
    final Set<Node> visited = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Calls that make a generator without a seed in a loader's worker.
    final Set<Node> madeInWorker = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Whether something is trained; weights are loaded from a file.
    boolean trains;

    boolean loads;

    /// Whether a layer that learns was made, and a convolution or a recurrent one among them.
    boolean layers;

    boolean convolutions;

    /// Whether a module is run that mostly is run to try it: one of a package, or one that tells
    /// shapes alone.
    boolean trial;

    /// Whether something is read, written or asked for: then it is no mere trial.
    boolean works;

    /// Where each generator was certainly seeded when the program ended.
    final Map<GlobalGenerator, GeneratorStates.One> end = new LinkedHashMap<>();

    /// For a call outside the project: how the generators stood when it was first reached.
    final Map<Node, GeneratorStates.Standing> before = new IdentityHashMap<>();

    Outcome(Options options) {
        this.options = options;
    }

    /// The draws that can matter: those that only make a seed are spoken of there, and where a
    /// program loads weights and trains none, first weights are overwritten, and what is drawn on
    /// some ways alone is mostly a trial. So is the guard of a module that trains, reads and writes
    /// nothing. What is drawn in training alone is not drawn by who trains nothing.
    List<Draw> draws(GlobalGenerator generator) {
        return draws.stream()
                .filter(d -> d.generator() == generator)
                .filter(d -> !excused.contains(d.place().at()))
                .filter(d -> trains || !loads || !d.weights() && d.certain())
                .filter(d -> works || !trial)
                .filter(d -> trains || !d.training())
                .toList();
    }

    /// Notes that something of the program stays unread; the first place is kept.
    void cut(PythonModule module, Node at, String why) {
        if (cuts.isEmpty()) {
            cuts.add(new Cut(module, at, why));
        }
    }

    /// Adds what an import did.
    ///
    /// @param first how the program came to it
    void add(Outcome other, List<Waypoint.Link> first) {
        for (Draw d : other.draws) {
            draw(
                    new Draw(
                            d.generator(),
                            d.place().from(first),
                            d.what(),
                            d.certain(),
                            d.weights(),
                            d.training(),
                            d.state()));
        }
        other.late.forEach((generator, l) ->
                late.putIfAbsent(generator, new Late(generator, l.seed().from(first))));
        for (RunDependent r : other.runDependent) {
            runDependent.add(
                    new RunDependent(r.seed().from(first), r.what(), r.value(), r.unless()));
        }
        for (Reseed r : other.reseeds) {
            reseeds.add(new Reseed(r.generator(), r.seed().from(first), r.before(), r.why()));
        }
        for (Unseeded u : other.objects) {
            objects.add(new Unseeded(u.place().from(first), u.generator(), u.option()));
        }
        for (Started s : other.started) {
            started.add(new Started(s.call().from(first), s.what(), s.draw()));
        }
        other.cuts.forEach(c -> cut(c.module(), c.at(), c.why()));
        programs.addAll(other.programs);
        excused.addAll(other.excused);
        visited.addAll(other.visited);
        madeInWorker.addAll(other.madeInWorker);
        trains |= other.trains;
        loads |= other.loads;
        layers |= other.layers;
        convolutions |= other.convolutions;
        other.before.forEach(before::putIfAbsent);
    }

    void draw(Draw draw) {
        if (draws.size() < MOST) {
            draws.add(draw);
        }
    }
}
