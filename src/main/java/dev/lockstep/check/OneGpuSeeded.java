package dev.lockstep.check;

import dev.lockstep.source.Expression.Attribute;
import java.util.Set;

/// LS106: `torch.cuda.manual_seed` seeds one device of several.
final class OneGpuSeeded implements Rule {
    @Override
    public String hazard() {
        return "LS106";
    }

    @Override
    public Set<String> words() {
        return Set.of("manual_seed");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!programs.ever(Fact.SEVERAL_GPUS) || programs.always(Fact.SEEDS_TORCH)) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            if (!named.name().equals("torch.cuda.manual_seed")) {
                continue;
            }
            Fix fix =
                    named.call().function() instanceof Attribute attribute
                            ? Fix.safe(
                                    "seed all devices",
                                    new Edit(
                                            Place.of(
                                                    unit.source(),
                                                    attribute.end() - "manual_seed".length(),
                                                    attribute.end()),
                                            "manual_seed_all"))
                            : Fix.display("call torch.manual_seed, which seeds all devices");
            report.report(
                    Severity.ERROR,
                    named.call(),
                    "seeds the current device alone, and this program uses several; the others draw"
                            + " from fresh entropy, call torch.manual_seed instead",
                    fix);
        }
    }
}
