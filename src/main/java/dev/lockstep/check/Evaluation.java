package dev.lockstep.check;

import dev.lockstep.source.Alias;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes expressions while a program is followed, gives what is known about their values.
///
/// Values are remembered by name: of variables with their scope, of a class's attributes with the
/// class, of any other object's attributes (`args.seed`) by the attribute alone.
final class Evaluation {
    private static final int MAX_DEPTH = 24;

    /// What asks whether torch can be imported, in code that can do without.
    private static final Pattern TORCH_IS_THERE =
            Pattern.compile(
                    "^_?((is_|has_|have_)(py)?torch(_available)?|(py)?torch_(is_)?(available|installed))$",
                    Pattern.CASE_INSENSITIVE);

    private final Execution execution;
    private final Knowledge knowledge = Knowledge.table();
    private int depth;

    Evaluation(Execution execution) {
        this.execution = execution;
    }

    // Names.

    private @Nullable String key(Expression target, Scope scope) {
        return switch (target) {
            case Name n -> {
                Scope declaring = scope.declaring(n.id());
                yield (declaring == null ? scope.module().scope() : declaring).key(n.id());
            }
            case Attribute a ->
                    switch (execution.symbol(a.value(), scope)) {
                        case Symbol.Result r when r.of() instanceof Symbol.Class c ->
                                c.name() + "()." + a.name();
                        case Symbol.Class c -> c.name() + ":" + a.name();
                        case Symbol.Module m -> m.name() + ":" + a.name();
                        case Symbol.Package p when p.init() != null -> p.name() + ":" + a.name();
                        case null, default -> "*." + a.name();
                    };
            case Subscript s when s.index() instanceof StringLiteral text -> "*." + text.value();
            default -> null;
        };
    }

    /// `target = value`.
    void assign(Expression target, Expression value, Scope scope) {
        if (target instanceof TupleDisplay tuple) {
            if (value instanceof TupleDisplay values
                    && values.elements().size() == tuple.elements().size()) {
                for (int k = 0; k < tuple.elements().size(); k++) {
                    assign(tuple.elements().get(k), values.elements().get(k), scope);
                }
            } else {
                tuple.elements().forEach(element -> forget(element, scope));
            }
            return;
        }
        String key = key(target, scope);
        if (key != null) {
            Value next = value(value, scope);
            if (target instanceof Attribute a
                    && execution.symbol(a.value(), scope) instanceof Symbol.Result r
                    && r.of() instanceof Symbol.Class c
                    && execution.isMadeAgain(c)) {
                // What holds for one object may not hold for another of its class.
                Value before = execution.state.value(key);
                next = before == null || before.equals(next) ? next : Value.UNKNOWN;
            }
            execution.set(key, next);
        }
    }

    /// The target gets a value that is not known.
    void forget(Expression target, Scope scope) {
        if (target instanceof TupleDisplay tuple) {
            tuple.elements().forEach(element -> forget(element, scope));
            return;
        }
        String key = key(target, scope);
        if (key != null) {
            execution.set(key, Value.UNKNOWN);
        }
    }

    /// `from module import name`: the name has the value that it has there.
    void imported(Statement.ImportFrom statement, Scope scope) {
        for (Alias alias : statement.names()) {
            var name = new Name(statement.end(), statement.end(), alias.bound());
            Scope declaring = scope.declaring(alias.bound());
            if (declaring == null || alias.name().equals("*")) {
                continue;
            }
            String module = statement.module();
            String last = module == null ? "" : module.substring(module.lastIndexOf('.') + 1);
            Value found = null;
            for (PythonModule from : scope.module().importedBy(statement)) {
                if (from.name().equals(last) || from.name().endsWith("." + last)) {
                    found = execution.state.value(from.name() + ":" + alias.name());
                }
            }
            if (found != null) {
                execution.set(declaring.key(name.id()), found);
            }
        }
    }

    // Values.

    Value value(Expression expression, Scope scope) {
        if (depth >= MAX_DEPTH) {
            return Value.UNKNOWN;
        }
        depth++;
        Value value = evaluate(expression, scope);
        depth--;
        return value;
    }

