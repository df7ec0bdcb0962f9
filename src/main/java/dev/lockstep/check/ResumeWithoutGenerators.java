package dev.lockstep.check;

import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// LS406: a training goes on from a checkpoint that holds no generator state.
final class ResumeWithoutGenerators implements Rule {
    @Override
    public String hazard() {
        return "LS406";
    }

    @Override
    public Set<String> words() {
        return Set.of("save");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!programs.ever(Fact.RESUMES) || programs.ever(Fact.GENERATOR_STATE)) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            if (!named.name().equals("torch.save")) {
                continue;
            }
            Expression.DictDisplay saved = dictionary(unit, named.call().argument(0, "obj"));
            if (saved != null && trainingState(unit, saved)) {
                report.report(
                        Severity.WARNING,
                        named.call(),
                        "the checkpoint that training goes on from holds no generator state, so the"
                                + " continued run draws other numbers than the uninterrupted one",
                        Fix.display(
                                "save torch.get_rng_state() with it and restore it after loading, NumPy's"
                                        + " and random's too"));
            }
        }
    }

    private static Expression.@Nullable DictDisplay dictionary(
            Unit unit, @Nullable Expression saved) {
        return switch (saved) {
            case Expression.DictDisplay dict -> dict;
            case Name name -> unit.value(name) instanceof Expression.DictDisplay dict ? dict : null;
            case null, default -> null;
        };
    }

    /// Tells whether a dictionary holds what a training goes on from: the optimizer's state, and
    /// nothing that looks like a generator's.
    private static boolean trainingState(Unit unit, Expression.DictDisplay dict) {
        boolean optimizer = false;
        for (DictItem item : dict.items()) {
            if (item.key() == null) {
                return false;
            }
            String key = unit.source().slice(item.key()).toLowerCase(Locale.ROOT);
            if (key.contains("rng") || key.contains("random") || key.contains("generator")) {
                return false;
            }
            optimizer |=
                    item.value() instanceof Call call
                            && call.function() instanceof Attribute attribute
                            && attribute.name().equals("state_dict")
                            && unit.source()
                                    .slice(attribute.value())
                                    .toLowerCase(Locale.ROOT)
                                    .contains("optim");
        }
        return optimizer;
    }
}
