package dev.lockstep.check;

import dev.lockstep.source.Assigned;
import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells which expressions are sets, and what their elements are.
final class SetTypes {
    /// What the elements of a set are, as far as their hash is concerned.
    enum Elements {
        /// Small integers: their hash is themselves, so the order repeats.
        INTEGERS,
        /// Strings, whose hash is salted in every process.
        STRINGS,
        /// Objects of some class, which says itself what their hash is.
        OBJECTS,
        UNKNOWN
    }

    private static final Set<Operator> ALGEBRA =
            Set.of(Operator.SUBTRACT, Operator.BIT_OR, Operator.BIT_AND, Operator.BIT_XOR);

    private static final Set<String> METHODS =
            Set.of("union", "intersection", "difference", "symmetric_difference", "copy");

    private static final Set<String> TYPES =
            Set.of(
                    "set",
                    "frozenset",
                    "typing.Set",
                    "typing.FrozenSet",
                    "typing.AbstractSet",
                    "typing.MutableSet",
                    "collections.abc.Set",
                    "collections.abc.MutableSet");

    private static final Set<String> NUMBER_NAMES =
            Set.of(
                    "indices",
                    "index",
                    "indexes",
                    "idx",
                    "idxs",
                    "idxes",
                    "inds",
                    "ranks",
                    "dims",
                    "axes",
                    "sizes",
                    "lengths",
                    "steps",
                    "years",
                    "ints",
                    "positions",
                    "offsets",
                    "dim",
                    "axis",
                    "rank",
                    "epochs",
                    "counts",
                    "number",
                    "numbers",
                    "num",
                    "lines");

    /// What a name may end with that says only that there are several.
    private static final Pattern LISTED = Pattern.compile("_(list|set|array|arr)$");

    /// What holds the places of a sparse matrix's elements.
    private static final Set<String> COORDINATES = Set.of("row", "col", "indptr");

    private static final Pattern MATRIX =
            Pattern.compile("(?i)(^|_)(\\w*mat(rix)?|coo|cs[rc]|sparse|adj\\w*)(_|$)");

    private static final Pattern WHOLE_TYPE =
            Pattern.compile("(numpy\\.)?u?(int(eger|p|_|c)?|int(8|16|32|64)|long(long)?)");

    /// Methods of arrays, series and dictionaries that give the same elements, or some of them.
    private static final Set<String> SAME =
            Set.of("keys", "unique", "tolist", "to_list", "flatten", "ravel", "squeeze");

    private static final Set<String> WHOLE = Set.of("int", "len", "ord", "item");

    /// Operators that make a whole number of whole numbers.
    private static final Set<Operator> ARITHMETIC =
            Set.of(
                    Operator.ADD,
                    Operator.SUBTRACT,
                    Operator.MULTIPLY,
                    Operator.FLOOR_DIVIDE,
                    Operator.REMAINDER);

    private final Unit unit;

    /// Functions whose results are being looked at.
    private final Set<FunctionDefinition> asked =
            Collections.newSetFromMap(new IdentityHashMap<>());

    SetTypes(Unit unit) {
        this.unit = unit;
    }

    /// Tells whether an expression is certainly a set.
    boolean isSet(Expression expression) {
        return isSet(expression, 0);
    }

    private boolean isSet(Expression expression, int depth) {
        if (depth > 8) {
            return false;
        }
        return switch (expression) {
            case Expression.SetDisplay _ -> true;
            case Comprehension comprehension -> comprehension.kind() == Comprehension.Kind.SET;
            case Call call -> {
                if (unit.isBuiltin(call.function(), "set")
                        || unit.isBuiltin(call.function(), "frozenset")) {
                    yield true;
                }
                yield call.function() instanceof Attribute attribute
                        && METHODS.contains(attribute.name())
                        && isSet(attribute.value(), depth + 1);
            }
            case Expression.Binary binary ->
                    ALGEBRA.containsAll(binary.operators())
                            && (isSet(binary.operands().getFirst(), depth + 1)
                                    || isKeys(binary.operands().getFirst()));
            case Expression.Conditional conditional ->
                    isSet(conditional.then(), depth + 1)
                            && isSet(conditional.otherwise(), depth + 1);
            case Name name -> {
                List<Assigned> bindings = unit.bindings(name);
                boolean all = !bindings.isEmpty();
                for (Assigned binding : bindings) {
                    all &= isSet(name, binding, depth);
                }
                yield all;
            }
            case Attribute attribute -> {
                Node owner = unit.classAround(attribute);
                if (owner == null
                        || !(attribute.value() instanceof Name self)
                        || !self.id().equals("self")) {
                    yield false;
                }
                List<Expression> values = unit.attributeValues(owner, attribute.name());
                boolean all = !values.isEmpty();
                for (Expression value : values) {
                    all &= isSet(value, depth + 1);
                }
                yield all;
            }
            default -> false;
        };
    }

