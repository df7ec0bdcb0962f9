package dev.lockstep.source;

import dev.lockstep.source.Expression.*;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Takes an expression and the scope it stands in, gives what it stands for.
///
/// A name that is bound several times means what the last binding before the use means; a use from
/// another function sees the last binding of all. A binding to `None` gives way to any other, as in
/// `try: import x … except ImportError: x = None`. An expression that may be one of two different
/// things is null.
final class Resolver {
    /// Methods of `torch.nn.Module` that give the module back: `Net().to(device)`.
    private static final Set<String> GIVES_ITSELF =
            Set.of(
                    "to",
                    "cuda",
                    "cpu",
                    "half",
                    "float",
                    "double",
                    "bfloat16",
                    "train",
                    "eval",
                    "requires_grad_",
                    "share_memory",
                    "to_empty",
                    "apply");

    private static final int MAX_STEPS = 400;
    private static final int MAX_DEPTH = 40;
    private static final Set<String> WRAPPERS =
            Set.of("typing.Optional", "typing.Annotated", "typing.Final", "typing.ClassVar");

    /// A name that a module gets from its star imports, or not at all.
    private record Unbound(String path, String id) {}

    /// An attribute of a class, its own or one of its bases.
    private record Member(Scope body, String name) {}

    private final Project project;
    private final Installed installed;
    private final ConcurrentMap<Unbound, Optional<Symbol>> unbound = new ConcurrentHashMap<>();
    private final ConcurrentMap<Scope, List<Symbol>> bases = new ConcurrentHashMap<>();
    private final ConcurrentMap<Member, Optional<Symbol>> members = new ConcurrentHashMap<>();

    /// How much work one question may cost, so that circles of names end.
    private static final class Fuel {
        private int steps = MAX_STEPS;
        private int depth;
        private final Bound bound;

        /// Whether the answer so far depends on a parameter, and so on the caller.
        private boolean asked;

        /// The bindings whose meaning is being worked out, outermost first.
        private final ArrayList<Binding> open = new ArrayList<>(0);

        /// The place in `open` of the outermost binding that was met again: what lies inside it is
        /// known only in part.
        private int cut = Integer.MAX_VALUE;

        Fuel(Bound bound) {
            this.bound = bound;
        }

        /// Whether what was found holds for everybody who asks.
        boolean isSure() {
            return steps > 0 && !asked && cut == Integer.MAX_VALUE;
        }
    }

    Resolver(Project project, Installed installed) {
        this.project = project;
        this.installed = installed;
    }

    /// What a qualified name stands for, seen from the project's folder: the inverse of {@link
    /// Symbol#name}.
    @Nullable Symbol named(String name) {
        List<Symbol> candidates = List.of();
        for (String part : name.split("\\.", -1)) {
            var fuel = new Fuel(Bound.NOTHING);
            int calls = 0;
            String plain = part;
            while (plain.endsWith("()")) {
                plain = plain.substring(0, plain.length() - 2);
                calls++;
            }
            var next = new ArrayList<Symbol>();
            if (candidates.isEmpty()) {
                add(project.at(plain), next);
            }
            for (Symbol candidate : candidates) {
                add(attribute(candidate, plain, fuel), next);
            }
            for (int k = 0; k < calls; k++) {
                next = new ArrayList<>(next.stream().flatMap(s -> all(s, fuel).stream()).toList());
            }
            if (next.size() > 1) {
                // What a base outside may have is less than what a class has.
                next.removeIf(s -> s instanceof Symbol.External);
            }
            if (next.isEmpty()) {
                return null;
            }
            candidates = next;
        }
        return candidates.size() == 1 ? candidates.getFirst() : null;
    }

    private static void add(@Nullable Symbol symbol, List<Symbol> to) {
        if (symbol != null && !to.contains(symbol)) {
            to.add(symbol);
        }
    }

