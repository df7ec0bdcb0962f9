package dev.lockstep.check;

import dev.lockstep.check.OrderFlow.Sink;
import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows an order into the functions of the file and out of them again: from an argument to what
/// becomes of the parameter, and from what a private function gives to its calls.
///
/// Knows which functions are being followed or led nowhere.
final class OrderFunctions {
    private final Unit unit;
    private final OrderFlow flow;
    private final OrderVariables variables;

    /// Parameters of functions, and functions whose calls, that are being followed or led nowhere.
    private final Set<Name> entered = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<FunctionDefinition> left = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Functions whose callers make nothing of the order.
    private final Set<FunctionDefinition> forgotten =
            Collections.newSetFromMap(new IdentityHashMap<>());

    OrderFunctions(Unit unit, OrderFlow flow, OrderVariables variables) {
        this.unit = unit;
        this.flow = flow;
        this.variables = variables;
    }

    /// From now on the callers of a function make nothing of the order, and each is followed once
    /// more.
    void forget(FunctionDefinition function) {
        forgotten.add(function);
        entered.clear();
        left.clear();
    }

    /// The order has left a function: nothing where every call of a private one in this file
    /// forgets it.
    @Nullable Sink returned(FunctionDefinition f, Node place, String what, int depth) {
        if (f.name().equals("__dir__") // dir() sorts
                || OrderWords.isShowing(f)
                || forgotten.contains(f)) {
            return null;
        }
        var open = new Sink(place, what, false, true, f);
        if (!f.name().startsWith("_") || f.name().startsWith("__")) {
            return open;
        }
        if (!left.add(f)) {
            return null; // who calls it is being looked at
        }
        boolean called = false;
        for (Call call : unit.calls()) {
            boolean own =
                    unit.classAround(f) == null
                            ? call.function() instanceof Name name && name.id().equals(f.name())
                            : call.function() instanceof Attribute method
                                    && method.name().equals(f.name());
            if (own) {
                called = true;
                if (flow.follow(call, depth + 1) != null) {
                    return open;
                }
            }
        }
        return called ? null : open;
    }

    /// The order goes into a call: nothing where a function of this file makes nothing of it, and
    /// where the function gives it back, that which becomes of it then.
    @Nullable Sink intoFunction(Call call, Expression argument, Sink sink, int depth) {
        FunctionDefinition callee = call.isOpen() ? null : callee(call);
        Name parameter = callee == null ? null : parameter(callee, call, argument);
        if (callee == null || parameter == null) {
            return Callers.forgetArgument(unit, call, argument) ? null : sink;
        }
        if (!entered.add(parameter)) {
            return null; // what it does with it is being looked at
        }
        for (Name use : unit.uses(parameter)) {
            if (variables.isSorted(use)) {
                return null;
            }
        }
        for (Name use : unit.uses(parameter)) {
            Sink inside = variables.isNew(use) ? flow.follow(use, 1) : null;
            if (inside != null && inside.left() != callee) {
                return sink;
            }
            Sink given = inside == null ? null : flow.follow(call, depth + 1);
            if (given != null) {
                return given;
            }
        }
        return null;
    }

    private @Nullable FunctionDefinition callee(Call call) {
        Node owner =
                call.function() instanceof Attribute method
                                && method.value() instanceof Name self
                                && self.id().equals("self")
                        ? unit.classAround(call)
                        : null;
        String name = OrderFlow.shortName(call);
        for (Statement statement : unit.statements()) {
            if (statement instanceof FunctionDefinition f
                    && f.name().equals(name)
                    && unit.parent(f) == owner
                    && (owner != null || call.function() instanceof Name)) {
                return f;
            }
        }
        return null;
    }

    /// A use of the parameter that takes an argument, or null when that is not to be seen.
    private @Nullable Name parameter(FunctionDefinition callee, Call call, Expression argument) {
        var plain =
                callee.parameters().stream()
                        .filter(p -> p.kind() == Parameter.Kind.PLAIN)
                        .map(Parameter::name)
                        .toList();
        int at = call.arguments().indexOf(argument) + (unit.classAround(callee) == null ? 0 : 1);
        String name = null;
        if (call.arguments().contains(argument)) {
            name = at < plain.size() ? plain.get(at) : null;
        } else {
            for (Argument keyword : call.keywords()) {
                name = keyword.value() == argument ? keyword.name() : name;
            }
        }
        String wanted = name;
        if (wanted == null) {
            return null;
        }
        var found = new ArrayList<Name>();
        callee.body()
                .forEach(statement ->
                        statement.walk(node -> {
                            if (node instanceof Name use
                                    && use.id().equals(wanted)
                                    && unit.function(use) == callee) {
                                found.add(use);
                            }
                        }));
        return found.isEmpty() ? null : found.getFirst();
    }
}
