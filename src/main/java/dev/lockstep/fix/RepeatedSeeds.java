package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Statement;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Seeds that a script sets anew, though something else that it runs seeds the same generators.
final class RepeatedSeeds {
    private final Reached reached;
    private final List<SeedCall> seeds;

    RepeatedSeeds(Reached reached) {
        this.reached = reached;
        this.seeds = SeedCalls.in(reached);
    }

    /// Gives the edit that takes a line away that seeds; none where nothing else seeds the same, or
    /// where the line does more than that.
    List<Edit> without(Place place) {
        var here = at(place);
        if (here == null || here.helper() != null || !isSeededElsewhere(here)) {
            return List.of();
        }
        var gone = goneWith(here);
        var layout = new Layout(here.module().source());
        return gone != null && layout.alone(gone) ? List.of(layout.without(gone)) : List.of();
    }

    private @Nullable SeedCall at(Place place) {
        for (var seed : seeds) {
            if (seed.isAt(place)) {
                return seed;
            }
        }
        return null;
    }

    private boolean isSeededElsewhere(SeedCall here) {
        return here.block().function() != null
                && seeds.stream()
                        .anyMatch(seed ->
                                seed.block().function() != here.block().function()
                                        && seed.plain()
                                        && seed.block().choice() == null
                                        && reached.runs(seed.block())
                                        && seed.seeds().containsAll(here.seeds()));
    }

    /// What goes with a line that seeds: the line alone, or the `if` that holds nothing else; null
    /// where something must stay in its place.
    private static @Nullable Statement goneWith(SeedCall here) {
        if (here.block().statements().size() > 1) {
            return here.statement();
        }
        var choice = here.block().choice();
        if (choice == null
                || choice.branches().size() != 1
                || choice.branches().getFirst().body() != here.block().statements()
                || !choice.otherwise().isEmpty()) {
            return null;
        }
        var test = choice.branches().getFirst().test();
        boolean[] told = {false};
        test.walk(node ->
                told[0] |=
                        node instanceof Expression.Call
                                || node instanceof Expression.Name name && named(name.id())
                                || node instanceof Expression.Attribute field
                                        && named(field.name()));
        return !told[0]
                        && Blocks.of(here.module()).stream()
                                .anyMatch(block ->
                                        block.size() > 1
                                                && block.stream().anyMatch(one -> one == choice))
                ? choice
                : null;
    }

    /// Whether a name speaks of a seed: what asks for one decides more than where it is set.
    private static boolean named(String name) {
        return name.toLowerCase(Locale.ROOT).contains("seed");
    }
}