    private boolean isSet(Name name, Assigned binding, int depth) {
        Expression value = binding.value();
        if (value != null) {
            return value != name && isSet(value, depth + 1);
        }
        return isSetType(binding.annotation());
    }

    private boolean isSetType(@Nullable Expression annotation) {
        if (annotation instanceof Expression.Subscript subscript) {
            return isSetType(subscript.value());
        }
        if (annotation == null) {
            return false;
        }
        String name = unit.name(annotation);
        return name != null && TYPES.contains(name);
    }

    private static boolean isKeys(Expression expression) {
        return expression instanceof Call call
                && call.function() instanceof Attribute attribute
                && attribute.name().equals("keys")
                && call.arguments().isEmpty();
    }

    /// What the elements of a set are.
    Elements elements(Expression set) {
        return elements(set, 0);
    }

    private Elements elements(Expression expression, int depth) {
        if (depth > 8) {
            return Elements.UNKNOWN;
        }
        return switch (expression) {
            case Expression.SetDisplay display -> common(display.elements());
            case Expression.ListDisplay display -> common(display.elements());
            case Expression.TupleDisplay display -> common(display.elements());
            case Comprehension comprehension -> element(comprehension.element());
            case Call call -> ofCall(call, depth);
            case Expression.Binary binary -> {
                Elements all = elements(binary.operands().getFirst(), depth + 1);
                if (binary.operators().getFirst() == Operator.SUBTRACT
                        && elements(binary.operands().getLast(), depth + 1) == Elements.INTEGERS) {
                    yield Elements.INTEGERS;
                }
                if (binary.operators().getFirst() != Operator.BIT_OR) {
                    yield all;
                }
                for (Expression operand : binary.operands()) {
                    all = elements(operand, depth + 1) == all ? all : Elements.UNKNOWN;
                }
                yield all;
            }
            case Name name -> {
                if (isNumberName(name.id()) || annotated(name) == Elements.INTEGERS) {
                    yield Elements.INTEGERS;
                }
                Expression value = unit.value(name);
                if (value instanceof Call made
                        && made.arguments().isEmpty()
                        && unit.isBuiltin(made.function(), "set")) {
                    yield filled(name, depth);
                }
                yield value == null || value == name ? annotated(name) : elements(value, depth + 1);
            }
            case Attribute attribute -> {
                if (isNumberName(attribute.name())) {
                    yield Elements.INTEGERS;
                }
                if (COORDINATES.contains(attribute.name()) && isOfMatrix(attribute.value())) {
                    yield Elements.INTEGERS;
                }
                if (attribute.name().equals("columns")) {
                    yield Elements.STRINGS;
                }
                Elements said = annotatedElements(declared(attribute));
                yield said == Elements.UNKNOWN ? assigned(attribute, depth) : said;
            }
            case Expression.DictDisplay dict -> {
                Elements all = null;
                for (DictItem item : dict.items()) {
                    Elements one = item.key() == null ? Elements.UNKNOWN : element(item.key());
                    all = all == null || all == one ? one : Elements.UNKNOWN;
                }
                yield all == null ? Elements.UNKNOWN : all;
            }
            case Expression.StringLiteral _ -> Elements.STRINGS;
            default -> Elements.UNKNOWN;
        };
    }

    /// What an attribute of `self` holds, when all that is assigned to it holds the same.
    private Elements assigned(Attribute attribute, int depth) {
        Node owner = unit.classAround(attribute);
        if (owner == null
                || !(attribute.value() instanceof Name self)
                || !self.id().equals("self")) {
            return Elements.UNKNOWN;
        }
        Elements all = null;
        for (Expression value : unit.attributeValues(owner, attribute.name())) {
            Elements one = elements(value, depth + 1);
            all = all == null || all == one ? one : Elements.UNKNOWN;
        }
        return all == null ? Elements.UNKNOWN : all;
    }

    /// What is put into a set that begins empty.
    private Elements filled(Name set, int depth) {
        Elements all = annotated(set);
        for (Name use : unit.uses(set)) {
            if (unit.parent(use) instanceof Attribute method
                    && unit.parent(method) instanceof Call call
                    && call.function() == method
                    && call.arguments().size() == 1) {
                Expression put = call.arguments().getFirst();
                Elements one =
                        switch (method.name()) {
                            case "add" -> element(put);
                            case "update" -> elements(put, depth + 1);
                            default -> all;
                        };
                if (all != Elements.UNKNOWN && one != all) {
                    return Elements.UNKNOWN;
                }
                all = one;
            }
        }
        return all;
    }

