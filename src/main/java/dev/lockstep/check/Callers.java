package dev.lockstep.check;

import dev.lockstep.source.Alias;
import dev.lockstep.source.Branch;
import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether all in a project who call a function make nothing of the order of what it gives: they
/// sort it, count it, ask whether something is in it, or leave it where it is.
///
/// A call that cannot be told from one of it counts as one, and so does one that hands the order
/// on. A function that nobody calls is for others, who may use the order. The same is asked of
/// those who read an attribute.
final class Callers {
    private static final int MOST = 4;

    /// Methods that put something into what they are called on, or take it away.
    private static final Set<String> FILLING =
            Set.of("append", "extend", "insert", "add", "update", "discard", "clear");

    /// Functions and methods that look for something in what they get.
    private static final Set<String> LOOKING =
            Set.of("startswith", "endswith", "set", "frozenset", "isin", "any", "all");

    private final Project project;
    private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    /// Attributes that are being looked at, with their class.
    private final Set<String> kept = new HashSet<>();

    private Callers(Project project) {
        this.project = project;
    }

    /// Takes a function of a file.
    static boolean forget(Unit unit, FunctionDefinition function) {
        return new Callers(unit.module().project()).forgotten(unit, function, 0);
    }

    /// Takes a function of a file: whether something in the project may speak of it.
    static boolean areThere(Unit unit, FunctionDefinition function) {
        return new Callers(unit.module().project())
                .everywhere(unit, function.name(), other -> speaking(other, function));
    }

    private static int speaking(Unit unit, FunctionDefinition function) {
        int[] speaking = {0};
        unit.tree()
                .walk(node -> {
                    boolean speaks =
                            switch (node) {
                                case Name one ->
                                        one.id().equals(function.name())
                                                && mayBe(unit, one, function);
                                case Attribute one ->
                                        one.name().equals(function.name())
                                                && mayBe(unit, one, function);
                                case Alias alias ->
                                        alias.name().equals(function.name()) && alias.as() != null;
                                default -> false;
                            };
                    speaking[0] += speaks ? 1 : 0;
                });
        return speaking[0];
    }

    /// Takes a call and one of its arguments: whether a function of another file is called that
    /// makes nothing of the argument's order.
    static boolean forgetArgument(Unit unit, Call call, Expression argument) {
        int at = call.arguments().indexOf(argument);
        if (at < 0
                || !(unit.module().symbol(call.function()) instanceof Symbol.Function f)
                || f.module() == unit.module()) {
            return false;
        }
        List<Parameter> parameters = f.definition().parameters();
        Unit there = Unit.of(f.module());
        int own = at + (there.classAround(f.definition()) == null ? 0 : 1);
        if (own >= parameters.size() || parameters.get(own).kind() != Parameter.Kind.PLAIN) {
            return false;
        }
        var uses = new ArrayList<Name>();
        for (Statement statement : f.definition().body()) {
            statement.walk(node -> {
                if (node instanceof Name use && use.id().equals(parameters.get(own).name())) {
                    uses.add(use);
                }
            });
        }
        var callers = new Callers(unit.module().project());
        return !uses.isEmpty()
                && uses.stream()
                        .allMatch(use ->
                                isTarget(there, use) || callers.isForgotten(there, use, MOST));
    }

    private boolean forgotten(Unit unit, FunctionDefinition function, int depth) {
        boolean plain =
                function.decorators().stream()
                        .allMatch(d ->
                                d.expression() instanceof Name how
                                        && (how.id().equals("staticmethod")
                                                || how.id().equals("classmethod")));
        if (depth > MOST || !plain || function.name().startsWith("__")) {
            return false;
        }
        if (!seen.add(function)) {
            return true; // who calls it is being looked at
        }
        return everywhere(unit, function.name(), other -> calls(other, unit, function, depth));
    }

    /// Takes an attribute of `self`: whether something is looked for in it, and all that reads an
    /// attribute of that name makes nothing of its order.
    static boolean forgetAttribute(Unit unit, Attribute attribute) {
        return new Callers(unit.module().project()).isKeptInVain(unit, attribute, 0);
    }