    /// All that a call may give, as far as `-> A | B` says.
    private List<Symbol> all(Symbol callee, Fuel fuel) {
        Symbol one = given(callee, fuel);
        if (one instanceof Symbol.Result r
                && r.of() instanceof Symbol.Function f
                && f.definition().returns() instanceof Binary union) {
            var several = new ArrayList<Symbol>();
            union.operands()
                    .forEach(part -> add(instanceOf(part, f.scope().outer(), fuel), several));
            return several;
        }
        return one == null ? List.of() : List.of(one);
    }

    @Nullable Symbol resolve(Expression expression, Scope scope, Bound bound) {
        Answers answers = scope.module().scopes().answers();
        Answers.Answer known = answers.of(expression, scope);
        if (known != null) {
            return known.symbol();
        }
        var fuel = new Fuel(bound);
        Symbol symbol = resolve(expression, scope, fuel);
        if (fuel.isSure()) {
            answers.put(new Answers.Answer(expression, scope, symbol));
        }
        return symbol;
    }

    private @Nullable Symbol resolve(Expression expression, Scope scope, Fuel fuel) {
        if (--fuel.steps < 0 || ++fuel.depth > MAX_DEPTH) {
            fuel.depth = Math.max(0, fuel.depth - 1);
            fuel.steps = Math.min(fuel.steps, 0);
            return null;
        }
        Symbol symbol =
                switch (expression) {
                    case Name name -> name(name.id(), name.start(), scope, fuel);
                    case Attribute attribute -> {
                        Symbol value = resolve(attribute.value(), scope, fuel);
                        yield value == null ? null : attribute(value, attribute.name(), fuel);
                    }
                    case Call call -> call(call, scope, fuel);
                    case Await await -> resolve(await.value(), scope, fuel);
                    case Walrus walrus -> resolve(walrus.value(), scope, fuel);
                    case Conditional c -> common(List.of(c.then(), c.otherwise()), scope, fuel);
                    case Logical l -> common(l.operands(), scope, fuel);
                    case Lambda lambda -> {
                        Scope inner = scope.module().scopes().byNode().get(lambda);
                        yield inner == null
                                ? null
                                : new Symbol.Anonymous(scope.module(), lambda, inner);
                    }
                    case Subscript _,
                            Binary _,
                            Unary _,
                            Comparison _,
                            TupleDisplay _,
                            ListDisplay _,
                            SetDisplay _,
                            DictDisplay _,
                            Comprehension _,
                            Yield _,
                            YieldFrom _,
                            Starred _,
                            Slice _,
                            StringLiteral _,
                            FormattedString _,
                            NumberLiteral _,
                            Constant _ ->
                            null;
                };
        fuel.depth--;
        return symbol;
    }

    private @Nullable Symbol common(List<Expression> choices, Scope scope, Fuel fuel) {
        Symbol first = resolve(choices.getFirst(), scope, fuel);
        for (int k = 1; first != null && k < choices.size(); k++) {
            Symbol next = resolve(choices.get(k), scope, fuel);
            if (next == null || !next.name().equals(first.name())) {
                return null;
            }
        }
        return first;
    }

    private @Nullable Symbol call(Call call, Scope scope, Fuel fuel) {
        if (call.function() instanceof Name name
                && name.id().equals("super")
                && isBuiltin(name, scope)) {
            return parent(call, scope, fuel);
        }
        Symbol callee = resolve(call.function(), scope, fuel);
        return callee instanceof Symbol.External e
                ? result(e, call, scope, fuel)
                : given(callee, fuel);
    }

    /// What a call gives.
    private @Nullable Symbol given(@Nullable Symbol callee, Fuel fuel) {
        return switch (callee) {
            case null -> null;
            case Symbol.External e -> new Symbol.External(e.name() + "()");
            case Symbol.Class c -> new Symbol.Result(c);
            case Symbol.Function f -> returned(f, fuel);
            case Symbol.Anonymous a -> resolve(a.definition().body(), a.scope(), fuel);
            case Symbol.Result r
                    when r.of() instanceof Symbol.Class c
                            && attributeOf(c, "__call__", fuel) instanceof Symbol.Function f ->
                    returned(f, fuel);
            case Symbol.Result _, Symbol.Module _, Symbol.Package _ -> null;
        };
    }

