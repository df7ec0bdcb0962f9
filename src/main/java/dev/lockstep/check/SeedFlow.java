package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.*;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Follows the `None` of a seed that was not passed through an installed package, and says which
/// generators are drawn from because of it.
///
/// What the call passes and the defaults of the rest decide branches where they can; where they
/// can't, both are followed. A class is made and then each public method called, its `fit` first.
/// What the documentation of the parameter says about when it matters has the last word.
final class SeedFlow {
    private static final int MAX_STEPS = 20_000;
    private static final int MAX_DEPTH = 14;

    /// Methods that ask a generator about itself and draw nothing.
    private static final Set<String> NO_DRAW =
            Set.of(
                    "get_state",
                    "set_state",
                    "getstate",
                    "setstate",
                    "bit_generator",
                    "manual_seed");

    private final Packages packages;
    private final Ancestry ancestry;
    private final KnownValues values = new KnownValues();
    private final SeedSignatures signatures;
    private final Knowledge knowledge = Knowledge.table();
    private final EnumSet<Packages.Origin> found = EnumSet.noneOf(Packages.Origin.class);
    private final Map<String, Done> done = new HashMap<>();
    private final Map<Node, Integer> numbers = new IdentityHashMap<>();
    private final Set<Node> active = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    private int steps;
    private int depth;

    /// Whether the missing seed was handed to something whose source is not Python.
    private boolean escaped;

    /// How many branches around here are taken because there is no seed.
    private int forWantOfSeed;

    /// What came of a function that was followed already.
    private record Done(Abstract returned, Map<String, Abstract> attributes) {}

    SeedFlow(Packages packages) {
        this.packages = packages;
        this.ancestry = new Ancestry(packages);
        this.signatures = new SeedSignatures(ancestry, values);
    }

    /// What a call of `callee` draws from because none of its seeds is passed.
    SeedNeed need(Symbol callee, CallArguments arguments) {
        Symbol.Function signature = signatures.of(callee);
        if (signature == null) {
            return SeedNeed.NONE;
        }
        for (String name : SeedSignatures.SEEDS) {
            Abstract given = arguments.named().get(name);
            if (given != null && !given.isNone()) {
                return SeedNeed.NONE; // perhaps by an older name
            }
        }
        boolean bound = SeedSignatures.isBound(signature, callee);
        var passed = signatures.bind(signature, arguments, bound);
        if (passed == null) {
            return SeedNeed.NONE;
        }
        String seed = null;
        int position = -1;
        int at = 0;
        for (Parameter parameter : signature.definition().parameters()) {
            if (at++ == 0 && bound) {
                continue;
            }
            Abstract value = passed.get(parameter.name());
            if (SeedSignatures.SEEDS.contains(parameter.name())) {
                if (value == null || !value.isNone()) {
                    return SeedNeed.NONE; // one of the seeds is given, or has a default
                }
                if (seed == null) {
                    seed = parameter.name();
                    position =
                            parameter.kind() == Parameter.Kind.KEYWORD_ONLY
                                    ? -1
                                    : at - 1 - (bound ? 1 : 0);
                }
                passed.put(parameter.name(), Abstract.SEED);
            } else if (value instanceof Abstract.Rest rest) {
                if (SeedSignatures.SEEDS.stream()
                        .anyMatch(name -> rest.passed().containsKey(name))) {
                    return SeedNeed.NONE;
                }
                if (seed == null) {
                    seed = SeedSignatures.hiddenSeed(signature, parameter.name());
                }
            }
        }
        if (seed == null) {
            return SeedNeed.NONE;
        }
        var docs = new SeedDocs(signature.definition(), callee);
        if (docs.rulesOut(seed, passed)) {
            return SeedNeed.NONE;
        }
        switch (callee) {
            case Symbol.Class c -> construct(c, passed);
            case Symbol.Function f -> {
                Map<String, Abstract> attributes = new HashMap<>();
                Symbol.Class owner = bound && !SeedSignatures.isOfClass(f) ? f.owner() : null;
                if (owner != null) {
                    made(owner, attributes);
                }
                Abstract result = run(f, owner, passed, attributes, null);
                if (result instanceof Abstract.Unseeded u) {
                    found.add(u.origin());
                }
            }
            case Symbol.External _,
                    Symbol.Package _,
                    Symbol.Module _,
                    Symbol.Anonymous _,
                    Symbol.Result _ -> {}
        }
        if (found.isEmpty() && escaped && docs.promisesNew(seed)) {
            found.add(Packages.Origin.FRESH);
        }
        return found.isEmpty() ? SeedNeed.NONE : new SeedNeed(seed, position, found);
    }

