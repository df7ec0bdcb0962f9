package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Makes a script seed the shared generators once, in the place where a reader would look for it,
/// and always before the first draw that is known.
final class Seeding {
    private final Script script;
    private final List<Place> constants;

    /// @param constants the lines at which another edit puts the constant 0 in place of a seed that
    ///   differs by run
    Seeding(Script script, List<Place> constants) {
        this.script = script;
        this.constants = List.copyOf(constants);
    }

    /// Gives the edits that seed these generators, by the first way that the script allows.
    ///
    /// @param never the generators that nobody seeds
    /// @param late those that are seeded, but after they were drawn from
    List<Edit> edits(Set<Generator> never, Set<Generator> late) {
        if (!late.isEmpty()) {
            return first(
                    () -> new LateSeeds(script).movedUp(never, late),
                    () -> new NewBlock(script).edits(Generator.union(never, late), late));
        }
        if (never.isEmpty()) {
            return List.of();
        }
        var helpers = new SeedHelpers(script);
        return first(
                () -> helpers.completed(never),
                () -> new BesideSeeds(script, constants).edits(never),
                () -> new WaitingSeeds(script).edits(never),
                () -> helpers.called(never),
                () -> new NewBlock(script).edits(never, Set.of()));
    }

    @SafeVarargs
    private static List<Edit> first(Supplier<List<Edit>>... ways) {
        return Stream.of(ways)
                .map(Supplier::get)
                .filter(edits -> !edits.isEmpty())
                .findFirst()
                .orElse(List.of());
    }
}