    /// What a call outside the project gives; `import_module` and the like are looked through.
    private @Nullable Symbol result(Symbol.External callee, Call call, Scope scope, Fuel fuel) {
        switch (callee.name()) {
            case "importlib.import_module", "builtins.__import__" -> {
                if (call.argument(0) instanceof StringLiteral text) {
                    String module = text.value();
                    if (module.isEmpty() || module.startsWith(".")) {
                        return null;
                    }
                    Symbol found = project.find(scope.module(), module, 0);
                    return found != null ? found : new Symbol.External(module);
                }
                return null;
            }
            case "builtins.getattr" -> {
                if (call.argument(0) != null && call.argument(1) instanceof StringLiteral text) {
                    Symbol value = resolve(call.arguments().getFirst(), scope, fuel);
                    return value == null ? null : attribute(value, text.value(), fuel);
                }
                return null;
            }
            // What is compiled or spread over devices is called as before.
            case "torch.compile",
                    "torch.jit.script",
                    "torch.nn.DataParallel",
                    "torch.nn.parallel.DataParallel",
                    "torch.nn.parallel.DistributedDataParallel" -> {
                Expression compiled = call.argument(0);
                Symbol same = compiled == null ? null : resolve(compiled, scope, fuel);
                return same != null ? same : new Symbol.External(callee.name() + "()");
            }
            default -> {
                if (call.function() instanceof Attribute method
                        && GIVES_ITSELF.contains(method.name())
                        && resolve(method.value(), scope, fuel) instanceof Symbol.Result same
                        && same.of() instanceof Symbol.Class) {
                    return same;
                }
                return new Symbol.External(callee.name() + "()");
            }
        }
    }

    private boolean isBuiltin(Name name, Scope scope) {
        return scope.declaring(name.id()) == null;
    }

    /// `super()`: an instance of the first base.
    private @Nullable Symbol parent(Call call, Scope scope, Fuel fuel) {
        Scope method = scope;
        while (method != null && method.owner() == null) {
            method = method.outer();
        }
        if (method == null || method.owner() == null) {
            return null;
        }
        Symbol.Class owner = classOf(method.owner());
        if (!call.arguments().isEmpty()
                && resolve(call.arguments().getFirst(), scope, fuel)
                        instanceof Symbol.Class named) {
            owner = named;
        }
        for (Symbol base : bases(owner, fuel)) {
            return base instanceof Symbol.External e
                    ? new Symbol.External(e.name() + "()")
                    : new Symbol.Result(base);
        }
        return new Symbol.External("builtins.object()");
    }

    private @Nullable Symbol returned(Symbol.Function function, Fuel fuel) {
        Symbol symbol = null;
        List<Expression> returns = function.scope().returned();
        if (returns == null) {
            returns = returnsOf(function.definition());
            function.scope().returned(returns);
        }
        if (returns.isEmpty()) {
            return new Symbol.Result(function);
        }
        for (Expression value : returns) {
            Symbol next = resolve(value, scopeFor(value, function.scope()), fuel);
            if (next == null || symbol != null && !symbol.name().equals(next.name())) {
                symbol = null;
                break;
            }
            symbol = next;
        }
        if (symbol == null && function.definition().returns() != null) {
            symbol = instanceOf(function.definition().returns(), function.scope().outer(), fuel);
        }
        return symbol == null ? new Symbol.Result(function) : symbol;
    }

    private static Scope scopeFor(Expression value, Scope function) {
        return function.module().scopeAt(value.start());
    }