    /// The attributes of an object that somebody made without a seed.
    private void made(Symbol.Class owner, Map<String, Abstract> attributes) {
        Symbol.Function init = ancestry.method(owner, "__init__", null);
        if (init == null) {
            return;
        }
        var passed = signatures.bind(init, new CallArguments(List.of(), Map.of()), true);
        if (passed != null) {
            SeedSignatures.SEEDS.forEach(name ->
                    passed.computeIfPresent(name, (key, v) -> v.isNone() ? Abstract.SEED : v));
            init.definition().parameters().stream()
                    .filter(p -> p.fallback() == null)
                    .forEach(p -> passed.put(p.name(), Abstract.ANY));
            run(init, owner, passed, attributes, null);
        }
    }

    // Calls.

    /// Makes an object with a seed that is missing, and calls its methods.
    private void construct(Symbol.Class c, Map<String, Abstract> passed) {
        Symbol.Function init = ancestry.method(c, "__init__", null);
        if (init == null || depth > MAX_DEPTH) {
            return;
        }
        Map<String, Abstract> attributes = new HashMap<>();
        run(init, c, passed, attributes, null);
        var tainted = new HashSet<String>();
        attributes.forEach((name, value) -> {
            if (value.isTainted()) {
                tainted.add(name);
            }
        });
        if (tainted.isEmpty()) {
            return;
        }
        var methods = new LinkedHashMap<String, Symbol.Function>();
        for (Symbol.Class one : ancestry.of(c)) {
            for (Statement statement : one.definition().body()) {
                if (statement instanceof FunctionDefinition f
                        && isPublic(f)
                        && !SeedSignatures.takesSeed(
                                one.module().project().function(one.module(), f))) {
                    methods.putIfAbsent(f.name(), one.module().project().function(one.module(), f));
                }
            }
        }
        methods.values().stream()
                .filter(f -> f.definition().name().startsWith("fit"))
                .forEach(f -> method(f, c, attributes));
        methods.values().stream()
                .filter(f -> !f.definition().name().startsWith("fit"))
                .forEach(f -> method(f, c, attributes));
    }

    private void method(Symbol.Function f, Symbol.Class c, Map<String, Abstract> attributes) {
        var passed = new HashMap<String, Abstract>();
        f.definition().parameters().forEach(p -> passed.put(p.name(), Abstract.ANY));
        run(f, c, passed, attributes, null);
    }

    private static boolean isPublic(FunctionDefinition f) {
        return !f.name().startsWith("_")
                        && !f.name().startsWith("get_")
                        && !f.name().startsWith("set_")
                || f.name().equals("__call__")
                || f.name().equals("__iter__")
                || f.name().equals("__next__");
    }

    /// Follows a function and gives what it returns.
    ///
    /// @param around the function that it is defined in, or null
    private Abstract run(
            Symbol.Function f,
            Symbol.@Nullable Class self,
            Map<String, Abstract> passed,
            Map<String, Abstract> attributes,
            @Nullable SeedFrame around) {
        if (depth >= MAX_DEPTH || steps > MAX_STEPS || active.contains(f.definition())) {
            return Abstract.ANY;
        }
        var key = new StringBuilder();
        key.append(numbers.computeIfAbsent(f.definition(), k -> numbers.size()));
        new TreeMap<>(passed)
                .forEach((name, value) ->
                        key.append('|').append(name).append('=').append(value.shown()));
        new TreeMap<>(attributes)
                .forEach((name, value) ->
                        key.append('|').append('.').append(name).append('=').append(value.shown()));
        key.append(forWantOfSeed > 0);
        Done known = done.get(key.toString());
        if (known != null && around == null) {
            attributes.putAll(known.attributes());
            return known.returned();
        }
        Map<String, Abstract> locals =
                around == null ? new HashMap<>() : new HashMap<>(around.state().locals);
        locals.putAll(passed);
        var state = new SeedFrame.State(locals, attributes);
        List<Parameter> parameters = f.definition().parameters();
        String selfName =
                self == null || parameters.isEmpty() || f.owner() == null
                        ? around == null ? null : around.selfName()
                        : parameters.getFirst().name();
        var frame =
                new SeedFrame(
                        f.module(),
                        f.scope(),
                        self == null && around != null ? around.self() : self,
                        selfName,
                        state,
                        new ArrayList<>());
        active.add(f.definition());
        depth++;
        int outer = forWantOfSeed;
        forWantOfSeed = 0;
        statements(f.definition().body(), frame);
        forWantOfSeed = outer;
        depth--;
        active.remove(f.definition());
        if (state.alive) {
            frame.returned().add(Abstract.NONE);
        }
        Abstract returned = frame.returned().stream().reduce(Abstract::either).orElse(Abstract.ANY);
        done.put(key.toString(), new Done(returned, Map.copyOf(attributes)));
        return returned;
    }