    private boolean isKeptInVain(Unit unit, Attribute attribute, int depth) {
        ClassDefinition owner = unit.classAround(attribute);
        return owner != null
                && depth <= MOST
                && (!kept.add(owner.name() + "." + attribute.name()) // being looked at
                        || everywhere(
                                unit,
                                attribute.name(),
                                other -> reads(other, owner, attribute.name(), depth)));
    }

    /// How often a file looks into an attribute, if each read makes nothing of the order; less than
    /// none where one does, or where the name stands as a text.
    private int reads(Unit unit, ClassDefinition owner, String name, int depth) {
        var reads = new ArrayList<Attribute>();
        boolean[] named = {false};
        unit.tree()
                .walk(node -> {
                    switch (node) {
                        case Attribute part when part.name().equals(name) -> reads.add(part);
                        case StringLiteral text ->
                                named[0] |= text.value().equals(name) && !isKey(unit, text);
                        default -> {}
                    }
                });
        reads.removeIf(read -> isFilled(unit, read) || isAnothersOwn(unit, read, owner));
        return named[0] || !reads.stream().allMatch(read -> isForgotten(unit, read, depth))
                ? -1
                : (int) reads.stream().filter(read -> isLookedInto(unit, read)).count();
    }

    /// Whether something is looked for in a collection: one that is only counted or told of may
    /// have its order for others.
    private static boolean isLookedInto(Unit unit, Attribute collection) {
        return switch (unit.parent(collection)) {
            case Expression.Comparison _ -> true;
            case Call call -> LOOKING.contains(OrderFlow.shortName(call));
            case null, default -> false;
        };
    }

    /// Whether a text is the key of a dictionary: no attribute is asked for by it.
    private static boolean isKey(Unit unit, StringLiteral text) {
        return switch (unit.parent(text)) {
            case DictItem item -> item.key() == text;
            case Expression.Subscript subscript -> subscript.index() == text;
            case null, default -> false;
        };
    }

    /// Whether something is put into an attribute.
    private static boolean isFilled(Unit unit, Attribute attribute) {
        return switch (unit.parent(attribute)) {
            case Statement.Assign assign -> assign.targets().contains(attribute);
            case Statement.AnnotatedAssign assign -> assign.target() == attribute;
            case Statement.AugmentedAssign assign -> assign.target() == attribute;
            case Attribute method -> FILLING.contains(method.name());
            case null, default -> false;
        };
    }

    /// Whether it is an attribute that another class, which does not come from the owner, gives
    /// itself: `self.files = …` there.
    private static boolean isAnothersOwn(Unit unit, Attribute attribute, ClassDefinition owner) {
        ClassDefinition other = unit.classAround(attribute);
        return other != null
                && other != owner
                && attribute.value() instanceof Name self
                && self.id().equals("self")
                && other.bases().stream()
                        .noneMatch(base -> unit.source().slice(base).endsWith(owner.name()))
                && !unit.attributeValues(other, attribute.name()).isEmpty();
    }

    /// Whether the files that mention a name hold something, and none what must not be.
    ///
    /// @param count how often a file holds it, less than none where it has what must not be
    private boolean everywhere(Unit home, String name, ToIntFunction<Unit> count) {
        // Files that nobody has parsed yet are looked at last: mostly one of the others decides.
        // Others may parse some meanwhile, so each is asked once.
        var parsed =
                project.mentioning(name).stream()
                        .filter(path -> !ImportGraph.isTest(path))
                        .collect(Collectors.partitioningBy(project::isRead));
        int all = 0;
        for (boolean first : List.of(true, false)) {
            for (String path : parsed.getOrDefault(first, List.of())) {
                Unit other = path.equals(home.path()) ? home : unit(path);
                int more = other == null ? 0 : count.applyAsInt(other);
                if (more < 0) {
                    return false;
                }
                all += more;
            }
        }
        return all > 0;
    }

    private @Nullable Unit unit(String path) {
        PythonModule module = project.module(path);
        return module == null ? null : Unit.of(module);
    }