    /// What a function returns; nothing when it yields.
    private static List<Expression> returnsOf(Statement.FunctionDefinition function) {
        var into = new ArrayList<Expression>();
        boolean[] yields = {false};
        for (Statement statement : function.body()) {
            returnsIn(statement, into, yields);
        }
        return yields[0] ? List.of() : List.copyOf(into);
    }

    private static void returnsIn(Node node, List<Expression> into, boolean[] yields) {
        switch (node) {
            case Statement.Return r -> {
                if (r.value() != null) {
                    into.add(r.value());
                }
            }
            case Statement.FunctionDefinition _, Statement.ClassDefinition _, Lambda _ -> {}
            case Yield _, YieldFrom _ -> yields[0] = true;
            default -> node.children(child -> returnsIn(child, into, yields));
        }
    }

    // Names.

    private @Nullable Symbol name(String id, int at, Scope from, Fuel fuel) {
        Scope scope = from.declaring(id);
        if (scope == null) {
            return unbound(id, from, fuel);
        }
        List<Binding> all = scope.definitions(id);
        Binding chosen = null;
        if (scope.running() == from.running()) {
            for (int k = 0; k < all.size(); k++) {
                Binding binding = all.get(k);
                if ((binding.definition().from() <= at
                                || binding.definition() instanceof Definition.Param)
                        && (chosen == null || !binding.isNone())) {
                    chosen = binding;
                }
            }
            if (chosen == null && scope.kind() == Scope.Kind.CLASS && scope.outer() != null) {
                return name(id, at, scope.outer(), fuel);
            }
        }
        return meaning(chosen == null ? last(all) : chosen, scope, fuel);
    }

    private @Nullable Symbol unbound(String id, Scope from, Fuel fuel) {
        if (from.module().scopes().stars().isEmpty()) {
            return WordList.BUILTINS.contains(id) ? new Symbol.External("builtins." + id) : null;
        }
        var wanted = new Unbound(from.module().path(), id);
        Optional<Symbol> known = unbound.get(wanted);
        if (known == null) {
            known = Optional.ofNullable(throughStars(id, from, fuel));
            if (fuel.steps > 0 && fuel.depth < MAX_DEPTH / 2) {
                unbound.put(wanted, known);
            }
        }
        return known.orElse(null);
    }

    private @Nullable Symbol throughStars(String id, Scope from, Fuel fuel) {
        List<ModuleScopes.StarImport> stars = from.module().scopes().stars();
        List<String> outside = new ArrayList<>();
        for (ModuleScopes.StarImport star : stars.reversed()) {
            Symbol module =
                    project.find(
                            from.module(),
                            star.module() == null ? "" : star.module(),
                            star.level());
            if (module != null) {
                Symbol found = exported(module, id, fuel);
                if (found != null) {
                    return found;
                }
            } else if (star.module() != null && star.level() == 0) {
                outside.add(star.module());
            }
        }
        for (String module : outside) {
            if (installed.exports(module, id)) {
                return new Symbol.External(module + "." + id);
            }
        }
        if (WordList.BUILTINS.contains(id)) {
            return new Symbol.External("builtins." + id);
        }
        return outside.size() == 1 ? new Symbol.External(outside.getFirst() + "." + id) : null;
    }

    /// What a star import of a project's module brings under a name.
    private @Nullable Symbol exported(Symbol module, String id, Fuel fuel) {
        if (id.startsWith("_") || --fuel.steps < 0) {
            return null;
        }
        PythonModule file =
                switch (module) {
                    case Symbol.Module m -> m.module();
                    case Symbol.Package p -> p.init();
                    case Symbol.External _,
                            Symbol.Function _,
                            Symbol.Class _,
                            Symbol.Anonymous _,
                            Symbol.Result _ ->
                            null;
                };
        if (file == null) {
            return null;
        }
        List<Binding> all = file.scope().definitions(id);
        if (!all.isEmpty()) {
            return meaning(last(all), file.scope(), fuel);
        }
        if (file.scopes().stars().isEmpty() || ++fuel.depth > MAX_DEPTH) {
            return null;
        }
        Symbol found = unbound(id, file.scope(), fuel);
        fuel.depth--;
        return found instanceof Symbol.External e && e.name().startsWith("builtins.")
                ? null
                : found;
    }

