package dev.lockstep.check;

import dev.lockstep.source.Alias;
import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether all in a project who call a function make nothing of the order of what it gives: they
/// sort it, count it, ask whether something is in it, or leave it where it is.
///
/// A call that cannot be told from one of it counts as one, and so does one that hands the order
/// on. A function that nobody calls is for others, who may use the order.
final class Callers {
    private static final int MOST = 4;

    private final Project project;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Callers(Project project) {
        this.project = project;
    }

    /// Takes a function of a file.
    static boolean forget(Unit unit, FunctionDefinition function) {
        return new Callers(unit.module().project()).forgotten(unit, function, 0);
    }

    /// Takes a call and one of its arguments: whether a function of another file is called that
    /// makes nothing of the argument's order.
    static boolean forgetArgument(Unit unit, Call call, Expression argument) {
        int at = call.arguments().indexOf(argument);
        if (at < 0
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)
                || f.module() == unit.module()) {
            return false;
        }
        List<Parameter> parameters = f.definition().parameters();
        Unit there = Unit.of(f.module());
        int own = at + (there.classAround(f.definition()) == null ? 0 : 1);
        if (own >= parameters.size() || parameters.get(own).kind() != Parameter.Kind.PLAIN) {
            return false;
        }
        var uses = new ArrayList<Name>();
        for (Statement statement : f.definition().body()) {
            statement.walk(node -> {
                if (node instanceof Name use && use.id().equals(parameters.get(own).name())) {
                    uses.add(use);
                }
            });
        }
        var callers = new Callers(unit.module().project());
        return !uses.isEmpty()
                && uses.stream()
                        .allMatch(use ->
                                isTarget(there, use) || callers.isForgotten(there, use, MOST));
    }

    private boolean forgotten(Unit unit, FunctionDefinition function, int depth) {
        boolean plain =
                function.decorators().stream()
                        .allMatch(d ->
                                d.expression() instanceof Name how
                                        && (how.id().equals("staticmethod")
                                                || how.id().equals("classmethod")));
        if (depth > MOST || !plain || function.name().startsWith("__")) {
            return false;
        }
        if (!seen.add(function)) {
            return true; // who calls it is being looked at
        }
        // Files that nobody has parsed yet are looked at last: mostly one of the others decides.
        // Others may parse some meanwhile, so each is asked once.
        var parsed = new LinkedHashMap<String, Boolean>();
        project.paths().forEach(path -> parsed.put(path, project.isRead(path)));
        int calls = 0;
        for (boolean first : List.of(true, false)) {
            for (Map.Entry<String, Boolean> file : parsed.entrySet()) {
                Unit other =
                        file.getValue() == first
                                ? mentions(unit, file.getKey(), first, function.name())
                                : null;
                int more = other == null ? 0 : calls(other, unit, function, depth);
                if (more < 0) {
                    return false;
                }
                calls += more;
            }
        }
        return calls > 0;
    }

    private @Nullable Unit mentions(Unit own, String path, boolean parsed, String name) {
        if (ImportGraph.isTest(path)) {
            return null;
        }
        if (path.equals(own.path())) {
            return own;
        }
        if (!parsed) {
            Source text = project.text(path);
            if (text == null || !text.text().contains(name)) {
                return null;
            }
        }
        PythonModule module = project.module(path);
        return module != null && module.source().text().contains(name) ? Unit.of(module) : null;
    }

    /// How often a file calls a function, each time without using the order; less than none where
    /// it uses it, or speaks of the function without calling it.
    private int calls(Unit unit, Unit home, FunctionDefinition function, int depth) {
        var speaking = new ArrayList<Expression>();
        boolean[] renamed = {false};
        unit.tree()
                .walk(node -> {
                    switch (node) {
                        case Name name when name.id().equals(function.name()) -> speaking.add(name);
                        case Attribute part when part.name().equals(function.name()) ->
                                speaking.add(part);
                        case Alias alias ->
                                renamed[0] |=
                                        alias.name().equals(function.name()) && alias.as() != null;
                        default -> {}
                    }
                });
        if (renamed[0]) {
            return -1;
        }
        boolean method = home.classAround(function) != null;
        int calls = 0;
        for (Expression one : speaking) {
            if (method && one instanceof Name || !mayBe(unit, one, function)) {
                continue;
            }
            if (!(unit.parent(one) instanceof Call call)
                    || call.function() != one
                    || !isForgotten(unit, call, depth)) {
                return -1;
            }
            calls++;
        }
        return calls;
    }

    /// Whether an expression may stand for a function: it does, or nobody knows.
    private static boolean mayBe(Unit unit, Expression expression, FunctionDefinition function) {
        return switch (unit.module().symbol(expression)) {
            case Symbol.Function other -> other.definition() == function;
            case null -> !(expression instanceof Name name && unit.declaring(name) != null);
            default -> false;
        };
    }

    /// Whether nothing is made of the order of a value where it stands.
    private boolean isForgotten(Unit unit, Expression value, int depth) {
        return switch (unit.parent(value)) {
            case Statement.ExpressionStatement _ -> true;
            case Call call when call.function() != value ->
                    OrderFlow.shortName(call).toLowerCase(Locale.ROOT).contains("sort")
                            || OrderFlow.forgets(call);
            case Expression.Comparison test ->
                    test.operands().getLast() == value
                            && test.operators().stream()
                                    .allMatch(o -> o == Operator.IN || o == Operator.NOT_IN);
            case Expression.Unary not -> not.operator() == Operator.NOT;
            case Branch branch -> branch.test() == value;
            case Statement.Return _ ->
                    unit.function(value) instanceof FunctionDefinition outer
                            && forgotten(unit, outer, depth + 1);
            case Expression.Conditional choice ->
                    choice.test() == value || isForgotten(unit, choice, depth);
            case Statement.Assign assign
                    when assign.value() == value
                            && assign.targets().size() == 1
                            && assign.targets().getFirst() instanceof Name variable ->
                    isForgotten(unit, variable, assign, depth);
            case null, default -> false;
        };
    }

    private boolean isForgotten(Unit unit, Name variable, Statement.Assign assign, int depth) {
        List<Name> uses = unit.uses(variable);
        return uses.stream().anyMatch(use -> isSorted(unit, use))
                || uses.stream()
                        .filter(use -> use.start() > assign.end() && !isTarget(unit, use))
                        .allMatch(use -> isForgotten(unit, use, depth));
    }

    private static boolean isTarget(Unit unit, Name use) {
        return unit.parent(use) instanceof Statement.Assign assign
                && assign.targets().contains(use);
    }

    private static boolean isSorted(Unit unit, Name use) {
        return unit.parent(use) instanceof Attribute method && method.name().equals("sort");
    }
}