    // Statements.

    private void statements(List<Statement> body, SeedFrame frame) {
        for (Statement statement : body) {
            if (!frame.state().alive || ++steps > MAX_STEPS) {
                return;
            }
            statement(statement, frame);
        }
    }

    private void statement(Statement statement, SeedFrame frame) {
        SeedFrame.State state = frame.state();
        switch (statement) {
            case ExpressionStatement s -> value(s.expression(), frame);
            case Assign s -> {
                Abstract value = value(s.value(), frame);
                s.targets().forEach(target -> assign(target, value, frame));
            }
            case AnnotatedAssign s -> {
                if (s.value() != null) {
                    assign(s.target(), value(s.value(), frame), frame);
                }
            }
            case AugmentedAssign s -> {
                value(s.value(), frame);
                assign(s.target(), Abstract.ANY, frame);
            }
            case Return s -> {
                frame.returned().add(s.value() == null ? Abstract.NONE : value(s.value(), frame));
                state.alive = false;
            }
            case Raise _ -> state.alive = false;
            case If s -> choice(s, 0, frame);
            case For s -> {
                value(s.iterable(), frame);
                assign(s.target(), Abstract.ANY, frame);
                maybe(s.body(), frame);
                statements(s.otherwise(), frame);
            }
            case While s -> {
                if (!Boolean.FALSE.equals(values.truth(s.test(), frame))) {
                    maybe(s.body(), frame);
                }
                statements(s.otherwise(), frame);
            }
            case Try s -> {
                SeedFrame.State before = state.copy();
                statements(s.body(), frame);
                statements(s.otherwise(), frame);
                SeedFrame.State after = state.copy();
                for (var handler : s.handlers()) {
                    state.become(before.copy());
                    statements(handler.body(), frame);
                    after.join(state);
                }
                state.become(after);
                boolean alive = state.alive;
                state.alive = true;
                statements(s.last(), frame);
                state.alive &= alive;
            }
            case With s -> {
                for (var item : s.items()) {
                    Abstract context = value(item.context(), frame);
                    if (item.target() != null) {
                        assign(item.target(), context, frame);
                    }
                }
                statements(s.body(), frame);
            }
            case Match s -> {
                value(s.subject(), frame);
                SeedFrame.State before = state.copy();
                SeedFrame.State after = state.copy();
                for (var one : s.cases()) {
                    state.become(before.copy());
                    statements(one.body(), frame);
                    after.join(state);
                }
                state.become(after);
            }
            case Assert s -> value(s.test(), frame);
            case Break _, Continue _ -> state.alive = false;
            case FunctionDefinition _,
                    ClassDefinition _,
                    Import _,
                    ImportFrom _,
                    Delete _,
                    Global _,
                    Nonlocal _,
                    Pass _,
                    TypeAlias _,
                    Invalid _ -> {}
        }
    }

    /// A body that may run or not; `break` and `continue` end it alone.
    private void maybe(List<Statement> body, SeedFrame frame) {
        SeedFrame.State before = frame.state().copy();
        statements(body, frame);
        frame.state().alive = true;
        frame.state().join(before);
    }

    private void choice(If s, int index, SeedFrame frame) {
        if (index == s.branches().size()) {
            statements(s.otherwise(), frame);
            return;
        }
        Branch branch = s.branches().get(index);
        value(branch.test(), frame);
        Boolean truth = values.truth(branch.test(), frame);
        boolean seed = values.asksForSeed(branch.test(), frame);
        if (truth == null) {
            SeedFrame.State before = frame.state().copy();
            statements(branch.body(), frame);
            SeedFrame.State after = frame.state().copy();
            frame.state().become(before);
            choice(s, index + 1, frame);
            frame.state().join(after);
        } else if (truth) {
            forWantOfSeed += seed ? 1 : 0;
            statements(branch.body(), frame);
            forWantOfSeed -= seed ? 1 : 0;
        } else {
            boolean last = index + 1 == s.branches().size();
            forWantOfSeed += seed && last ? 1 : 0;
            choice(s, index + 1, frame);
            forWantOfSeed -= seed && last ? 1 : 0;
        }
    }