    private @Nullable Symbol meaning(Binding binding, Scope scope, Fuel fuel) {
        Binding.Answer answer = binding.answer();
        if (answer != null) {
            return answer.symbol();
        }
        for (int k = 0; k < fuel.open.size(); k++) {
            if (fuel.open.get(k) == binding) {
                fuel.cut = Math.min(fuel.cut, k);
                return null;
            }
        }
        int place = fuel.open.size();
        fuel.open.add(binding);
        boolean before = fuel.asked;
        fuel.asked = false;
        Symbol symbol = define(binding.definition(), scope, fuel);
        fuel.open.removeLast();
        if (fuel.cut == place) {
            fuel.cut = Integer.MAX_VALUE;
        }
        if (fuel.isSure()) {
            binding.answer(new Binding.Answer(symbol));
        }
        fuel.asked |= before;
        return symbol;
    }

    /// The last binding; one to `None` only when there is no other.
    private static Binding last(List<Binding> all) {
        if (all.size() == 1) {
            return all.getFirst();
        }
        for (Binding binding : all.reversed()) {
            if (!binding.isNone()) {
                return binding;
            }
        }
        return all.getLast();
    }

    private @Nullable Symbol define(Definition definition, Scope scope, Fuel fuel) {
        PythonModule module = scope.module();
        return switch (definition) {
            case Definition.Imported i -> {
                String first = i.module();
                if (!i.whole() && first.indexOf('.') >= 0) {
                    first = first.substring(0, first.indexOf('.'));
                }
                Symbol found = project.find(module, first, 0);
                yield found != null ? found : new Symbol.External(first);
            }
            case Definition.ImportedFrom i -> importedFrom(i, module, fuel);
            case Definition.Value v -> resolve(v.value(), v.scope(), fuel);
            case Definition.Annotated a -> instanceOf(a.annotation(), a.scope(), fuel);
            case Definition.FunctionLike f -> functionOf(f.definition(), f.inner());
            case Definition.ClassLike c -> classOf(c.inner());
            case Definition.Param p -> parameter(p, fuel);
            case Definition.Updated _, Definition.Opaque _ -> null;
        };
    }

    private @Nullable Symbol importedFrom(
            Definition.ImportedFrom i, PythonModule module, Fuel fuel) {
        String from = i.module() == null ? "" : i.module();
        Symbol found = project.find(module, from, i.level());
        if (found == null) {
            return i.level() > 0 ? null : new Symbol.External(from + "." + i.name());
        }
        return attribute(found, i.name(), fuel);
    }

    Symbol.Function function(PythonModule module, Statement.FunctionDefinition definition) {
        return functionOf(definition, project.scope(module, definition));
    }

    private Symbol.Function functionOf(Statement.FunctionDefinition definition, Scope inner) {
        Scope owner = inner.owner();
        return new Symbol.Function(
                inner.module(),
                definition,
                inner,
                owner == null ? null : classOf(owner),
                inner.name());
    }

    private static Symbol.Class classOf(Scope body) {
        return new Symbol.Class(
                body.module(),
                (Statement.ClassDefinition) java.util.Objects.requireNonNull(body.node()),
                body,
                body.name());
    }

