package dev.lockstep.check;

import dev.lockstep.source.Decorator;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells which sets hold objects whose hash is their address, which is another in every run.
///
/// Those are the objects of a class that defines neither `__eq__` nor `__hash__` (`object.__hash__`
/// in Python's data model). Which class it is, is told by the attributes that are read of what the
/// set gives: numbers and texts have none of those.
final class AddressedObjects {
    /// Bases that leave the hash as it is.
    private static final Set<String> PLAIN = Set.of("object", "torch.nn.Module");

    /// Calls that give the elements of what they get.
    private static final Set<String> KEEPING = Set.of("list", "tuple", "iter", "tqdm");

    private final Unit unit;

    /// Attributes that are read of the elements.
    private final Set<String> read = new HashSet<>();

    private final Set<Node> followed = Collections.newSetFromMap(new IdentityHashMap<>());

    private AddressedObjects(Unit unit) {
        this.unit = unit;
    }

    /// Takes an expression that is a set.
    static boolean areIn(Unit unit, Expression set) {
        var objects = new AddressedObjects(unit);
        objects.follow(set);
        return !objects.read.isEmpty() && objects.comeFromPlainClass();
    }

    /// Follows the elements through lists and slices of a function to what is read of each.
    private void follow(Expression holder) {
        if (!followed.add(holder)) {
            return;
        }
        switch (unit.parent(holder)) {
            case Call call when KEEPING.contains(OrderFlow.shortName(call)) -> follow(call);
            case Expression.Subscript part
                    when part.value() == holder && part.index() instanceof Expression.Slice ->
                    follow(part);
            case Statement.Assign assign
                    when assign.value() == holder
                            && assign.targets().getFirst() instanceof Name variable ->
                    unit.uses(variable).stream()
                            .filter(use -> use.start() > assign.end())
                            .forEach(this::follow);
            case Statement.For loop when loop.iterable() == holder ->
                    loop.body().forEach(statement -> attributesOf(loop.target(), statement));
            case Generator generator when generator.iterable() == holder ->
                    attributesOf(generator.target(), unit.parent(generator));
            case null, default -> {}
        }
    }

    private void attributesOf(Expression element, @Nullable Node place) {
        if (place == null || !(element instanceof Name variable)) {
            return;
        }
        place.walk(node -> {
            if (node instanceof Attribute attribute
                    && attribute.value() instanceof Name name
                    && name.id().equals(variable.id())
                    && !(unit.parent(attribute) instanceof Call call
                            && call.function() == attribute)) {
                read.add(attribute.name());
            }
        });
    }

    /// Whether the file has or imports classes with all these attributes, and each leaves the hash
    /// as it is.
    private boolean comeFromPlainClass() {
        List<Known> fitting =
                classes().stream().filter(c -> read.stream().allMatch(c::has)).toList();
        return !fitting.isEmpty() && fitting.stream().allMatch(Known::hashesByAddress);
    }

    private List<Known> classes() {
        var ids = new HashSet<String>();
        var classes = new ArrayList<Known>();
        unit.tree()
                .walk(node -> {
                    switch (node) {
                        case ClassDefinition c -> classes.add(new Known(unit, c));
                        case Name name when ids.add(name.id()) -> {
                            if (unit.module().symbol(name) instanceof Symbol.Class c
                                    && c.module() != unit.module()) {
                                classes.add(new Known(Unit.of(c.module()), c.definition()));
                            }
                        }
                        default -> {}
                    }
                });
        return classes;
    }

    /// A class of the project.
    private record Known(Unit unit, ClassDefinition definition) {
        boolean has(String attribute) {
            return !unit.attributeValues(definition, attribute).isEmpty()
                    || definition.body().stream()
                            .anyMatch(statement ->
                                    statement instanceof Statement.AnnotatedAssign field
                                            && field.target() instanceof Name name
                                            && name.id().equals(attribute));
        }

        boolean hashesByAddress() {
            return definition.keywords().isEmpty()
                    && definition.bases().stream()
                            .allMatch(base ->
                                    unit.name(base) instanceof String name && PLAIN.contains(name))
                    && definition.decorators().stream().allMatch(this::leavesEquality)
                    && definition.body().stream()
                            .noneMatch(statement ->
                                    statement instanceof FunctionDefinition method
                                            && (method.name().equals("__eq__")
                                                    || method.name().equals("__hash__")));
        }

        /// `@dataclass(eq=False)`; any other makes a class that compares, and hashes, what it
        /// holds.
        private boolean leavesEquality(Decorator decorator) {
            return decorator.expression() instanceof Call call
                    && "dataclasses.dataclass".equals(unit.name(call.function()))
                    && call.keyword("eq") instanceof Expression.Constant constant
                    && constant.kind() == Expression.Constant.Kind.FALSE;
        }
    }
}