    private void assign(Expression target, Abstract value, SeedFrame frame) {
        switch (target) {
            case Name name -> frame.state().locals.put(name.id(), value);
            case Attribute a when frame.isSelf(a.value()) ->
                    frame.state().attributes.put(a.name(), value);
            case TupleDisplay t -> unpack(t.elements(), value, frame);
            case ListDisplay l -> unpack(l.elements(), value, frame);
            case Starred s -> assign(s.value(), Abstract.ANY, frame);
            default -> {}
        }
    }

    private void unpack(List<Expression> targets, Abstract value, SeedFrame frame) {
        for (int k = 0; k < targets.size(); k++) {
            assign(
                    targets.get(k),
                    value instanceof Abstract.Items items
                                    && items.elements().size() == targets.size()
                            ? items.elements().get(k)
                            : Abstract.ANY,
                    frame);
        }
    }

    // Expressions.

    /// Follows an expression in the order of its evaluation and gives its value.
    private Abstract value(Expression expression, SeedFrame frame) {
        return switch (expression) {
            case Name _ -> values.peek(expression, frame);
            case Attribute a -> {
                if (frame.isSelf(a.value())) {
                    yield values.peek(a, frame);
                }
                Abstract shared = values.shared(a, frame);
                if (shared == null) {
                    value(a.value(), frame);
                }
                yield shared == null ? Abstract.ANY : shared;
            }
            case Call c -> call(c, frame);
            case Walrus w -> {
                Abstract value = value(w.value(), frame);
                assign(w.target(), value, frame);
                yield value;
            }
            case Conditional c -> {
                value(c.test(), frame);
                Boolean truth = values.truth(c.test(), frame);
                boolean seed = truth != null && values.asksForSeed(c.test(), frame);
                forWantOfSeed += seed ? 1 : 0;
                Abstract value =
                        truth == null
                                ? Abstract.either(
                                        value(c.then(), frame), value(c.otherwise(), frame))
                                : value(truth ? c.then() : c.otherwise(), frame);
                forWantOfSeed -= seed ? 1 : 0;
                yield value;
            }
            case Logical l -> {
                Abstract value = Abstract.ANY;
                for (Expression operand : l.operands()) {
                    value = value(operand, frame);
                    Boolean truth = KnownValues.truth(value);
                    if (truth == null || truth == (l.operator() == Operator.OR)) {
                        yield truth == null ? Abstract.ANY : value;
                    }
                }
                yield value;
            }
            case TupleDisplay t -> items(t.elements(), frame);
            case ListDisplay l -> items(l.elements(), frame);
            case SetDisplay s -> items(s.elements(), frame);
            case Lambda l -> {
                value(l.body(), frame);
                yield Abstract.ANY;
            }
            case StringLiteral _, NumberLiteral _, Constant _ -> CallArguments.literal(expression);
            case Subscript _,
                    Binary _,
                    Unary _,
                    Comparison _,
                    DictDisplay _,
                    Comprehension _,
                    Await _,
                    Yield _,
                    YieldFrom _,
                    Starred _,
                    Slice _,
                    FormattedString _ -> {
                expression.children(child -> inside(child, frame));
                yield Abstract.ANY;
            }
        };
    }

    private void inside(Node node, SeedFrame frame) {
        if (node instanceof Expression e) {
            value(e, frame);
        } else {
            node.children(child -> inside(child, frame));
        }
    }

    private Abstract items(List<Expression> elements, SeedFrame frame) {
        return new Abstract.Items(elements.stream().map(e -> value(e, frame)).toList());
    }

    // Calls inside packages.

