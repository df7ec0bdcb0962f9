package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Lambda;
import dev.lockstep.source.Node;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// LS109: a seed that differs in every run.
///
/// Where a program is followed, values are; elsewhere a seed call that holds the clock itself is
/// found.
final class ClockSeed implements Rule {
    @Override
    public String hazard() {
        return "LS109";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "seed",
                "manual_seed",
                "seed_everything",
                "set_seed",
                "default_rng",
                "RandomState",
                "Random");
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public boolean looksEverywhere() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Seeding.Detected found : programs.seeding().found(unit.path(), hazard())) {
            if (Naming.isNaming(unit, found.at())) {
                continue;
            }
            report.report(
                    found.severity(),
                    found.at(),
                    found.message(),
                    found.steps(),
                    Fix.display("seed with a constant or an option with a constant default"));
        }
        for (Unit.Named named : unit.named()) {
            if (!seeds(named.name())) {
                continue;
            }
            Node function = unit.function(named.call());
            if (function == null
                    || programs.seeding().reaches(function)
                    || Naming.isNaming(unit, named.call())
                    || Naming.isForNames(unit, named.call())) {
                continue;
            }
            Call clock = runDependent(unit, named.call());
            if (clock != null) {
                report.report(
                        Severity.ERROR,
                        clock,
                        "this becomes a seed and differs in every run; use a constant",
                        Fix.display("seed with a constant"));
            }
        }
    }

    private static boolean seeds(String name) {
        Knowledge table = Knowledge.table();
        return table.effect(Effect.Kind.SEED, name) != null
                || table.effect(Effect.Kind.OBJECT, name) != null
                || name.equals("torch.Generator().manual_seed");
    }

    private static @Nullable Call runDependent(Unit unit, Call seed) {
        Call[] found = {null};
        for (Expression argument : seed.arguments()) {
            look(unit, argument, found);
        }
        seed.keywords().forEach(keyword -> look(unit, keyword.value(), found));
        return found[0];
    }

    private static void look(Unit unit, Node node, @Nullable Call[] found) {
        if (node instanceof Lambda || found[0] != null) {
            return;
        }
        if (node instanceof Call call) {
            String name = unit.name(call.function());
            if (name != null && Knowledge.table().effect(Effect.Kind.VARIES, name) != null) {
                found[0] = call;
                return;
            }
        }
        node.children(child -> look(unit, child, found));
    }
}