    /// How often a file calls a function, each time without using the order; less than none where
    /// it uses it, or speaks of the function without calling it.
    private int calls(Unit unit, Unit home, FunctionDefinition function, int depth) {
        var speaking = new ArrayList<Expression>();
        boolean[] renamed = {false};
        unit.tree()
                .walk(node -> {
                    switch (node) {
                        case Name name when name.id().equals(function.name()) -> speaking.add(name);
                        case Attribute part when part.name().equals(function.name()) ->
                                speaking.add(part);
                        case Alias alias ->
                                renamed[0] |=
                                        alias.name().equals(function.name()) && alias.as() != null;
                        default -> {}
                    }
                });
        if (renamed[0]) {
            return -1;
        }
        boolean method = home.classAround(function) != null;
        int calls = 0;
        for (Expression one : speaking) {
            if (method && one instanceof Name || !mayBe(unit, one, function)) {
                continue;
            }
            if (!(unit.parent(one) instanceof Call call)
                    || call.function() != one
                    || !isForgotten(unit, call, depth)) {
                return -1;
            }
            calls++;
        }
        return calls;
    }

    /// Whether an expression may stand for a function: it does, or nobody knows.
    private static boolean mayBe(Unit unit, Expression expression, FunctionDefinition function) {
        return switch (unit.module().symbol(expression)) {
            case Symbol.Function other -> other.definition() == function;
            case null -> !(expression instanceof Name name && unit.declaring(name) != null);
            default -> false;
        };
    }

    /// Whether nothing is made of the order of a value where it stands.
    private boolean isForgotten(Unit unit, Expression value, int depth) {
        return switch (unit.parent(value)) {
            case Statement.ExpressionStatement _ -> true;
            case Call call when call.function() != value ->
                    OrderFlow.shortName(call).toLowerCase(Locale.ROOT).contains("sort")
                            || OrderWords.forgets(call)
                            || OrderFlow.isCall(call, "join") && isTold(unit, call);
            case Generator generator ->
                    generator.iterable() == value
                            && unit.parent(generator) instanceof Comprehension made
                            && (made.kind() == Comprehension.Kind.SET
                                    || made.kind() != Comprehension.Kind.DICT
                                            && isForgotten(unit, made, depth));
            case Statement.For loop ->
                    loop.iterable() == value
                            && onlyFillsByKey(unit, loop)
                            && new OrderFlow(unit).follow(value) == null;
            case Expression.Comparison test ->
                    test.operands().getLast() == value
                            && test.operators().stream()
                                    .allMatch(o -> o == Operator.IN || o == Operator.NOT_IN);
            case Expression.Unary not -> not.operator() == Operator.NOT;
            case Branch branch -> branch.test() == value;
            case Statement.Return _ ->
                    unit.function(value) instanceof FunctionDefinition outer
                            && forgotten(unit, outer, depth + 1);
            case Expression.Conditional choice ->
                    choice.test() == value || isForgotten(unit, choice, depth);
            case Statement.Assign assign
                    when assign.value() == value
                            && assign.targets().size() == 1
                            && assign.targets().getFirst() instanceof Name variable ->
                    isForgotten(unit, variable, assign, depth);
            case Statement.Assign assign
                    when assign.value() == value
                            && assign.targets().size() == 1
                            && assign.targets().getFirst() instanceof Attribute attribute
                            && attribute.value() instanceof Name self
                            && self.id().equals("self") ->
                    isKeptInVain(unit, attribute, depth + 1);
            case null, default -> false;
        };
    }

    /// Whether a text is only for a person: that of an error, or of what is logged.
    private static boolean isTold(Unit unit, Expression text) {
        for (Node at = unit.parent(text); at != null; at = unit.parent(at)) {
            switch (at) {
                case Statement.Raise _, Statement.Assert _ -> {
                    return true;
                }
                case Call call when OrderWords.forgets(call) -> {
                    return true;
                }
                case Expression.FormattedString _, Expression.Binary _, Call _ -> {}
                default -> {
                    return false;
                }
            }
        }
        return false;
    }

    /// Whether all that a loop does is to put things where they belong by what each turn is about:
    /// nothing passes from one turn to the next, or to what stands behind the loop.
    private static boolean onlyFillsByKey(Unit unit, Statement.For loop) {
        var own = new HashSet<String>();
        loop.target().walk(node -> name(node, own));
        return onlyFillsByKey(loop.body(), own)
                && !isCarried(unit, loop)
                && unit.function(loop) instanceof FunctionDefinition function
                && !isReadBehind(function, loop, own);
    }