    private Abstract call(Call call, SeedFrame frame) {
        var positional = new ArrayList<Abstract>();
        var named = new TreeMap<String, Abstract>();
        for (Expression argument : call.arguments()) {
            if (argument instanceof Starred s
                    && value(s.value(), frame) instanceof Abstract.Items items) {
                positional.addAll(items.elements());
            } else {
                positional.add(value(argument, frame));
            }
        }
        for (Argument keyword : call.keywords()) {
            Abstract value = value(keyword.value(), frame);
            if (keyword.name() != null) {
                named.put(keyword.name(), value);
            }
        }
        Expression function = call.function();
        if (function instanceof Attribute a) {
            Abstract receiver =
                    a.value() instanceof Name || isSelfAttribute(a.value(), frame)
                            ? values.peek(a.value(), frame)
                            : a.value() instanceof Call ? value(a.value(), frame) : Abstract.ANY;
            if (receiver instanceof Abstract.Unseeded u) {
                if (!NO_DRAW.contains(a.name())) {
                    found.add(u.origin());
                }
                return Abstract.ANY;
            }
            if (receiver instanceof Abstract.Rest rest
                    && (a.name().equals("pop") || a.name().equals("get"))
                    && call.argument(0) instanceof StringLiteral key) {
                Abstract passed = rest.passed().get(key.value());
                return passed != null
                        ? passed
                        : SeedSignatures.SEEDS.contains(key.value()) ? Abstract.SEED : Abstract.ANY;
            }
        }
        // `delayed(f)(x)` and the like call f.
        if (function instanceof Call wrapper
                && wrapper.arguments().size() == 1
                && wrapper.keywords().isEmpty()) {
            Symbol inner = symbol(wrapper.arguments().getFirst(), frame);
            if (inner instanceof Symbol.Function || inner instanceof Symbol.Class) {
                return follow(inner, call, positional, named, frame);
            }
        }
        Symbol callee = symbol(function, frame);
        if (callee instanceof Symbol.External e
                && e.name().equals("functools.partial")
                && !call.arguments().isEmpty()) {
            Symbol inner = symbol(call.arguments().getFirst(), frame);
            if (inner != null) {
                callee = inner;
                positional.removeFirst();
            }
        }
        return follow(callee, call, positional, named, frame);
    }

    private static boolean isSelfAttribute(Expression expression, SeedFrame frame) {
        return expression instanceof Attribute a && frame.isSelf(a.value());
    }

    /// What an expression stands for, in its own package or another.
    private @Nullable Symbol symbol(Expression expression, SeedFrame frame) {
        if (expression instanceof Attribute a && frame.isSelf(a.value()) && frame.self() != null) {
            return ancestry.method(frame.self(), a.name(), null);
        }
        if (expression instanceof Attribute a && frame.self() != null && isSuper(a.value())) {
            Scope method = frame.scope().running();
            while (method.owner() == null && method.outer() != null) {
                method = method.outer();
            }
            Symbol.Class owner = method.owner() == null ? null : classOf(frame, method);
            return owner == null ? null : ancestry.method(frame.self(), a.name(), owner);
        }
        Symbol symbol = frame.module().project().resolve(expression, frame.scope());
        if (symbol instanceof Symbol.External e) {
            Symbol elsewhere = packages.symbol(e.name());
            return elsewhere == null ? symbol : elsewhere;
        }
        return symbol;
    }

    private static boolean isSuper(Expression expression) {
        return expression instanceof Call call
                && call.function() instanceof Name name
                && name.id().equals("super");
    }

    private Symbol.@Nullable Class classOf(SeedFrame frame, Scope method) {
        Symbol.Class self = frame.self();
        if (self != null) {
            for (Symbol.Class one : ancestry.of(self)) {
                if (one.scope() == method.owner()) {
                    return one;
                }
            }
        }
        return null;
    }

    private Abstract follow(
            @Nullable Symbol callee,
            Call call,
            List<Abstract> positional,
            Map<String, Abstract> named,
            SeedFrame frame) {
        boolean tainted =
                positional.stream().anyMatch(Abstract::isTainted)
                        || named.values().stream().anyMatch(Abstract::isTainted);
        switch (callee) {
            case Symbol.Function f -> {
                return function(f, call, positional, named, tainted, frame);
            }
            case Symbol.Class c -> {
                Symbol.Function init = ancestry.method(c, "__init__", null);
                if (tainted && init != null) {
                    var passed = signatures.bind(init, new CallArguments(positional, named), true);
                    if (passed != null) {
                        construct(c, passed);
                    }
                }
                return Abstract.PRESENT;
            }
            case Symbol.External e -> {
                return external(e.name(), call, positional, named);
            }
            case null, default -> {
                // Something compiled, or unknown, that is handed a generator draws from it.
                positional.forEach(this::drawn);
                named.values().forEach(this::drawn);
                return Abstract.ANY;
            }
        }
    }