    private @Nullable Symbol parameter(Definition.Param p, Fuel fuel) {
        Scope owner = p.function().owner();
        if (owner != null
                && p.index() == 0
                && p.function().node() instanceof Statement.FunctionDefinition function) {
            boolean isStatic = false;
            boolean ofClass =
                    function.name().equals("__new__")
                            || function.name().equals("__init_subclass__")
                            || function.name().equals("__class_getitem__");
            for (Decorator decorator : function.decorators()) {
                if (decorator.expression() instanceof Name name) {
                    isStatic |= name.id().equals("staticmethod");
                    ofClass |= name.id().equals("classmethod");
                }
            }
            if (!isStatic) {
                return ofClass ? classOf(owner) : new Symbol.Result(classOf(owner));
            }
        }
        fuel.asked = true;
        Symbol passed = fuel.bound.symbol(p.parameter());
        if (passed != null) {
            return passed;
        }
        Expression annotation = p.parameter().annotation();
        Scope outside = p.function().outer();
        if (outside == null) {
            return null;
        }
        if (annotation != null
                && p.parameter().kind() != Parameter.Kind.REST
                && p.parameter().kind() != Parameter.Kind.KEYWORD_REST) {
            return instanceOf(annotation, outside, fuel);
        }
        return null;
    }

    /// An instance of the type that an annotation names.
    private @Nullable Symbol instanceOf(Expression annotation, @Nullable Scope scope, Fuel fuel) {
        if (scope == null) {
            return null;
        }
        Expression type = annotation;
        if (type instanceof Subscript s) {
            Symbol wrapper = resolve(s.value(), scope, fuel);
            if (wrapper != null && WRAPPERS.contains(wrapper.name())) {
                type =
                        s.index() instanceof TupleDisplay t && !t.elements().isEmpty()
                                ? t.elements().getFirst()
                                : s.index();
            } else {
                return null;
            }
        }
        if (type instanceof Binary b
                && b.operators().stream().allMatch(o -> o == Operator.BIT_OR)) {
            var parts = b.operands().stream().filter(o -> !(o instanceof Constant)).toList();
            if (parts.size() != 1) {
                return null;
            }
            type = parts.getFirst();
        }
        if (type instanceof StringLiteral) {
            return null;
        }
        Symbol of = resolve(type, scope, fuel);
        return switch (of) {
            case null -> null;
            case Symbol.Class c -> new Symbol.Result(c);
            case Symbol.External e ->
                    e.name().startsWith("builtins.") || e.name().startsWith("typing.")
                            ? null
                            : new Symbol.External(e.name() + "()");
            case Symbol.Function _,
                    Symbol.Module _,
                    Symbol.Package _,
                    Symbol.Anonymous _,
                    Symbol.Result _ ->
                    null;
        };
    }

    // Attributes.

    private @Nullable Symbol attribute(Symbol value, String name, Fuel fuel) {
        if (--fuel.steps < 0) {
            return null;
        }
        return switch (value) {
            case Symbol.External e -> new Symbol.External(e.name() + "." + name);
            case Symbol.Module m -> inModule(m.module(), name, fuel);
            case Symbol.Package p -> {
                Symbol found = p.init() == null ? null : inModule(p.init(), name, fuel);
                yield found != null
                        ? found
                        : project.at(p.folder().isEmpty() ? name : p.folder() + "/" + name);
            }
            case Symbol.Class c -> attributeOf(c, name, fuel);
            case Symbol.Result r -> {
                if (r.of() instanceof Symbol.Class c) {
                    yield ofInstance(c, name, fuel, new HashSet<>());
                }
                yield null;
            }
            case Symbol.Function _, Symbol.Anonymous _ -> null;
        };
    }

    private @Nullable Symbol inModule(PythonModule module, String name, Fuel fuel) {
        List<Binding> all = module.scope().definitions(name);
        if (!all.isEmpty()) {
            return meaning(last(all), module.scope(), fuel);
        }
        if (module.scopes().stars().isEmpty() || ++fuel.depth > MAX_DEPTH) {
            return null;
        }
        Symbol found = unbound(name, module.scope(), fuel);
        fuel.depth--;
        return found instanceof Symbol.External e && e.name().startsWith("builtins.")
                ? null
                : found;
    }