    private Value evaluate(Expression expression, Scope scope) {
        return switch (expression) {
            case Constant c ->
                    switch (c.kind()) {
                        case NONE -> Value.NONE;
                        case TRUE -> new Value.Known(true);
                        case FALSE -> new Value.Known(false);
                        case ELLIPSIS -> new Value.Present();
                    };
            case NumberLiteral n -> number(n);
            case StringLiteral s -> new Value.Known(s.value());
            case Unary u
                    when u.operator() == Operator.SUBTRACT
                            && value(u.operand(), scope) instanceof Value.Known k ->
                    k.value() instanceof Long l
                            ? new Value.Known(-l)
                            : k.value() instanceof Double d ? new Value.Known(-d) : Value.UNKNOWN;
            case Name _, Attribute _ -> named(expression, scope);
            case Subscript s -> subscript(s, scope);
            case Call c -> called(c, scope);
            case Conditional c -> {
                Truth truth = truth(c.test(), scope);
                if (truth.holds()) {
                    yield value(c.then(), scope);
                } else if (truth.fails()) {
                    yield value(c.otherwise(), scope);
                }
                yield varyingIn(List.of(c.then(), c.otherwise()), scope);
            }
            case Logical l when l.operator() == Operator.OR -> {
                for (Expression operand : l.operands()) {
                    Truth truth = truth(operand, scope);
                    if (truth.holds()) {
                        yield value(operand, scope);
                    } else if (!truth.fails()) {
                        yield varyingIn(l.operands(), scope);
                    }
                }
                yield value(l.operands().getLast(), scope);
            }
            case Walrus w -> value(w.value(), scope);
            case Await a -> value(a.value(), scope);
            case Binary b -> {
                Value varying = varyingIn(b.operands(), scope);
                if (varying instanceof Value.Varying) {
                    yield varying;
                }
                // `folder / "script.py"` ends with the name.
                if (b.operators().getLast() == Operator.DIVIDE
                        && b.operands().getLast() instanceof StringLiteral name) {
                    yield new Value.Known(name.value());
                }
                Value option = option(b.operands(), scope);
                yield option instanceof Value.Unknown ? new Value.Present() : option;
            }
            case Logical l -> varyingIn(l.operands(), scope);
            case Unary u -> varyingIn(List.of(u.operand()), scope);
            case TupleDisplay _, ListDisplay _, SetDisplay _, DictDisplay _, FormattedString _ ->
                    new Value.Present();
            case Comparison _,
                    Lambda _,
                    Comprehension _,
                    Yield _,
                    YieldFrom _,
                    Starred _,
                    Slice _ ->
                    Value.UNKNOWN;
        };
    }

    private static Value number(NumberLiteral n) {
        try {
            return n.isWhole()
                    ? new Value.Known(Long.decode(n.digits().matches("0+") ? "0" : n.digits()))
                    : new Value.Known(Double.valueOf(n.digits()));
        } catch (NumberFormatException e) {
            return new Value.Present();
        }
    }

    /// What is computed from an option is decided by it: present when its default is.
    private Value option(List<Expression> operands, Scope scope) {
        for (Expression operand : operands) {
            if (value(operand, scope) instanceof Value.Option o) {
                return o.byDefault() instanceof Value.Nothing
                        ? o
                        : new Value.Option(o.name(), new Value.Present());
            }
        }
        return Value.UNKNOWN;
    }

    private Value named(Expression expression, Scope scope) {
        String key = key(expression, scope);
        Value value = key == null ? null : execution.state.value(key);
        if (value != null) {
            return value;
        }
        if (expression instanceof Attribute a) {
            Symbol of = execution.symbol(a.value(), scope);
            if (of instanceof Symbol.Result r && r.of() instanceof Symbol.Class c) {
                Value ofClass = ofClass(c, a.name(), 0);
                if (ofClass == null
                        && execution.project.method(c, a.name()) instanceof Symbol.Function f
                        && Execution.hasDecorator(f, "property")) {
                    return returned(f);
                }
                return ofClass == null ? Value.UNKNOWN : ofClass;
            }
            Value option =
                    of == null || of instanceof Symbol.External
                            ? execution.options.get(a.name())
                            : null;
            if (option == null && value(a.value(), scope) instanceof Value.Varying v) {
                return v;
            }
            return option == null ? Value.UNKNOWN : option;
        }
        if (expression instanceof Name n && execution.symbol(n, scope) instanceof Symbol.Module m) {
            return new Value.Known(m.name());
        }
        return Value.UNKNOWN;
    }

    private @Nullable Value ofClass(Symbol.Class c, String name, int level) {
        Value value = execution.state.value(c.name() + ":" + name);
        if (value != null || level > 8) {
            return value;
        }
        for (Symbol base : execution.project.bases(c)) {
            if (base instanceof Symbol.Class parent) {
                Value inherited = ofClass(parent, name, level + 1);
                if (inherited != null) {
                    return inherited;
                }
            }
        }
        return null;
    }

