package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Lambda;
import dev.lockstep.source.Expression.ListDisplay;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Starred;
import dev.lockstep.source.Expression.TupleDisplay;
import dev.lockstep.source.Node;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a program hands to libraries: callbacks, data sets, models, what a loader's workers run. It
/// is followed at the end, because it may be called at any time.
final class Handover {
    /// What keeps functions for later.
    private static final Set<String> KEEPERS =
            Set.of(
                    "functools.partial",
                    "builtins.dict",
                    "builtins.list",
                    "builtins.tuple",
                    "collections.OrderedDict");

    private static final int MOST = 1_000;

    /// What shows how far a loop is.
    private static final Pattern PROGRESS =
            Pattern.compile("^tqdm\\b|\\.(tqdm|track|progress_bar)$");

    /// Something that may be called at any time.
    private record Later(
            Waypoint place,
            @Nullable Symbol callee,
            @Nullable Call call,
            @Nullable GlobalGenerator generator,
            String what,
            boolean certain,
            boolean inWorker,
            boolean weights,
            GeneratorStates then) {
        Later byWorker() {
            return new Later(place, callee, call, generator, what, certain, true, weights, then);
        }
    }

    private final Deque<Later> later = new ArrayDeque<>();

    /// What objects of the project were made from, by their class, until one of them is handed on:
    /// where a loader gets it, its workers call that.
    private final Map<Node, List<Later>> held = new IdentityHashMap<>();

    private @Nullable List<Later> holding;

    /// The class whose object is being made.
    private Symbol.@Nullable Class holder;

    /// Functions that were handed over.
    private final Set<Node> postponed = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Classes of which a loader got objects, and of which others did.
    private final Set<Node> loaded = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Set<Node> whole = Collections.newSetFromMap(new IdentityHashMap<>());

    /// For classes of the project, those of whose objects theirs got one.
    private final Map<Node, Set<Node>> taken = new IdentityHashMap<>();

    private final Execution execution;

    Handover(Execution execution) {
        this.execution = execution;
    }

    boolean isEmpty() {
        return later.isEmpty() && held.isEmpty();
    }

    /// Follows everything that was handed over, each as it may be called at any time.
    ///
    /// @param end how the generators stand when the program ends
    void follow(GeneratorStates end) {
        held.values().forEach(later::addAll);
        held.clear();
        while (!later.isEmpty()) {
            Later next = later.poll();
            execution.state = next.then().bestOf(end);
            execution.way.clear();
            execution.way.addAll(next.place().way());
            execution.module = next.place().module();
            execution.conditional = next.certain() ? 0 : 1;
            execution.loops.clear();
            execution.inWorker = next.inWorker();
            if (execution.inWorker) {
                for (GlobalGenerator generator : GlobalGenerator.values()) {
                    execution.state.put(
                            generator,
                            new GeneratorStates.One(
                                    GeneratorStates.Seeding.SEEDED, false, null, ""));
                }
            }
            GlobalGenerator generator = next.generator();
            if (generator != null) {
                execution.outside.draw(generator, next.place().at(), next.what(), next.weights());
            } else if (next.callee() != null) {
                follow(next.callee(), next.call(), next.place().at());
            }
        }
    }

    /// Does not follow again what another program handed over before.
    void passOver(Handover other) {
        postponed.addAll(other.postponed);
        loaded.addAll(other.loaded);
        whole.addAll(other.whole);
    }

    /// Takes over all that another program handed over.
    void takeAll(Handover other) {
        later.addAll(other.later);
        other.held.values().forEach(later::addAll);
    }

    private void follow(Symbol callee, @Nullable Call call, Node at) {
        switch (callee) {
            case Symbol.Function f -> execution.call(f, call, at, execution.module.scope(), false);
            case Symbol.Anonymous a -> execution.anonymous(a, null, at);
            case Symbol.External _,
                    Symbol.Package _,
                    Symbol.Module _,
                    Symbol.Class _,
                    Symbol.Result _ -> {}
        }
    }

