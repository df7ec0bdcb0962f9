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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The functions of a file with which other processes start, `mp.spawn(worker)`, or which a pool
/// gives them as tasks, `pool.map(work, items)`: a seed belongs there, and not into each function
/// that they call.
final class StartedFunctions {
    private static final Set<String> STARTERS = Set.of("spawn", "start_processes");

    private static final Set<String> POOLS =
            Set.of(
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
    private final Map<FunctionDefinition, List<Expression.Call>> started = new LinkedHashMap<>();
    private final Map<FunctionDefinition, List<Expression.Call>> tasks = new LinkedHashMap<>();

    StartedFunctions(PythonModule module) {
        this.module = module;
        for (var site : module.calls()) {
            var call = site.call();
            boolean pool = POOLS.contains(name(call));
            var target = call.keyword("target");
            if (target == null && (pool || STARTERS.contains(name(call)))) {
                target = call.argument(0, "fn");
            }
            if (target != null && module.symbol(target) instanceof Symbol.Function function) {
                started.computeIfAbsent(function.definition(), _ -> new ArrayList<>()).add(call);
                if (pool) {
                    tasks.computeIfAbsent(function.definition(), _ -> new ArrayList<>()).add(call);
                }
            }
        }
    }

    private static String name(Expression.Call call) {
        return switch (call.function()) {
            case Expression.Attribute attribute -> attribute.name();
            case Expression.Name plain -> plain.id();
            default -> "";
        };
    }

    /// How a function that a process starts with calls a value of the process that starts it: by
    /// the parameter that gets it, `opt.seed`; null where it gets none.
    ///
    /// @param value a name, or a field of what a name holds
    @Nullable String passed(FunctionDefinition function, String value) {
        int dot = value.indexOf('.');
        var name = dot < 0 ? value : value.substring(0, dot);
        for (var call : started.getOrDefault(function, List.of())) {
            // `spawn` puts the process's number before the arguments.
            int first = STARTERS.contains(name(call)) ? 1 : 0;
            if (call.keyword("args") instanceof Expression.TupleDisplay given) {
                for (int i = 0; i < given.elements().size(); i++) {
                    if (given.elements().get(i) instanceof Expression.Name one
                            && one.id().equals(name)
                            && i + first < function.parameters().size()) {
                        var parameter = function.parameters().get(i + first).name();
                        return dot < 0 ? parameter : parameter + value.substring(dot);
                    }
                }
            }
        }
        return null;
    }

    /// Whether the function is a pool's task: it runs many times in one process.
    boolean isTask(FunctionDefinition function) {
        return tasks.containsKey(function);
    }

    /// The functions that a line gives to a pool as tasks.
    List<FunctionDefinition> tasksOf(int line) {
        var source = module.source();
        return tasks.entrySet().stream()
                .filter(task ->
                        task.getValue().stream()
                                .anyMatch(call ->
                                        source.line(call.start()) <= line
                                                && line <= source.line(call.end())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The functions with which those processes start that come to a function; that function itself
    /// where none is known.
    List<FunctionDefinition> leadingTo(FunctionDefinition function) {
        if (started.containsKey(function)) {
            return List.of(function);
        }
        var leading = started.keySet().stream().filter(one -> leads(one, function)).toList();
        return leading.isEmpty() ? List.of(function) : leading;
    }

    private boolean leads(FunctionDefinition from, FunctionDefinition to) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        var pending = new ArrayDeque<Statement>(List.of(from));
        while (!pending.isEmpty()) {
            var at = pending.poll();
            if (at == to
                    || at instanceof Statement.ClassDefinition made && made.body().contains(to)) {
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