    private Value subscript(Subscript s, Scope scope) {
        String key = key(s, scope);
        Value value = key == null ? null : execution.state.value(key);
        if (value != null) {
            return value;
        }
        if (s.index() instanceof StringLiteral text) {
            Value option = execution.options.get(text.value());
            return option == null ? Value.UNKNOWN : option;
        }
        Symbol of = execution.symbol(s.value(), scope);
        if (of != null && of.name().equals("sys.argv")) {
            return new Value.Present();
        }
        return varyingIn(List.of(s.value()), scope);
    }

    private Value called(Call call, Scope scope) {
        Symbol callee = execution.symbol(call.function(), scope);
        if (callee instanceof Symbol.External e) {
            Value varying = varying(e.name(), call, scope);
            if (varying != null) {
                return varying;
            }
            switch (e.name()) {
                case "os.path.join",
                        "pathlib.Path",
                        "builtins.str",
                        "os.path.abspath",
                        "builtins.int" -> {
                    if (!call.arguments().isEmpty()) {
                        return value(call.arguments().getLast(), scope);
                    }
                }
                case "builtins.len" -> {
                    if (call.argument(0) != null
                            && execution.symbol(call.arguments().getFirst(), scope)
                                    instanceof Symbol.External of
                            && of.name().equals("sys.argv")) {
                        Integer count = execution.arguments;
                        return count == null
                                ? new Value.Option("an argument", new Value.Known(1L))
                                : new Value.Known((long) count);
                    }
                }
                case "dataclasses.field", "pydantic.Field", "attr.ib", "attrs.field" -> {
                    return ofField(call, scope);
                }
                case "os.environ.get", "os.getenv" -> {
                    if (call.argument(0) instanceof StringLiteral name) {
                        Expression fallback = call.argument(1, "default");
                        return new Value.Option(
                                "$" + name.value(),
                                fallback == null ? Value.NONE : value(fallback, scope));
                    }
                }
                default -> {}
            }
        }
        if (callee instanceof Symbol.Function f) {
            return returned(f);
        }
        if (call.function() instanceof Attribute a
                && a.name().equals("get")
                && call.argument(0) instanceof StringLiteral text) {
            Value option = execution.options.get(text.value());
            if (option != null) {
                return option;
            }
            return Value.UNKNOWN;
        }
        Value inside = varyingIn(call.arguments(), scope);
        if (inside instanceof Value.Varying) {
            return inside;
        }
        if (call.function() instanceof Attribute a
                && value(a.value(), scope) instanceof Value.Varying v) {
            return v;
        }
        Value option = option(call.arguments(), scope);
        return option instanceof Value.Unknown && makesGenerator(callee)
                ? new Value.Made()
                : option;
    }

    private @Nullable Value varying(String name, Call call, Scope scope) {
        PythonModule module = scope.module();
        String shown = module.source().slice(call.function());
        if (knowledge.effect(Effect.Kind.VARIES, name) != null) {
            return new Value.Varying(shown + "()", module, call);
        }
        if (name.equals("builtins.hash")
                && call.argument(0) != null
                && isText(call.arguments().getFirst(), scope)) {
            return new Value.Varying("hash() of a string", module, call);
        }
        Effect draw = knowledge.effect(Effect.Kind.DRAW, name);
        if (draw != null) {
            for (GlobalGenerator generator : draw.generators()) {
                if (execution.state.get(generator).seeding() == GeneratorStates.Seeding.NEVER) {
                    return new Value.Varying(shown + "(), which nobody seeded", module, call);
                }
            }
        }
        return null;
    }

    /// Whether an expression is a string, as far as it shows.
    private boolean isText(Expression expression, Scope scope) {
        if (value(expression, scope).byDefault() instanceof Value.Known k) {
            return k.value() instanceof String;
        }
        return switch (expression) {
            case FormattedString _ -> true;
            case Call c ->
                    execution.symbol(c.function(), scope) instanceof Symbol.External e
                                    && (e.name().equals("builtins.str")
                                            || e.name().equals("builtins.repr"))
                            || c.function() instanceof Attribute a
                                    && (a.name().equals("join")
                                            || a.name().equals("format")
                                            || a.name().equals("lower"));
            case TupleDisplay t -> t.elements().stream().anyMatch(e -> isText(e, scope));
            case Name n -> isTextName(n.id());
            case Attribute a -> isTextName(a.name());
            default -> false;
        };
    }