    void later(
            @Nullable Symbol callee,
            @Nullable Call call,
            @Nullable GlobalGenerator generator,
            Node at,
            String what,
            boolean worker,
            boolean layer) {
        if (callee != null && !execution.reach.matters(callee)) {
            return;
        }
        if (later.size() >= MOST) {
            execution.outcome.cut(
                    execution.module,
                    at,
                    "of what its program hands to libraries, 1,000 functions were followed and no"
                            + " more");
        } else {
            queue().add(
                            new Later(
                                    execution.here(at),
                                    callee,
                                    call,
                                    generator,
                                    what,
                                    execution.conditional == 0,
                                    execution.inWorker || worker,
                                    layer,
                                    execution.state.copy()));
        }
    }

    /// What an object of the project's own is made from.
    void made(Symbol.Class c, Call call, Scope scope) {
        List<Later> outer = holding;
        Symbol.Class outerHolder = holder;
        holding = held.computeIfAbsent(c.definition(), key -> new ArrayList<>());
        holder = c;
        escapes(call, scope, false);
        holding = outer;
        holder = outerHolder;
    }

    /// An object of the project is handed on, with what it was made from.
    private void handedOn(Symbol.Class c, boolean worker) {
        List<Later> inside = held.get(c.definition());
        if (inside != null && inside != holding) {
            held.remove(c.definition());
            inside.forEach(one -> queue().add(worker ? one.byWorker() : one));
        }
    }

    private Collection<Later> queue() {
        return holding == null ? later : holding;
    }

    void loader(Call call, Scope scope) {
        Expression shuffle = call.argument(2, "shuffle");
        Expression sampler = call.argument(3, "sampler");
        Value shuffled =
                shuffle == null
                        ? new Value.Known(false)
                        : execution.evaluation.value(shuffle, scope).byDefault();
        if (sampler == null
                && shuffled instanceof Value.Known k
                && k.value().equals(true)
                && !execution.outside.hasGenerator(call, scope)) {
            later(
                    null,
                    null,
                    GlobalGenerator.TORCH,
                    call,
                    execution.outside.written(call) + "(shuffle=True)",
                    false,
                    false);
        }
        Expression workers = call.argument(5, "num_workers");
        boolean alone =
                workers == null
                        || execution.evaluation.value(workers, scope).byDefault()
                                        instanceof Value.Known k
                                && k.value().equals(0L);
        for (Expression argument : call.arguments()) {
            escape(argument, call, scope, false, !alone);
        }
        for (Argument keyword : call.keywords()) {
            boolean init = "worker_init_fn".equals(keyword.name());
            if (init) {
                workerInit(keyword.value(), call, scope);
            } else {
                escape(keyword.value(), call, scope, false, !alone);
            }
        }
    }

