package dev.lockstep.check;

import dev.lockstep.source.Expression.Call;
import java.util.Set;

/// LS203: a training loader keeps the shorter last batch; a note, because nothing is wrong with it.
final class PartialLastBatch implements Rule {
    @Override
    public String hazard() {
        return "LS203";
    }

    @Override
    public Set<String> words() {
        return Set.of("DataLoader", "StatefulDataLoader");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            if (!Loaders.isLoader(named.name())
                    || Loaders.may(call, "drop_last")
                    || Loaders.argument(call, "batch_sampler") != null
                    || !FactFinder.isTrue(Loaders.argument(call, "shuffle"))) {
                continue;
            }
            report.report(
                    Severity.NOTE,
                    call,
                    "keeps the last batch, which may be shorter; its samples are real and the same in"
                            + " every run, only batch normalisation over one sample is a fault",
                    Fix.unsafe(
                            "drop the last batch (it changes the result)",
                            Fixes.addArgument(unit.source(), call, "drop_last=True")));
        }
    }
}