    private static boolean isTextName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith("name")
                || lower.endsWith("path")
                || lower.endsWith("text")
                || lower.endsWith("word")
                || lower.endsWith("string")
                || lower.endsWith("filename");
    }

    /// The value of a class's field where nobody gives another: `field(default_factory=…)`.
    private Value ofField(Call call, Scope scope) {
        Expression given = call.keyword("default");
        if (given != null) {
            return value(given, scope);
        }
        for (String made : List.of("default_factory", "factory")) {
            Expression factory = call.keyword(made);
            if (factory != null) {
                return made(factory, scope);
            }
        }
        return Value.UNKNOWN;
    }

    /// What a function gives that is called without arguments.
    private Value made(Expression factory, Scope scope) {
        return switch (execution.symbol(factory, scope)) {
            case Symbol.Anonymous lambda -> value(lambda.definition().body(), lambda.scope());
            case Symbol.Function f -> returned(f);
            case Symbol.External e when knowledge.effect(Effect.Kind.VARIES, e.name()) != null ->
                    new Value.Varying(
                            scope.module().source().slice(factory) + "()", scope.module(), factory);
            case null, default -> Value.UNKNOWN;
        };
    }

    /// Whether a call makes a generator object, or seeds one that it gives back.
    private boolean makesGenerator(@Nullable Symbol callee) {
        return callee instanceof Symbol.External e
                && (execution.knowledge.effect(Effect.Kind.OBJECT, e.name()) != null
                        || e.name().equals("torch.Generator")
                        || e.name().equals("torch.Generator().manual_seed"));
    }

    /// What a function with one `return` gives.
    private Value returned(Symbol.Function f) {
        Expression[] only = new Expression[1];
        int[] count = {0};
        for (Statement statement : f.definition().body()) {
            returns(statement, only, count);
        }
        return count[0] == 1 && only[0] != null ? value(only[0], f.scope()) : Value.UNKNOWN;
    }

    private static void returns(Node node, Expression[] only, int[] count) {
        switch (node) {
            case Statement.Return r -> {
                count[0]++;
                if (r.value() != null) {
                    only[0] = r.value();
                }
            }
            case Statement.FunctionDefinition _, Statement.ClassDefinition _, Expression _ -> {}
            default -> node.children(child -> returns(child, only, count));
        }
    }

    /// The value that differs in every run among these, or unknown.
    private Value varyingIn(List<Expression> expressions, Scope scope) {
        for (Expression e : expressions) {
            Expression inner =
                    switch (e) {
                        case Starred s -> s.value();
                        case ListDisplay one when one.elements().size() == 1 ->
                                one.elements().getFirst();
                        default -> e;
                    };
            if (value(inner, scope).byDefault() instanceof Value.Varying v) {
                return v;
            }
        }
        return Value.UNKNOWN;
    }

    // Conditions.

    Truth truth(Expression test, Scope scope) {
        return switch (test) {
            case Unary u when u.operator() == Operator.NOT -> truth(u.operand(), scope).not();
            case Logical l -> logical(l, scope);
            case Comparison c -> comparison(c, scope);
            case Call c when isCuda(c, scope) -> Truth.CUDA;
            case Name n when n.id().equals("TYPE_CHECKING") -> Truth.FALSE;
            case Attribute a when a.name().equals("TYPE_CHECKING") -> Truth.FALSE;
            case Name n when asksForTorch(n.id()) -> Truth.TRUE;
            case Call c when c.function() instanceof Name n && asksForTorch(n.id()) -> Truth.TRUE;
            default -> {
                Value value = value(test, scope);
                Truth truth = truth(value);
                yield truth.kind() != Truth.Kind.TRUE
                                && truth.kind() != Truth.Kind.TRUE_BY_DEFAULT
                                && mentionsCuda(test, scope)
                        ? Truth.CUDA
                        : truth;
            }
        };
    }

    private static boolean asksForTorch(String id) {
        // Most names are told apart without the expression.
        return (id.contains("torch") || id.contains("TORCH")) && TORCH_IS_THERE.matcher(id).find();
    }

    private static String optionOf(Value value) {
        return value instanceof Value.Option o ? o.name() : "";
    }

    private static Truth truth(Value value) {
        String option = optionOf(value);
        return switch (value.byDefault()) {
            case Value.Nothing _ -> Truth.of(false, option);
            case Value.Known k ->
                    Truth.of(
                            !(k.value().equals(false)
                                    || k.value().equals(0L)
                                    || k.value().equals(0.0)
                                    || k.value().equals("")),
                            option);
            case Value.Varying _, Value.Made _ -> Truth.of(true, option);
            case Value.Unknown _, Value.Present _, Value.Option _ -> Truth.UNKNOWN;
        };
    }

    private Truth logical(Logical l, Scope scope) {
        boolean and = l.operator() == Operator.AND;
        boolean cuda = false;
        boolean unknown = false;
        String option = "";
        for (Expression operand : l.operands()) {
            Truth truth = truth(operand, scope);
            if (and ? truth.fails() : truth.holds()) {
                return truth;
            }
            cuda |= truth.kind() == Truth.Kind.CUDA;
            unknown |= truth.kind() == Truth.Kind.UNKNOWN;
            option = option.isEmpty() ? truth.option() : option;
        }
        if (unknown) {
            return Truth.UNKNOWN;
        }
        return cuda ? Truth.CUDA : Truth.of(and, option);
    }

    private Truth comparison(Comparison c, Scope scope) {
        if (c.operands().size() != 2) {
            return Truth.UNKNOWN;
        }
        Expression left = c.operands().getFirst();
        Expression right = c.operands().getLast();
        if (left instanceof Name n
                && n.id().equals("__name__")
                && right instanceof StringLiteral s
                && s.value().equals("__main__")) {
            boolean main = execution.isMain() && scope.module().scope() == scope;
            return c.operators().getFirst() == Operator.EQUAL ? Truth.of(main, "") : Truth.UNKNOWN;
        }
        if (c.operators().getFirst() == Operator.IN
                && left instanceof StringLiteral s
                && s.value().equals("torch")
                && execution.symbol(right, scope) instanceof Symbol.External e
                && e.name().equals("sys.modules")) {
            return Truth.TRUE; // what is asked of a program is how it trains
        }
        Value first = value(left, scope);
        Value second = value(right, scope);
        String option = optionOf(first).isEmpty() ? optionOf(second) : optionOf(first);
        Value a = first.byDefault();
        Value b = second.byDefault();
        if (mentionsCuda(test(left), scope)
                || mentionsCuda(test(right), scope)
                || b instanceof Value.Known k
                        && k.value() instanceof String s
                        && s.startsWith("cuda")) {
            return Truth.CUDA;
        }
        boolean equalOperator =
                switch (c.operators().getFirst()) {
                    case IS, EQUAL -> true;
                    case IS_NOT, NOT_EQUAL -> false;
                    default -> {
                        yield false;
                    }
                };
        switch (c.operators().getFirst()) {
            case IS, EQUAL, IS_NOT, NOT_EQUAL -> {
                if (b instanceof Value.Nothing || a instanceof Value.Nothing) {
                    Value other = b instanceof Value.Nothing ? a : b;
                    return switch (other) {
                        case Value.Nothing _ -> Truth.of(equalOperator, option);
                        case Value.Known _, Value.Present _, Value.Made _, Value.Varying _ ->
                                Truth.of(!equalOperator, option);
                        case Value.Unknown _, Value.Option _ -> Truth.UNKNOWN;
                    };
                }
                if (a instanceof Value.Known x && b instanceof Value.Known y) {
                    return Truth.of(x.value().equals(y.value()) == equalOperator, option);
                }
                return Truth.UNKNOWN;
            }
            case LESS, LESS_EQUAL, GREATER, GREATER_EQUAL -> {
                if (a instanceof Value.Known x
                        && b instanceof Value.Known y
                        && x.value() instanceof Number p
                        && y.value() instanceof Number q) {
                    int order = Double.compare(p.doubleValue(), q.doubleValue());
                    return Truth.of(
                            switch (c.operators().getFirst()) {
                                case LESS -> order < 0;
                                case LESS_EQUAL -> order <= 0;
                                case GREATER -> order > 0;
                                default -> order >= 0;
                            },
                            option);
                }
                return Truth.UNKNOWN;
            }
            default -> {
                return Truth.UNKNOWN;
            }
        }
    }

    private static Expression test(Expression e) {
        return e;
    }

    private boolean isCuda(Call call, Scope scope) {
        Symbol callee = execution.symbol(call.function(), scope);
        return callee != null && callee.name().equals("torch.cuda.is_available");
    }

    /// Whether a condition speaks of CUDA by name: `args.cuda`, `use_gpu`, `device.type == "cuda"`.
    private static boolean mentionsCuda(Expression test, Scope scope) {
        String text = scope.module().source().text();
        for (int at = test.start(); at < test.end() - 2; at++) {
            boolean found =
                    switch (text.charAt(at)) {
                        case 'g', 'G' -> text.regionMatches(true, at, "gpu", 0, 3);
                        case 'c', 'C' ->
                                at < test.end() - 3 && text.regionMatches(true, at, "cuda", 0, 4);
                        default -> false;
                    };
            if (found) {
                return true;
            }
        }
        return false;
    }
}
