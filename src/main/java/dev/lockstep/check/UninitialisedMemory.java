package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// LS306: memory is read before it is written.
///
/// Silent unless the very next use of the tensor reads it: whatever may write it ends the search.
final class UninitialisedMemory implements Rule {
    private static final Set<String> MAKERS =
            Set.of(
                    "torch.empty",
                    "torch.empty_like",
                    "torch.empty_strided",
                    "numpy.empty",
                    "numpy.empty_like");

    /// What makes the memory of a parameter without writing it.
    private static final Set<String> OF_PARAMETERS =
            Set.of("torch.empty", "torch.Tensor", "torch.FloatTensor");

    /// How many classes may be made one by another.
    private static final int MOST = 4;

    private static final Set<String> MODULES =
            Set.of("torch.nn.Module", "pytorch_lightning.LightningModule");

    /// Calls that reach every parameter of a module, whatever it is called.
    private static final Set<String> OF_ALL =
            Set.of(
                    "parameters",
                    "named_parameters",
                    "modules",
                    "named_modules",
                    "children",
                    "named_children",
                    "apply",
                    "load_state_dict",
                    "getattr",
                    "post_init");

    /// How decorators are called that register what tells the shapes of an operation's results.
    private static final Pattern REGISTERS_META =
            Pattern.compile("^(\\w+\\.)*(register_meta|register_fake|impl_abstract)");

    /// What functions are registered under that compute on the meta device.
    private static final Pattern META_KEY = Pattern.compile("[\"']Meta[\"']");

    /// Layers whose weight and bias every model of transformers fills, by the name of their class.
    private static final Pattern NORMALISES = Pattern.compile("LayerNorm|RMSNorm");

    private static final Set<String> FILLED = Set.of("weight", "bias");

    /// Methods that read values and write nothing.
    private static final Set<String> READING =
            Set.of(
                    "sum", "mean", "std", "var", "max", "min", "abs", "exp", "log", "sqrt", "clone",
                    "item", "tolist", "argmax", "argmin", "softmax", "sigmoid", "tanh", "relu",
                    "pow", "mul", "add", "sub", "div", "matmul", "norm", "cumsum", "clamp", "mul_",
                    "add_", "sub_", "div_", "lerp_", "clamp_");

    @Override
    public String hazard() {
        return "LS306";
    }