    @Nullable Symbol attributeOf(Symbol.Class definition, String name) {
        var wanted = new Member(definition.scope(), name);
        Optional<Symbol> known = members.get(wanted);
        if (known == null) {
            known = Optional.ofNullable(attributeOf(definition, name, new Fuel(Bound.NOTHING)));
            members.put(wanted, known);
        }
        return known.orElse(null);
    }

    private @Nullable Symbol attributeOf(Symbol.Class definition, String name, Fuel fuel) {
        return ofClass(definition, name, fuel, new HashSet<>());
    }

    private @Nullable Symbol ofClass(
            Symbol.Class definition, String name, Fuel fuel, Set<String> seen) {
        if (!seen.add(definition.name()) || --fuel.steps < 0) {
            return null;
        }
        List<Binding> all = definition.scope().definitions(name);
        if (!all.isEmpty()) {
            return meaning(last(all), definition.scope(), fuel);
        }
        for (Symbol base : bases(definition, fuel)) {
            Symbol found =
                    switch (base) {
                        case Symbol.Class c -> ofClass(c, name, fuel, seen);
                        case Symbol.External e -> new Symbol.External(e.name() + "." + name);
                        case Symbol.Function _,
                                Symbol.Module _,
                                Symbol.Package _,
                                Symbol.Anonymous _,
                                Symbol.Result _ ->
                                null;
                    };
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable Symbol ofInstance(
            Symbol.Class definition, String name, Fuel fuel, Set<String> seen) {
        if (!seen.add(definition.name()) || --fuel.steps < 0) {
            return null;
        }
        List<Binding> own = definition.scope().attributes(name);
        if (!own.isEmpty()) {
            Symbol first = null;
            for (Binding d : own) {
                Symbol next = meaning(d, definition.scope(), fuel);
                if (next == null || first != null && !first.name().equals(next.name())) {
                    if (d.isNone()) {
                        continue;
                    }
                    return null;
                }
                first = next;
            }
            return first;
        }
        List<Binding> ofClass = definition.scope().definitions(name);
        if (!ofClass.isEmpty()) {
            return meaning(last(ofClass), definition.scope(), fuel);
        }
        for (Symbol base : bases(definition, fuel)) {
            Symbol found =
                    switch (base) {
                        case Symbol.Class c -> ofInstance(c, name, fuel, seen);
                        case Symbol.External e -> new Symbol.External(e.name() + "()." + name);
                        case Symbol.Function _,
                                Symbol.Module _,
                                Symbol.Package _,
                                Symbol.Anonymous _,
                                Symbol.Result _ ->
                                null;
                    };
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    List<Symbol> bases(Symbol.Class definition) {
        return bases(definition, new Fuel(Bound.NOTHING));
    }

    private List<Symbol> bases(Symbol.Class definition, Fuel fuel) {
        List<Symbol> known = bases.get(definition.scope());
        if (known != null) {
            return known;
        }
        boolean before = fuel.asked;
        fuel.asked = false;
        List<Symbol> found = look(definition, fuel);
        if (fuel.isSure()) {
            bases.put(definition.scope(), found);
        }
        fuel.asked |= before;
        return found;
    }

    private List<Symbol> look(Symbol.Class definition, Fuel fuel) {
        var bases = new ArrayList<Symbol>();
        Scope outside = definition.scope().outer();
        for (Expression base : definition.definition().bases()) {
            Expression type = base instanceof Subscript s ? s.value() : base;
            Symbol symbol = outside == null ? null : resolve(type, outside, fuel);
            if (symbol != null) {
                bases.add(symbol);
            }
        }
        return List.copyOf(bases);
    }

    boolean isKindOf(Symbol.Class definition, String name, Set<String> seen) {
        if (definition.name().equals(name)) {
            return true;
        }
        if (!seen.add(definition.name())) {
            return false;
        }
        for (Symbol base : bases(definition)) {
            if (base.name().equals(name)
                    || base instanceof Symbol.Class c && isKindOf(c, name, seen)) {
                return true;
            }
        }
        return false;
    }
}