    /// A `worker_init_fn` that seeds with a constant gives every epoch the same augmentation.
    private void workerInit(Expression function, Call call, Scope scope) {
        if (!(execution.symbol(function, scope) instanceof Symbol.Function f)) {
            return;
        }
        var child =
                new Execution(execution.shared, f.module(), execution.arguments, execution.options);
        child.way.addAll(execution.way);
        child.module = execution.module;
        child.module = f.module();
        child.inWorker = true;
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            child.state.put(
                    generator,
                    new GeneratorStates.One(
                            GeneratorStates.Seeding.SEEDED, true, execution.here(call), ""));
        }
        child.importing = 1;
        child.call(f, null, f.definition(), f.module().scope(), false);
        for (Outcome.Reseed reseed : child.outcome.reseeds) {
            execution.outcome.reseeds.add(
                    new Outcome.Reseed(
                            reseed.generator(),
                            reseed.seed(),
                            execution.here(call),
                            "in every worker and every epoch"));
        }
        execution.outcome.runDependent.addAll(child.outcome.runDependent);
        execution.outcome.visited.addAll(child.outcome.visited);
    }

    void escapes(Call call, Scope scope, boolean now) {
        for (Expression argument : call.arguments()) {
            escape(argument, call, scope, now, false);
        }
        for (Argument keyword : call.keywords()) {
            if ("worker_init_fn".equals(keyword.name())) {
                workerInit(keyword.value(), call, scope);
            } else {
                escape(keyword.value(), call, scope, now, false);
            }
        }
    }

    /// An argument of a call outside the project: functions, and the methods of objects, may be
    /// called.
    private void escape(Expression argument, Call call, Scope scope, boolean now, boolean worker) {
        switch (argument) {
            case ListDisplay l -> l.elements().forEach(e -> escape(e, call, scope, now, worker));
            case TupleDisplay t -> t.elements().forEach(e -> escape(e, call, scope, now, worker));
            case Starred s -> escape(s.value(), call, scope, now, worker);
            case Name _, Attribute _, Call _, Lambda _ -> {
                switch (execution.symbol(argument, scope)) {
                    case Symbol.Function f -> callback(f, f.definition(), call, scope, now, worker);
                    case Symbol.Anonymous a ->
                            callback(a, a.definition(), call, scope, now, worker);
                    case Symbol.Result r when r.of() instanceof Symbol.Class c -> {
                        handedOn(c, worker);
                        methods(c, call, worker, isLoading(call, scope));
                    }
                    case null, default -> {}
                }
            }
            default -> {}
        }
    }

    private void callback(
            Symbol callee, Node definition, Call call, Scope scope, boolean now, boolean worker) {
        if ((execution.outside.isForOthers(scope) || execution.importing > 0)
                && isOnlyKept(call, scope)) {
            return;
        }
        if (now) {
            switch (callee) {
                case Symbol.Function f -> execution.call(f, null, call, scope, false);
                case Symbol.Anonymous a -> execution.anonymous(a, null, call);
                case Symbol.External _,
                        Symbol.Package _,
                        Symbol.Module _,
                        Symbol.Class _,
                        Symbol.Result _ -> {}
            }
        } else if (postponed.add(definition)) {
            later(callee, null, null, call, "", worker, false);
        }
    }

    /// Whether a call binds arguments, makes a table, or fills a registry: it calls nothing, and
    /// whether the program does is not to be seen here.
    private boolean isOnlyKept(Call call, Scope scope) {
        Symbol callee = execution.symbol(call.function(), scope);
        return callee == null
                || KEEPERS.contains(callee.name())
                || callee.name().contains("regist");
    }

    /// Whether a call is a loader's, makes what is based on one, or goes over its argument.
    private boolean isLoading(Call call, Scope scope) {
        return execution.symbol(call.function(), scope) instanceof Symbol.External e
                && (Loaders.isLoader(Aliases.canonical(e.name().replace("().__init__", "")))
                        || e.name().startsWith("builtins.")
                        || PROGRESS.matcher(e.name()).find());
    }

    private Set<Node> takenBy(Symbol.Class taker) {
        return taken.computeIfAbsent(
                taker.definition(), key -> Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /// Whether a method is called by its name, or is a network's, which is called with the network.
    private static boolean mayCall(Set<String> called, FunctionDefinition method) {
        return called.contains(method.name()) || method.name().equals("forward");
    }

    /// @param protocol whether those alone are called that Python names, as a loader does
    private void methods(Symbol.Class c, Call call, boolean worker, boolean protocol) {
        Symbol.Class taker = holder;
        Set<String> called =
                taker == null ? null : execution.shared.methodsCalledBy(taker.module());
        Set<Node> before = taker == null ? (protocol ? loaded : whole) : takenBy(taker);
        if (!before.add(c.definition())) {
            return;
        }
        for (Statement statement : c.definition().body()) {
            if (statement instanceof FunctionDefinition f
                    && !f.name().equals("__init__")
                    && (f.name().startsWith("__")
                            || !protocol && (called == null || mayCall(called, f)))
                    && postponed.add(f)) {
                later(
                        execution.project.function(c.module(), f),
                        null,
                        null,
                        call,
                        "",
                        worker,
                        false);
            }
        }
        for (Symbol base : execution.project.bases(c)) {
            if (base instanceof Symbol.Class parent) {
                methods(parent, call, worker, protocol);
            }
        }
    }
}