    /// @param own what this turn has bound so far
    private static boolean onlyFillsByKey(List<Statement> body, Set<String> own) {
        return body.stream()
                .allMatch(statement ->
                        switch (statement) {
                            case Statement.Assign assign ->
                                    assign.targets().stream()
                                            .allMatch(target -> isOfTurn(target, own));
                            case Statement.If choice ->
                                    choice.branches().stream()
                                                    .allMatch(b -> onlyFillsByKey(b.body(), own))
                                            && onlyFillsByKey(choice.otherwise(), own);
                            case Statement.ExpressionStatement said ->
                                    said.expression() instanceof Call call
                                            && OrderWords.forgets(call);
                            case Statement.Continue _, Statement.Pass _, Statement.Raise _ -> true;
                            default -> false;
                        });
    }

    /// Whether a target is a place that the turn's own key gives, or a variable that the turn binds
    /// anew.
    private static boolean isOfTurn(Expression target, Set<String> own) {
        if (!(target instanceof Name name)) {
            return FilledLists.isKeyed(target, own);
        }
        own.add(name.id());
        return true;
    }

    /// Whether a variable is read before the turn has bound it: what it holds is of the turn
    /// before.
    private static boolean isCarried(Unit unit, Statement.For loop) {
        var bound = new HashMap<String, Integer>();
        loop.walk(node -> {
            if (node instanceof Statement.Assign assign) {
                assign.targets().stream()
                        .filter(Name.class::isInstance)
                        .forEach(target -> bound.putIfAbsent(((Name) target).id(), assign.end()));
            }
        });
        loop.target()
                .walk(node -> {
                    if (node instanceof Name name) {
                        bound.remove(name.id());
                    }
                });
        boolean[] carried = {false};
        loop.walk(node ->
                carried[0] |=
                        node instanceof Name name
                                && name.start() < bound.getOrDefault(name.id(), 0)
                                && !isTarget(unit, name));
        return carried[0];
    }

    private static void name(Node node, Set<String> into) {
        if (node instanceof Name name) {
            into.add(name.id());
        }
    }

    private static boolean isReadBehind(
            FunctionDefinition function, Statement.For loop, Set<String> own) {
        boolean[] found = {false};
        function.walk(node ->
                found[0] |=
                        node instanceof Name name
                                && name.start() > loop.end()
                                && own.contains(name.id()));
        return found[0];
    }

    private boolean isForgotten(Unit unit, Name variable, Statement.Assign assign, int depth) {
        List<Name> uses = unit.uses(variable);
        if (uses.stream().anyMatch(use -> isSorted(unit, use))) {
            return true;
        }
        int end = reboundAt(unit, uses, assign);
        List<Name> reads =
                uses.stream()
                        .filter(use -> use.start() > assign.end() && use.start() < end)
                        .filter(use -> !isTarget(unit, use))
                        .toList();
        boolean forOthers = reads.isEmpty() && unit.function(variable) == null;
        return !forOthers && reads.stream().allMatch(use -> isForgotten(unit, use, depth));
    }

    /// Where the next assignment to a variable in the same block ends: what is read behind it is
    /// another value.
    private static int reboundAt(Unit unit, List<Name> uses, Statement.Assign assign) {
        return uses.stream()
                .filter(use -> use.start() > assign.end() && isTarget(unit, use))
                .map(unit::parent)
                .filter(next -> next != null && unit.parent(next) == unit.parent(assign))
                .filter(next -> !(unit.parent(assign) instanceof Statement.If))
                .mapToInt(Node::end)
                .min()
                .orElse(Integer.MAX_VALUE);
    }

    private static boolean isTarget(Unit unit, Name use) {
        return unit.parent(use) instanceof Statement.Assign assign
                && assign.targets().contains(use);
    }

    private static boolean isSorted(Unit unit, Name use) {
        return unit.parent(use) instanceof Attribute method && method.name().equals("sort");
    }
}
