package dev.lockstep.check;

import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.ListDisplay;
import dev.lockstep.source.Expression.Starred;
import dev.lockstep.source.Expression.TupleDisplay;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Symbol;
import java.util.EnumMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The processes that a program starts: each is followed in a state of its own.
final class Processes {
    private final Execution execution;

    Processes(Execution execution) {
        this.execution = execution;
    }

    /// Follows what a started process does, in a state of its own. Returns whether `name` starts
    /// one.
    boolean starts(String name, Call call, Scope scope) {
        boolean fork = execution.knowledge.effect(Effect.Kind.PROCESS, name) != null;
        boolean spawn =
                execution.knowledge.effect(Effect.Kind.SPAWN, name) != null
                        || name.contains("get_context().");
        if (fork
                || spawn && name.endsWith("Process")
                || execution.knowledge.effect(Effect.Kind.SPAWN, name) != null) {
            Expression target = call.keyword("target");
            if (target == null) {
                target =
                        call.keyword("func") != null
                                ? call.keyword("func")
                                : call.argument(0, "fn");
            }
            if (target != null
                    && !execution.bootstrapping
                    && execution.symbol(target, scope) instanceof Symbol.Function f) {
                child(f, call, spawn, scope);
            }
            return true;
        }
        if (execution.knowledge.effect(Effect.Kind.PROGRAM, name) != null) {
            program(call, scope);
            return true;
        }
        return false;
    }

    private void child(Symbol.Function f, Call call, boolean spawn, Scope scope) {
        if (execution.way.size() >= Execution.MAX_CALLS || !execution.active.add(f.definition())) {
            return;
        }
        var child =
                new Execution(execution.shared, f.module(), execution.arguments, execution.options);
        child.way.addAll(execution.way);
        child.way.add(new Waypoint.Link(execution.module, call, "starts " + f.definition().name()));
        child.active.addAll(execution.active);
        child.active.remove(f.definition());
        if (!spawn) {
            child.state = execution.state.copy();
            child.imported.addAll(execution.imported);
        }
        // One bound for all: what a process starts may start others.
        child.steps = execution.steps;
        Outcome inside = child.runFunction(f, null, spawn);
        execution.steps = child.steps;
        execution.active.remove(f.definition());
        unseeded(inside)
                .forEach(draw ->
                        execution.outcome.started.add(
                                new Outcome.Started(
                                        execution.here(call), f.definition().name(), draw)));
        execution.outcome.cuts.addAll(inside.cuts);
        execution.outcome.visited.addAll(inside.visited);
        execution.outcome.runDependent.addAll(inside.runDependent);
        execution.outcome.objects.addAll(inside.objects);
        execution.outcome.reseeds.addAll(inside.reseeds);
    }

    /// The first draw from each generator that a finished program never seeded.
    private static List<Outcome.Draw> unseeded(Outcome inside) {
        var first = new EnumMap<GlobalGenerator, Outcome.Draw>(GlobalGenerator.class);
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            inside.draws(generator).stream().findFirst().ifPresent(d -> first.put(generator, d));
        }
        return List.copyOf(first.values());
    }

    private void program(Call call, Scope scope) {
        if (call.arguments().isEmpty()) {
            return;
        }
        Expression command = call.arguments().getFirst();
        List<Expression> words =
                switch (command) {
                    case ListDisplay l -> l.elements();
                    case TupleDisplay t -> t.elements();
                    default -> List.of(command);
                };
        for (int k = 0; k < words.size(); k++) {
            if (!(execution.evaluation.value(words.get(k), scope).byDefault()
                            instanceof Value.Known known)
                    || !(known.value() instanceof String text)) {
                continue;
            }
            PythonModule script = script(text);
            if (script == null
                    || script == execution.module
                    || !execution.outcome.programs.add(script)) {
                continue;
            }
            boolean open = words.stream().anyMatch(w -> w instanceof Starred) || words.size() == 1;
            var child =
                    new Execution(
                            execution.shared,
                            script,
                            open ? null : Integer.valueOf(words.size() - k));
            if (execution.way.size() < Execution.MAX_CALLS / 2) {
                child.way.addAll(execution.way);
                child.way.add(new Waypoint.Link(execution.module, call, "starts " + script.path()));
                child.steps = execution.steps;
                Outcome inside = child.run(new EntryPoint(script, null));
                execution.steps = child.steps;
                unseeded(inside)
                        .forEach(draw ->
                                execution.outcome.started.add(
                                        new Outcome.Started(
                                                execution.here(call), script.path(), draw)));
                execution.outcome.programs.addAll(inside.programs);
                execution.outcome.cuts.addAll(inside.cuts);
            }
        }
    }

    private @Nullable PythonModule script(String text) {
        for (String word : text.split(" ", -1)) {
            if (!word.endsWith(".py")) {
                continue;
            }
            String name = word.substring(word.lastIndexOf('/') + 1);
            PythonModule found = null;
            for (String path : execution.project.paths()) {
                if (path.equals(word) || path.endsWith("/" + word)) {
                    return execution.project.module(path);
                }
                if (path.equals(name) || path.endsWith("/" + name)) {
                    if (found != null) {
                        return null;
                    }
                    found = execution.project.module(path);
                }
            }
            return found;
        }
        return null;
    }
}
