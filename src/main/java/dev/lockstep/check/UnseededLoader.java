package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import java.util.Map;
import java.util.Set;

/// LS201: samples are shuffled, drawn or split from torch's default generator, which nothing seeds.
final class UnseededLoader implements Rule {
    /// Functions and classes that take a `generator`, and what they do with it.
    private static final Map<String, String> DRAWS =
            Map.of(
                    "torch.utils.data.random_split", "the split",
                    "torch.utils.data.RandomSampler", "the order of the samples",
                    "torch.utils.data.SubsetRandomSampler", "the order of the samples",
                    "torch.utils.data.WeightedRandomSampler", "which samples are drawn");

    @Override
    public String hazard() {
        return "LS201";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "DataLoader",
                "random_split",
                "RandomSampler",
                "SubsetRandomSampler",
                "WeightedRandomSampler",
                "StatefulDataLoader");
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (programs.always(Fact.SEEDS_TORCH)) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            Call call = named.call();
            if (call.isOpen()
                    || programs.seeding().seedsTorchBefore(call)
                    || !FactFinder.isFalse(call.keyword("generator"))
                            && call.keyword("generator") != null) {
                continue;
            }
            String what = DRAWS.get(named.name());
            if (what == null && Loaders.isLoader(named.name())) {
                Expression shuffle = Loaders.argument(call, "shuffle");
                if (FactFinder.isTrue(shuffle) && Loaders.argument(call, "generator") == null) {
                    what = "the order of the samples";
                }
            } else if (what != null
                    && call.arguments().size() > 2
                    && named.name().endsWith("random_split")) {
                what = null;
            }
            if (what == null) {
                continue;
            }
            var function = unit.function(call);
            boolean callers = function != null && !programs.seeding().reaches(function);
            report.report(
                    callers ? Severity.NOTE : Severity.ERROR,
                    call,
                    what
                            + " comes from torch's default generator, which "
                            + (callers ? "the caller has to seed" : "nothing seeds")
                            + "; pass generator=torch.Generator().manual_seed(…)",
                    fix(unit, call));
        }
    }

    private static Fix fix(Unit unit, Call call) {
        String torch = Shapes.boundTo(unit, "torch");
        if (torch == null) {
            return Fix.display("pass generator=torch.Generator().manual_seed(0)");
        }
        String text = "generator=" + torch + ".Generator().manual_seed(0)";
        Expression none = call.keyword("generator");
        Edit edit =
                none instanceof Constant
                        ? Fixes.replace(unit.source(), none, torch + ".Generator().manual_seed(0)")
                        : Fixes.addArgument(unit.source(), call, text);
        return Fix.safe("pass a seeded generator", edit);
    }
}
