package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts a line beside the seeds of other generators that run already.
final class BesideSeeds {
    private final Script script;
    private final List<Place> constants;

    /// @param constants the lines at which another edit puts the constant 0 in place of a seed
    BesideSeeds(Script script, List<Place> constants) {
        this.script = script;
        this.constants = List.copyOf(constants);
    }

    /// Gives the edits that seed these generators behind the last seed that runs in time, in the
    /// script itself if there is one; none where there is none.
    List<Edit> edits(Set<Generator> never) {
        var found = last(never);
        if (found == null) {
            return List.of();
        }
        var position = found.behind();
        return SeedLines.of(position, never, found.plain() ? found.text() : "0").at(position);
    }

    private @Nullable SeedCall last(Set<Generator> never) {
        var entry = script.entry();
        var idle =
                script.seeds().stream()
                        .filter(seed -> seed.seedsAny(never))
                        .map(SeedCall::block)
                        .toList();
        SeedCall found = null;
        for (var seed : script.seeds()) {
            var module = seed.module();
            if (seed.helper() == null
                    && (seed.plain() || constants.stream().anyMatch(seed::isAt))
                    && seed.seeds().size() == 1
                    && !seed.seedsAny(never)
                    && !idle.contains(seed.block())
                    && script.reached().runs(seed.block())
                    && (module == entry || seed.block().choice() == null)
                    && !isInWorker(seed)
                    && new Layout(module.source()).alone(seed.statement())
                    && !script.draws().before(module, seed.statement())
                    && (found == null || module == entry || found.module() != entry)) {
                found = seed;
            }
        }
        return found;
    }

    /// Whether a seed stands in a function with another job: a loader's worker, a started process.
    private boolean isInWorker(SeedCall seed) {
        var function = seed.block().function();
        return function != null
                && (seed.module() != script.entry() || !isCalled(function))
                && function.name().toLowerCase(Locale.ROOT).contains("worker");
    }

    private boolean isCalled(Statement.FunctionDefinition function) {
        var entry = script.entry();
        return !script.reached().callsOf(entry.project().function(entry, function)).isEmpty();
    }
}
