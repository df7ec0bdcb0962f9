package dev.lockstep.check;

import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.ListDisplay;
import dev.lockstep.source.Expression.Starred;
import dev.lockstep.source.Expression.TupleDisplay;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Symbol;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The processes that a program starts: each is followed in a state of its own.
final class Processes {
    private final Execution execution;

    /// Constructors of pools of processes.
    private static final Pattern POOL =
            Pattern.compile(
                    "((torch\\.)?multiprocessing(\\.pool|\\.get_context\\(\\))?\\.Pool"
                            + "|concurrent\\.futures(\\.process)?\\.ProcessPoolExecutor)");

    private static final Set<String> TASKS =
            Set.of(
                    "map",
                    "imap",
                    "imap_unordered",
                    "starmap",
                    "apply",
                    "apply_async",
                    "map_async",
                    "starmap_async",
                    "submit");

    /// Methods of pools that run a function in one of their processes.
    private static final Pattern TASK =
            Pattern.compile(POOL.pattern() + "\\(\\)\\.(" + String.join("|", TASKS) + ")");

    private static final Pattern POOLED =
            Pattern.compile("pool|executor|workers", Pattern.CASE_INSENSITIVE);

    /// Whether a pool of processes was made, and one whose processes begin with a function of their
    /// own, which may seed.
    private boolean pools;

    private boolean initialised;

    Processes(Execution execution) {
        this.execution = execution;
    }

    /// Follows what a started process does, in a state of its own. Returns whether `name` starts
    /// one.
    boolean starts(String name, Call call, Scope scope) {
        if (POOL.matcher(name).matches()) {
            pools = true;
            initialised |=
                    call.keyword("initializer") != null
                            || name.endsWith("Pool") && call.argument(1, "initializer") != null;
            return false;
        }
        boolean pool = TASK.matcher(name).matches();
        boolean fork = execution.knowledge.effect(Effect.Kind.PROCESS, name) != null;
        boolean spawn =
                execution.knowledge.effect(Effect.Kind.SPAWN, name) != null
                        || name.contains("get_context().");
        if (fork
                || pool
                || spawn && name.endsWith("Process")
                || execution.knowledge.effect(Effect.Kind.SPAWN, name) != null) {
            Expression target = call.keyword("target");
            if (target == null) {
                target =
                        call.keyword("func") != null
                                ? call.keyword("func")
                                : call.argument(0, "fn");
            }
            if (target instanceof Call bound
                    && OrderFlow.isCall(bound, "partial")
                    && !bound.arguments().isEmpty()) {
                target = bound.arguments().getFirst();
            }
            if (target != null
                    && !execution.bootstrapping
                    && execution.symbol(target, scope) instanceof Symbol.Function f) {
                if (!pool) {
                    child(f, call, spawn, true);
                } else if (!initialised) {
                    child(f, call, true, false);
                }
            }
            return true;
        }
        if (execution.knowledge.effect(Effect.Kind.PROGRAM, name) != null) {
            program(call, scope);
            return true;
        }
        return false;
    }

    /// Follows a task that is handed to a pool under a name that does not show it:
    /// `pool.submit(work, 3)` where the pool was made elsewhere. Returns whether it is one.
    boolean isTask(Call call, Scope scope) {
        if (!pools
                || execution.bootstrapping
                || !(call.function() instanceof Attribute method)
                || !TASKS.contains(method.name())
                || !POOLED.matcher(execution.module.source().slice(method.value())).find()
                || !(call.argument(0, "fn") instanceof Expression work)
                || !(execution.symbol(work, scope) instanceof Symbol.Function f)) {
            return false;
        }
        if (!initialised) {
            child(f, call, true, false);
        }
        return true;
    }

    /// @param fresh whether the process inherits no generators: it is spawned, or it is one of
    ///   several that inherited the same, and which of them gets a task is decided by their speed
    /// @param reimport whether it imports the module anew, as a spawned process does
    private void child(Symbol.Function f, Call call, boolean fresh, boolean reimport) {
        if (execution.way.size() >= Execution.MAX_CALLS || !execution.active.add(f.definition())) {
            return;
        }
        var child =
                new Execution(execution.shared, f.module(), execution.arguments, execution.options);
        child.way.addAll(execution.way);
        child.way.add(new Waypoint.Link(execution.module, call, "starts " + f.definition().name()));
        child.active.addAll(execution.active);
        child.active.remove(f.definition());
        if (!fresh) {
            child.state = execution.state.copy();
        }
        if (!fresh || !reimport) {
            child.imported.addAll(execution.imported);
        }
        // One bound for all: what a process starts may start others.
        child.steps = execution.steps;
        Outcome inside = child.runFunction(f, null, fresh && reimport);
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