    private void drawn(Abstract value) {
        escaped |= value instanceof Abstract.Seed;
        if (value instanceof Abstract.Unseeded u) {
            found.add(u.origin());
        }
    }

    private Abstract function(
            Symbol.Function f,
            Call call,
            List<Abstract> positional,
            Map<String, Abstract> named,
            boolean tainted,
            SeedFrame frame) {
        boolean onSelf =
                call.function() instanceof Attribute a
                        && (frame.isSelf(a.value()) || isSuper(a.value()));
        boolean explicit =
                !onSelf
                        && f.owner() != null
                        && !call.arguments().isEmpty()
                        && frame.isSelf(call.arguments().getFirst());
        Symbol.Class self = onSelf || explicit ? frame.self() : null;
        Map<String, Abstract> attributes =
                self == null ? new HashMap<>() : frame.state().attributes;
        boolean touches =
                self != null
                        && (f.definition().name().equals("__init__")
                                || attributes.values().stream().anyMatch(Abstract::isTainted));
        boolean decides =
                positional.stream().anyMatch(v -> v instanceof Abstract.Known)
                        && f.definition().end() - f.definition().start() < 3_000;
        if (!tainted && !touches && !decides) {
            return Abstract.ANY;
        }
        boolean bound =
                f.owner() != null && !explicit && !SeedSignatures.hasDecorator(f, "staticmethod");
        var arguments =
                explicit
                        ? new CallArguments(positional.subList(1, positional.size()), named)
                        : new CallArguments(positional, named);
        var passed = signatures.bind(f, arguments, bound || explicit);
        if (passed == null) {
            return Abstract.ANY;
        }
        Scope outer = f.scope().outer();
        boolean nested =
                outer != null
                        && outer.running() == frame.scope().running()
                        && f.owner() == null
                        && outer.kind() != Scope.Kind.MODULE;
        return run(f, self, passed, attributes, nested ? frame : null);
    }

    private Abstract external(
            String name, Call call, List<Abstract> positional, Map<String, Abstract> named) {
        Effect made = knowledge.effect(Effect.Kind.OBJECT, name);
        Abstract first = positional.isEmpty() ? null : positional.getFirst();
        for (String keyword : List.of("seed", "x", "entropy", "bit_generator")) {
            first = first == null ? named.get(keyword) : first;
        }
        if (made != null || name.equals("numpy.random.Generator")) {
            if (first instanceof Abstract.Unseeded) {
                return first;
            }
            boolean unseeded =
                    first instanceof Abstract.Seed
                            || forWantOfSeed > 0
                                    && !call.isOpen()
                                    && (first == null || first.isNone());
            return unseeded ? new Abstract.Unseeded(Packages.Origin.FRESH) : Abstract.PRESENT;
        }
        Effect seeds = knowledge.effect(Effect.Kind.SEED, name);
        if (seeds != null && first instanceof Abstract.Seed) {
            found.add(Packages.Origin.FRESH);
            return Abstract.ANY;
        }
        Effect draws = knowledge.effect(Effect.Kind.DRAW, name);
        if (draws != null
                && (forWantOfSeed > 0
                        || SeedSignatures.SEEDS.stream()
                                .anyMatch(s -> named.get(s) instanceof Abstract.Seed))) {
            for (GlobalGenerator generator : draws.generators()) {
                found.add(
                        switch (generator) {
                            case PYTHON -> Packages.Origin.PYTHON;
                            case NUMPY -> Packages.Origin.NUMPY;
                            case TORCH, CUDA -> Packages.Origin.TORCH;
                        });
            }
            return Abstract.PRESENT;
        }
        if (forWantOfSeed > 0
                && (knowledge.effect(Effect.Kind.OS, name) != null
                        || knowledge.effect(Effect.Kind.VARIES, name) != null)) {
            found.add(Packages.Origin.FRESH);
            return Abstract.PRESENT;
        }
        if (name.startsWith("builtins.")) {
            return Abstract.ANY;
        }
        if (name.equals("copy.deepcopy") || name.equals("copy.copy")) {
            return first == null ? Abstract.ANY : first;
        }
        positional.forEach(this::drawn);
        named.values().forEach(this::drawn);
        return Abstract.ANY;
    }
}