    /// What the annotation of a variable says about the elements.
    private Elements annotated(Name name) {
        for (Assigned binding : unit.bindings(name)) {
            if (binding.annotation() instanceof Expression.Subscript) {
                return annotatedElements(binding.annotation());
            }
        }
        return Elements.UNKNOWN;
    }

    private Elements annotatedElements(@Nullable Expression annotation) {
        if (!(annotation instanceof Expression.Subscript subscript)) {
            return Elements.UNKNOWN;
        }
        String element = unit.name(subscript.index());
        if (element == null) {
            return subscript.index() instanceof Expression.Binary
                    ? Elements.OBJECTS
                    : Elements.UNKNOWN;
        }
        return switch (element) {
            case "int", "bool" -> Elements.INTEGERS;
            case "str", "bytes" -> Elements.STRINGS;
            case "object", "typing.Any", "tuple" -> Elements.UNKNOWN;
            default -> Elements.OBJECTS;
        };
    }

    /// The annotation of `self.name: set[int] = …` in the class around.
    private @Nullable Expression declared(Attribute attribute) {
        Node owner = unit.classAround(attribute);
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.AnnotatedAssign assign
                    && assign.target() instanceof Attribute target
                    && target.name().equals(attribute.name())
                    && unit.classAround(assign) == owner) {
                return assign.annotation();
            }
        }
        return null;
    }

    /// Tells whether a variable is called as people call lists of whole numbers.
    private static boolean isNumberName(String id) {
        String lower = LISTED.matcher(id.toLowerCase(java.util.Locale.ROOT)).replaceFirst("");
        int cut = lower.lastIndexOf('_');
        String last = lower.substring(cut + 1);
        return NUMBER_NAMES.contains(last)
                || (last.equals("ids") || last.equals("id"))
                        && cut > 0
                        && Wording.isNumbered(lower.substring(0, cut));
    }

    private Elements ofCall(Call call, int depth) {
        String name = unit.name(call.function());
        String last = OrderFlow.shortName(call);
        if (unit.isBuiltin(call.function(), "range")
                || last.contains("randint")
                || last.contains("integers")
                || Set.of("arange", "argsort", "nonzero", "randperm").contains(last)) {
            return Elements.INTEGERS;
        }
        if (unit.isBuiltin(call.function(), "map") && call.arguments().size() == 2) {
            return "tuple".equals(unit.name(call.arguments().getFirst()))
                    ? elements(call.arguments().getLast(), depth + 1)
                    : Elements.UNKNOWN;
        }
        if (name != null
                && Set.of("set", "frozenset", "list", "tuple", "sorted", "iter").contains(name)) {
            Expression from = call.argument(0);
            return from == null ? Elements.UNKNOWN : elements(from, depth + 1);
        }
        if ("numpy.unique".equals(name) && call.arguments().size() == 1) {
            return elements(call.arguments().getFirst(), depth + 1);
        }
        if (name != null && name.equals("os.listdir")) {
            return Elements.STRINGS;
        }
        if (call.function() instanceof Attribute attribute) {
            if (Set.of("split", "splitlines", "rsplit").contains(attribute.name())) {
                return Elements.STRINGS;
            }
            if (attribute.name().equals("astype") && isWholeType(call.argument(0, "dtype"))) {
                return Elements.INTEGERS;
            }
            if (METHODS.contains(attribute.name()) || SAME.contains(attribute.name())) {
                return elements(attribute.value(), depth + 1);
            }
        }
        return Elements.UNKNOWN;
    }

    /// Whether something is called a matrix, or the file works with sparse ones.
    private boolean isOfMatrix(Expression owner) {
        String name =
                switch (owner) {
                    case Name plain -> plain.id();
                    case Attribute part -> part.name();
                    default -> "";
                };
        return MATRIX.matcher(name).find();
    }

    /// Tells whether a type of array elements is one of whole numbers: `int`, `np.int64`, `"int"`.
    private boolean isWholeType(@Nullable Expression type) {
        String name =
                switch (type) {
                    case null -> null;
                    case Expression.StringLiteral text -> text.value();
                    default -> unit.name(type);
                };
        return name != null && WHOLE_TYPE.matcher(name).matches();
    }

    /// Tells whether a name is the counter of `enumerate` or runs over a `range`.
    private boolean isCounter(Name name) {
        return isBoundBy(name, (target, iterable) -> counts(target, iterable, name.id()));
    }

    /// Tells whether a name runs over texts: the parts of a split line, or the columns of a CSV
    /// file.
    boolean runsOverTexts(Name name) {
        return isBoundBy(name, (target, iterable) -> givesTexts(target, iterable, name.id()));
    }

    /// Tells whether some loop or comprehension around a name is such a one.
    private boolean isBoundBy(Name name, BiPredicate<Expression, Expression> loop) {
        for (Node at = unit.parent(name); at != null; at = unit.parent(at)) {
            boolean found =
                    switch (at) {
                        case Comprehension comprehension ->
                                comprehension.generators().stream()
                                        .anyMatch(one -> loop.test(one.target(), one.iterable()));
                        case Statement.For statement ->
                                loop.test(statement.target(), statement.iterable());
                        default -> false;
                    };
            if (found) {
                return true;
            }
        }
        return false;
    }

    /// Whether a variable is assigned a whole number: `n = int(text)`, `a, b = map(int, parts)`.
    private boolean isAssignedWhole(Name name) {
        return unit.uses(name).stream()
                .anyMatch(use -> {
                    Node holder = unit.parent(use);
                    if (holder instanceof Expression.TupleDisplay) {
                        holder = unit.parent(holder);
                    }
                    return holder instanceof Statement.Assign assign
                            && assign.value().start() > use.start()
                            && assign.value() instanceof Call made
                            && (WHOLE.contains(OrderFlow.shortName(made))
                                    || OrderFlow.isCall(made, "map")
                                            && made.argument(0) instanceof Name by
                                            && by.id().equals("int"));
                });
    }

    private boolean givesTexts(Expression target, Expression iterable, String id) {
        if (target instanceof Name name) {
            return name.id().equals(id) && elements(iterable) == Elements.STRINGS;
        }
        return target instanceof Expression.TupleDisplay columns
                && iterable instanceof Call call
                && "csv.reader".equals(unit.name(call.function()))
                && columns.elements().stream()
                        .anyMatch(column -> column instanceof Name name && name.id().equals(id));
    }

    private static boolean counts(Expression target, Expression iterable, String id) {
        if (OrderFlow.isCall(iterable, "range")) {
            return target instanceof Name name && name.id().equals(id);
        }
        return OrderFlow.isCall(iterable, "enumerate")
                && target instanceof Expression.TupleDisplay pair
                && !pair.elements().isEmpty()
                && pair.elements().getFirst() instanceof Name name
                && name.id().equals(id);
    }

    private Elements common(List<Expression> expressions) {
        Elements all = null;
        for (Expression expression : expressions) {
            Elements one = element(expression);
            all = all == null || all == one ? one : Elements.UNKNOWN;
        }
        return all == null ? Elements.UNKNOWN : all;
    }

    /// What one thing is as an element of a set.
    Elements element(Expression expression) {
        return switch (expression) {
            case Expression.TupleDisplay tuple -> common(tuple.elements());
            case Expression.Unary unary -> element(unary.operand());
            case Expression.NumberLiteral number ->
                    number.isWhole() ? Elements.INTEGERS : Elements.UNKNOWN;
            case Expression.StringLiteral _, Expression.FormattedString _ -> Elements.STRINGS;
            case Name name ->
                    isNumberName(name.id()) || isCounter(name) || isAssignedWhole(name)
                            ? Elements.INTEGERS
                            : Elements.UNKNOWN;
            case Attribute attribute ->
                    isNumberName(attribute.name()) ? Elements.INTEGERS : Elements.UNKNOWN;
            case Call call -> {
                String name = OrderFlow.shortName(call);
                if (WHOLE.contains(name)) {
                    yield Elements.INTEGERS;
                }
                if (name.equals("type") || name.equals("id")) {
                    yield Elements.OBJECTS;
                }
                yield Set.of(
                                        "str", "strip", "lower", "upper", "join", "format",
                                        "replace", "decode")
                                .contains(name)
                        ? Elements.STRINGS
                        : given(call);
            }
            case Expression.Binary sum ->
                    ARITHMETIC.containsAll(sum.operators())
                                    && common(sum.operands()) == Elements.INTEGERS
                            ? Elements.INTEGERS
                            : Elements.UNKNOWN;
            default -> Elements.UNKNOWN;
        };
    }

    /// What a function of the file gives, when all that it returns is the same.
    private Elements given(Call call) {
        if (!(call.function() instanceof Name)
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)
                || f.module() != unit.module()
                || !asked.add(f.definition())) {
            return Elements.UNKNOWN;
        }
        var returned = new ArrayList<Expression>();
        boolean[] seen = {true};
        f.definition()
                .walk(node -> {
                    switch (node) {
                        case Statement.Return r when unit.function(r) == f.definition() -> {
                            seen[0] &= r.value() != null;
                            if (r.value() != null) {
                                returned.add(r.value());
                            }
                        }
                        case Expression.Yield _, Expression.YieldFrom _ -> seen[0] = false;
                        default -> {}
                    }
                });
        Elements given = seen[0] ? common(returned) : Elements.UNKNOWN;
        asked.remove(f.definition());
        return given;
    }
}
