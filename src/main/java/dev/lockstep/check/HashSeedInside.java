package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.DictDisplay;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// LS115: `PYTHONHASHSEED` set by the script itself, whose own hashes are fixed by then.
///
/// A file that starts itself or another process anew may mean that process and is left alone.
final class HashSeedInside implements Rule {
    private static final String VARIABLE = "PYTHONHASHSEED";

    @Override
    public String hazard() {
        return "LS115";
    }

    @Override
    public Set<String> words() {
        return Set.of(VARIABLE);
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            if (named.name().startsWith("os.exec")
                    || named.name().startsWith("os.spawn")
                    || named.name().startsWith("os.posix_spawn")
                    || Knowledge.table().effect(Effect.Kind.PROGRAM, named.name()) != null) {
                return;
            }
        }
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Assign assign) {
                for (Expression target : assign.targets()) {
                    if (target instanceof Subscript s
                            && isVariable(s.index())
                            && "os.environ".equals(unit.name(s.value()))) {
                        report(report, assign);
                    }
                }
            }
        }
        for (Unit.Named named : unit.named()) {
            if (sets(named.name(), named.call())) {
                report(report, named.call());
            }
        }
    }

    private static void report(Reporter report, Node at) {
        report.report(
                Severity.ERROR,
                at,
                "sets PYTHONHASHSEED where it has no effect: Python reads it before the script starts;"
                        + " set it in the command that starts the script",
                Fix.display(
                        "start with PYTHONHASHSEED=0 python …, and sort what comes from a set"));
    }

    private static boolean sets(String name, Call call) {
        return switch (name) {
            case "os.putenv", "os.environ.setdefault", "os.environ.__setitem__" ->
                    isVariable(call.argument(0));
            case "os.environ.update" -> {
                for (Argument keyword : call.keywords()) {
                    if (VARIABLE.equals(keyword.name())) {
                        yield true;
                    }
                }
                yield call.argument(0) instanceof DictDisplay d
                        && d.items().stream().anyMatch(item -> isVariable(item.key()));
            }
            default -> false;
        };
    }

    private static boolean isVariable(@Nullable Expression expression) {
        return expression instanceof StringLiteral text && text.value().equals(VARIABLE);
    }
}
