package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The functions of a file with which other processes start, `mp.spawn(worker)`: a seed belongs
/// there, and not into each function that they call.
final class StartedFunctions {
    private static final Set<String> STARTERS =
            Set.of(
                    "spawn",
                    "start_processes",
                    "submit",
                    "map",
                    "imap",
                    "imap_unordered",
                    "starmap",
                    "map_async",
                    "starmap_async",
                    "apply",
                    "apply_async",
                    "run_in_executor");

    private final PythonModule module;
    private final Set<FunctionDefinition> started = new LinkedHashSet<>();

    StartedFunctions(PythonModule module) {
        this.module = module;
        for (var site : module.calls()) {
            var target = target(site.call());
            if (target != null && module.symbol(target) instanceof Symbol.Function function) {
                started.add(function.definition());
            }
        }
    }

    private static @Nullable Expression target(Expression.Call call) {
        var target = call.keyword("target");
        if (target != null) {
            return target;
        }
        var name =
                switch (call.function()) {
                    case Expression.Attribute attribute -> attribute.name();
                    case Expression.Name plain -> plain.id();
                    default -> "";
                };
        return STARTERS.contains(name) ? call.argument(0, "fn") : null;
    }

    /// The functions with which those processes start that come to a function; that function itself
    /// where none is known.
    List<FunctionDefinition> leadingTo(FunctionDefinition function) {
        if (started.contains(function)) {
            return List.of(function);
        }
        var leading = started.stream().filter(one -> leads(one, function)).toList();
        return leading.isEmpty() ? List.of(function) : leading;
    }

    private boolean leads(FunctionDefinition from, FunctionDefinition to) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var pending = new ArrayDeque<Statement>(List.of(from));
        while (!pending.isEmpty()) {
            var at = pending.poll();
            if (at == to) {
                return true;
            }
            if (!seen.add(at)) {
                continue;
            }
            var named = new ArrayList<Expression>();
            at.walk(node -> {
                if (node instanceof Expression.Name || node instanceof Expression.Attribute) {
                    named.add((Expression) node);
                }
            });
            for (var one : named) {
                switch (module.symbol(one)) {
                    case Symbol.Function f -> pending.add(f.definition());
                    case Symbol.Class c -> pending.add(c.definition());
                    case null, default -> {}
                }
            }
        }
        return false;
    }
}
