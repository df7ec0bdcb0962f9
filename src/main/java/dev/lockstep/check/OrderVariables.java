package dev.lockstep.check;

import dev.lockstep.check.OrderFlow.Sink;
import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows an order that is kept in a variable or in an attribute of `self` to where it is read.
///
/// Knows which uses have been followed: each is followed once.
final class OrderVariables {
    private final Unit unit;
    private final OrderFlow flow;
    private final Set<Name> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Attribute> attributes = Collections.newSetFromMap(new IdentityHashMap<>());

    OrderVariables(Unit unit, OrderFlow flow) {
        this.unit = unit;
        this.flow = flow;
    }

    /// Lets each use be followed once more.
    void clear() {
        visited.clear();
        attributes.clear();
    }

    /// Whether a use has not been followed yet; from now on it has.
    boolean isNew(Name use) {
        return visited.add(use);
    }

    /// The order in a variable: forgotten when the variable is sorted anywhere, else followed from
    /// each of its uses.
    @Nullable Sink uses(Name name, int depth) {
        if (!isNew(name)) {
            return null;
        }
        List<Name> all = unit.uses(name);
        int end = rebound(name, all);
        var reads = new ArrayList<Name>();
        for (Name use : all) {
            if (isSorted(use)) {
                return null;
            }
            if ((use.start() > name.start() || inLoop(name)) && use.start() < end) {
                reads.add(use);
            }
        }
        if (reads.stream().noneMatch(use -> use != name)
                && isModuleVariable(name)
                && !name.id().equals("__all__")) {
            return Sink.open(name, "is that of `" + name.id() + "`");
        }
        for (Name use : reads) {
            if (isNew(use)) {
                Sink sink = flow.follow(use, depth + 1);
                if (sink != null) {
                    return sink;
                }
            }
        }
        return null;
    }

    /// Where the value in a variable ends: at the next assignment to it in the same block, or in
    /// one around it.
    private int rebound(Name name, List<Name> uses) {
        Node statement = unit.parent(name);
        if (!(statement instanceof Statement.Assign first)) {
            return Integer.MAX_VALUE;
        }
        int end = Integer.MAX_VALUE;
        for (Name use : uses) {
            Node target =
                    unit.parent(use) instanceof Expression.TupleDisplay several ? several : use;
            if (use.start() > first.end()
                    && unit.parent(target) instanceof Statement.Assign next
                    && next.targets().stream().anyMatch(each -> each == target)
                    && isAround(unit.parent(next), first)
                    && !inLoop(name)) {
                end = Math.min(end, next.end());
            }
        }
        return end;
    }

    /// Whether a block holds a statement, or what holds it. Of what has several blocks, as `if`
    /// with its `else`, one does not hold what stands in another.
    private boolean isAround(@Nullable Node block, Statement statement) {
        Node holder = unit.parent(statement);
        if (holder == block) {
            return true;
        }
        for (Node at = holder; at != null; at = unit.parent(at)) {
            if (at == block) {
                return at instanceof Branch
                        || at instanceof Statement.With
                        || at instanceof FunctionDefinition;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
        }
        return block == null;
    }

    boolean isModuleVariable(Name name) {
        Scope declaring = unit.declaring(name);
        return declaring != null && declaring.kind() == Scope.Kind.MODULE && !name.id().equals("_");
    }

    @Nullable Sink attribute(Attribute attribute, int depth) {
        if (!(attribute.value() instanceof Name self)) {
            return Sink.open(attribute, OrderFlow.KEPT + attribute.name() + "`");
        }
        Node owner = unit.classAround(attribute);
        if (owner == null || !self.id().equals("self")) {
            return Sink.open(attribute, OrderFlow.KEPT + attribute.name() + "`");
        }
        var uses = new ArrayList<Attribute>();
        owner.walk(node -> {
            if (node instanceof Attribute other
                    && other.name().equals(attribute.name())
                    && other.value() instanceof Name name
                    && name.id().equals("self")) {
                uses.add(other);
            }
        });
        for (Attribute use : uses) {
            if (isSorted(use)) {
                return null;
            }
        }
        Sink kept = Sink.open(attribute, OrderFlow.KEPT + "self." + attribute.name() + "`");
        boolean read = false;
        for (Attribute use : uses) {
            if (use != attribute && !isStored(use) && attributes.add(use)) {
                read = true;
                Sink sink = flow.follow(use, depth + 1);
                if (sink != null) {
                    return sink.open() ? kept : sink.at(attribute, kept.what());
                }
            }
        }
        return read
                        && (attribute.name().startsWith("_")
                                || Callers.forgetAttribute(unit, attribute))
                ? null
                : kept;
    }

    /// Whether something is put into this use of an attribute.
    private boolean isStored(Attribute use) {
        return switch (unit.parent(use)) {
            case Statement.Assign assign -> assign.targets().contains(use);
            case Statement.AnnotatedAssign assign -> assign.target() == use;
            case Statement.AugmentedAssign assign -> assign.target() == use;
            case null, default -> false;
        };
    }

    /// Tells whether this use sorts the variable: `x.sort()`, or `x = sorted(x)`.
    boolean isSorted(Expression use) {
        Node parent = unit.parent(use);
        if (parent instanceof Attribute attribute && attribute.name().equals("sort")) {
            return true;
        }
        if (parent instanceof Expression.Subscript subscript
                && subscript.value() == use
                && sorts(subscript.index())) {
            return true;
        }
        if (!(parent instanceof Call call)
                || !OrderWords.isReordering(call)
                || !(unit.parent(call) instanceof Statement.Assign assign)) {
            return false;
        }
        for (Expression target : assign.targets()) {
            if (unit.source().slice(target).equals(unit.source().slice(use))) {
                return true;
            }
        }
        return false;
    }

    private boolean inLoop(Node node) {
        for (Node at = unit.parent(node); at != null; at = unit.parent(at)) {
            if (at instanceof Statement.For || at instanceof Statement.While) {
                return true;
            }
            if (at instanceof FunctionDefinition) {
                return false;
            }
        }
        return false;
    }

    /// Whether an index is the order of a sort: `rows[rows[:, 0].argsort()]`.
    static boolean sorts(Expression index) {
        boolean[] found = {false};
        index.walk(
                node -> found[0] |= node instanceof Call call && OrderFlow.isCall(call, "argsort"));
        return found[0];
    }
}