    @Override
    public Set<String> words() {
        return Set.of("empty", "empty_like", "empty_strided", "Parameter");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            if (named.name().equals("torch.nn.Parameter")) {
                parameter(unit, named.call(), report);
            }
            if (!MAKERS.contains(named.name())
                    || isEmptyShape(named.call())
                    || isOfMeta(unit, named.call())) {
                continue;
            }
            Node reader = reader(unit, named.call());
            if (reader == null
                    && unit.parent(named.call()) instanceof Statement.Assign assign
                    && assign.targets().size() == 1
                    && assign.targets().getFirst() instanceof Name name) {
                reader = nextReader(unit, assign, name);
            }
            if (reader == null
                    && unit.parent(named.call()) instanceof Statement.Assign assign
                    && assign.targets().getFirst() instanceof Attribute kept) {
                reader = accumulated(unit, kept);
            }
            if (reader != null) {
                report.report(
                        Severity.ERROR,
                        named.call(),
                        "its memory holds whatever was there before and is read in line "
                                + unit.source().position(reader.start()).line()
                                + " without all of it being written; use zeros, or write it first",
                        Fix.display("use zeros, or write every element first"));
            }
        }
    }

    /// Whether a function tells only the shapes of what an operation gives: tensors on the meta
    /// device have no memory.
    private static boolean isOfMeta(Unit unit, Call call) {
        return unit.function(call) instanceof Statement.FunctionDefinition function
                && (function.name().startsWith("meta_")
                                && META_KEY.matcher(unit.source().text()).find()
                        || function.decorators().stream()
                                .anyMatch(one ->
                                        REGISTERS_META
                                                .matcher(unit.source().slice(one.expression()))
                                                .find()));
    }

    /// The `self.total += …` of a class that does nothing else to what it keeps than to read it, or
    /// null.
    private static @Nullable Node accumulated(Unit unit, Attribute kept) {
        Statement.ClassDefinition owner = unit.classAround(kept);
        if (owner == null || !(kept.value() instanceof Name self) || !self.id().equals("self")) {
            return null;
        }
        Node[] added = {null};
        boolean[] perhapsWritten = {false};
        owner.walk(node -> {
            if (node == kept
                    || !(node instanceof Attribute use)
                    || !use.name().equals(kept.name())) {
                return;
            }
            Node parent = unit.parent(use);
            if (parent instanceof Statement.AugmentedAssign sum && sum.target() == use) {
                added[0] = sum;
            } else {
                perhapsWritten[0] |=
                        reader(unit, use) == null && !(parent instanceof Expression.Subscript);
                perhapsWritten[0] |=
                        parent instanceof Expression.Subscript part
                                && unit.parent(part) instanceof Statement.Assign assign
                                && assign.targets().contains(part);
            }
        });
        return perhapsWritten[0] ? null : added[0];
    }

    /// A parameter of a class, made of memory that nothing in the file writes, though something
    /// reads it.
    private static void parameter(Unit unit, Call call, Reporter report) {
        Node holder = unit.parent(call);
        Statement.ClassDefinition owner = unit.classAround(call);
        if (!(call.argument(0, "data") instanceof Call made)
                || made.arguments().isEmpty()
                || made.arguments().getFirst() instanceof Expression.ListDisplay
                || isEmptyShape(made)
                || !(unit.name(made.function()) instanceof String maker)
                || !OF_PARAMETERS.contains(maker)
                || !(holder instanceof Statement.Assign assign)
                || !(assign.targets().getFirst() instanceof Attribute target)
                || owner == null
                || owner.bases().size() != 1
                || !(unit.name(owner.bases().getFirst()) instanceof String base)
                || !MODULES.contains(base)
                || writesAll(unit, owner, target.name())
                || isFilledByModel(unit, owner, target.name())) {
            return;
        }
        Node[] reader = {null};
        boolean[] perhapsWritten = {false};
        unit.tree()
                .walk(node -> {
                    if (node != target
                            && node instanceof Attribute use
                            && use.name().equals(target.name())) {
                        Node read = readerOfParameter(unit, use);
                        perhapsWritten[0] |= read == null;
                        reader[0] = reader[0] == null ? read : reader[0];
                    }
                });
        if (reader[0] != null && !perhapsWritten[0] && !isLoaded(unit, owner, 0)) {
            report.report(
                    Severity.ERROR,
                    made,
                    "its memory holds whatever was there before, and nothing writes this parameter"
                            + " before line "
                            + unit.source().position(reader[0].start()).line()
                            + " reads it; initialise it with torch.nn.init",
                    Fix.display("initialise it with torch.nn.init, as torch.nn.init.normal_"));
        }
    }

    /// Whether the class, or code outside classes, takes all parameters one by one: it may write
    /// them. An optimizer takes them together.
    private static boolean writesAll(Unit unit, Statement.ClassDefinition owner, String parameter) {
        return unit.calls().stream()
                .anyMatch(call -> {
                    Statement.ClassDefinition around = unit.classAround(call);
                    return OF_ALL.contains(OrderFlow.shortName(call))
                            && (around == null || around == owner)
                            && !isForOthers(unit, call, parameter)
                            && !(OrderFlow.isCall(call, "getattr")
                                    && Switches.text(call.argument(1, "name")) instanceof String of
                                    && !of.equals(parameter))
                            && !(unit.parent(call) instanceof Call);
                });
    }

    /// Whether a model of transformers in the same file fills the parameter of a normalising layer:
    /// its `_init_weights` does, unless the model writes its own.
    private static boolean isFilledByModel(
            Unit unit, Statement.ClassDefinition owner, String parameter) {
        return FILLED.contains(parameter)
                && NORMALISES.matcher(owner.name()).find()
                && unit.calls().stream().anyMatch(call -> OrderFlow.isCall(call, "post_init"))
                && unit.statements().stream()
                        .anyMatch(statement ->
                                statement instanceof Statement.ClassDefinition model
                                        && isPretrained(unit, model));
    }

    private static boolean isPretrained(Unit unit, Statement.ClassDefinition model) {
        return model.bases().stream().anyMatch(base -> isPreTrainedModel(unit, base))
                && model.body().stream().noneMatch(UninitialisedMemory::replacesFilling);
    }

    private static boolean isPreTrainedModel(Unit unit, Expression base) {
        return unit.name(base) instanceof String name && name.endsWith(".PreTrainedModel")
                || base instanceof Name plain && plain.id().equals("PreTrainedModel");
    }

    /// Whether a model has an `_init_weights` of its own that doesn't call the one it replaces.
    private static boolean replacesFilling(Statement statement) {
        if (!(statement instanceof Statement.FunctionDefinition method)
                || !method.name().equals("_init_weights")) {
            return false;
        }
        boolean[] calls = {false};
        method.walk(node ->
                calls[0] |= node instanceof Call call && OrderFlow.isCall(call, "_init_weights"));
        return !calls[0];
    }

    /// Whether nothing makes an object of a class but a method that then loads saved values into
    /// it, or the classes that are made so themselves.
    private static boolean isLoaded(Unit unit, Statement.ClassDefinition owner, int depth) {
        if (depth > MOST || isExtended(unit, owner) || NamedAlike.isRenamed(unit, owner.name())) {
            return false;
        }
        List<NamedAlike.Site> makers = NamedAlike.makers(unit, owner);
        if (makers.isEmpty()) {
            return owner.body().stream().anyMatch(method -> loads(unit, method));
        }
        return makers.stream()
                .allMatch(site ->
                        site.unit() == unit
                                && unit.classAround(site.call())
                                        instanceof Statement.ClassDefinition maker
                                && isLoaded(unit, maker, depth + 1));
    }

    /// Whether a method makes an object of its class and loads its state.
    private static boolean loads(Unit unit, Statement method) {
        return method instanceof Statement.FunctionDefinition function
                && function.decorators().stream()
                        .anyMatch(one ->
                                one.expression() instanceof Name how
                                        && how.id().equals("classmethod"))
                && unit.calls().stream()
                        .anyMatch(call ->
                                OrderFlow.isCall(call, "load_state_dict")
                                        && isWithin(call, function));
    }

    private static boolean isExtended(Unit unit, Statement.ClassDefinition owner) {
        return unit.statements().stream()
                .anyMatch(statement ->
                        statement instanceof Statement.ClassDefinition other
                                && other.bases().stream()
                                        .anyMatch(base ->
                                                unit.module().symbol(base)
                                                                instanceof Symbol.Class parent
                                                        && parent.definition() == owner));
    }

    private static boolean isWithin(Node node, Node around) {
        return node.start() >= around.start() && node.end() <= around.end();
    }

    /// Whether `apply` gets a function of this file that only writes what other modules call so:
    /// weights and biases by their names.
    private static boolean isForOthers(Unit unit, Call call, String parameter) {
        if (!OrderFlow.isCall(call, "apply") || call.arguments().size() != 1) {
            return false;
        }
        String name =
                switch (call.arguments().getFirst()) {
                    case Name plain -> plain.id();
                    case Attribute method -> method.name();
                    default -> "";
                };
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.FunctionDefinition f && f.name().equals(name)) {
                String text = unit.source().slice(f);
                return !text.contains("parameters") && !text.contains("." + parameter);
            }
        }
        return false;
    }

    /// The expression that reads a parameter and writes nothing, or null when that is not sure.
    private static @Nullable Node readerOfParameter(Unit unit, Attribute use) {
        return switch (unit.parent(use)) {
            case Call call when call.function() != use -> {
                String name = unit.name(call.function());
                yield name != null
                                && name.startsWith("torch.")
                                && !name.startsWith("torch.nn.init.")
                                && !name.endsWith("_")
                                && !name.endsWith(".Parameter")
                        ? call
                        : null;
            }
            case Expression.Binary binary -> binary;
            case Expression.Subscript part
                    when part.value() == use
                            && unit.parent(part) instanceof Expression.Binary sum ->
                    sum;
            case null, default -> reader(unit, use);
        };
    }

    /// The expression that reads this value here and now, or null.
    private static @Nullable Node reader(Unit unit, Expression value) {
        Node parent = unit.parent(value);
        return switch (parent) {
            case Expression.Binary binary
                    when binary.operands().stream()
                            .noneMatch(o -> unit.source().slice(o).endsWith("nan")) ->
                    binary;
            case Attribute attribute ->
                    READING.contains(attribute.name())
                                    && unit.parent(attribute) instanceof Call call
                                    && call.function() == attribute
                            ? call
                            : null;
            case null, default -> null;
        };
    }

    private static @Nullable Node nextReader(Unit unit, Statement after, Name made) {
        List<Statement> block = block(unit, after);
        int at = block.indexOf(after);
        return at < 0 ? null : reader(unit, block, at + 1, made);
    }

    /// The expression of a block, or of a loop in it, that reads the memory first, when nothing has
    /// written it; else null.
    private static @Nullable Node reader(Unit unit, List<Statement> block, int from, Name made) {
        for (int i = from; i < block.size(); i++) {
            Statement statement = block.get(i);
            Name use = firstUse(statement, made.id());
            if (use == null) {
                continue;
            }
            if (statement instanceof Statement.For loop && fillsRaggedly(loop, made.id())) {
                continue;
            }
            if (statement instanceof Statement.AugmentedAssign update && update.target() == use) {
                return update;
            }
            List<Statement> inner =
                    switch (statement) {
                        case Statement.For loop -> loop.body();
                        case Statement.While loop -> loop.body();
                        case Statement.With with -> with.body();
                        default -> List.of();
                    };
            if (inner.stream().anyMatch(one -> firstUse(one, made.id()) == use)) {
                return reader(unit, inner, 0, made);
            }
            boolean plain =
                    statement instanceof Statement.Assign
                            || statement instanceof Statement.Return
                            || statement instanceof Statement.ExpressionStatement;
            if (!plain
                    || statement instanceof Statement.Assign assign && writes(assign, made.id())) {
                return null;
            }
            return reader(unit, use);
        }
        return null;
    }

    /// Tells whether a loop writes single elements only, in rows whose length the data decides:
    /// what lies behind the end of a row stays unwritten.
    private static boolean fillsRaggedly(Statement.For outer, String name) {
        int[] uses = {0};
        int[] ragged = {0};
        outer.walk(node -> {
            if (node instanceof Name use && use.id().equals(name)) {
                uses[0]++;
            }
            if (node instanceof Statement.For inner
                    && inner != outer
                    && mentions(inner.iterable(), names(outer.target()))
                    && inner.body().size() == 1
                    && inner.body().getFirst() instanceof Statement.Assign assign
                    && assign.targets().getFirst() instanceof Expression.Subscript element
                    && element.value() instanceof Name target
                    && target.id().equals(name)
                    && mentions(element.index(), names(inner.target()))) {
                ragged[0]++;
            }
        });
        return uses[0] == 1 && ragged[0] == 1;
    }

    private static Set<String> names(Expression target) {
        var names = new java.util.HashSet<String>();
        target.walk(node -> {
            if (node instanceof Name name) {
                names.add(name.id());
            }
        });
        return names;
    }

    private static boolean mentions(Expression expression, Set<String> names) {
        boolean[] found = {false};
        expression.walk(node -> found[0] |= node instanceof Name name && names.contains(name.id()));
        return found[0];
    }

    private static boolean writes(Statement.Assign assign, String name) {
        boolean[] found = {false};
        for (Expression target : assign.targets()) {
            target.walk(node -> found[0] |= node instanceof Name other && other.id().equals(name));
        }
        return found[0];
    }

    private static @Nullable Name firstUse(Statement statement, String name) {
        Name[] first = {null};
        statement.walk(node -> {
            if (node instanceof Name use && use.id().equals(name)) {
                first[0] = first[0] == null ? use : first[0];
            }
        });
        return first[0];
    }

    private static List<Statement> block(Unit unit, Statement statement) {
        Node parent = unit.parent(statement);
        return switch (parent) {
            case null -> unit.tree().body();
            case Statement.FunctionDefinition function -> function.body();
            case Statement.For loop -> loop.body();
            case Statement.While loop -> loop.body();
            case Statement.With with -> with.body();
            case dev.lockstep.source.Branch branch -> branch.body();
            default -> List.of();
        };
    }

    private static boolean isEmptyShape(Call call) {
        Expression shape = call.argument(0);
        return Loaders.isZero(shape)
                || shape instanceof Expression.TupleDisplay tuple
                        && tuple.elements().stream().anyMatch(Loaders::isZero);
    }
}
