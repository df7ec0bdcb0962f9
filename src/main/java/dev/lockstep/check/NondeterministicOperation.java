package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import dev.lockstep.source.WithItem;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// LS303: an operation that torch documents as nondeterministic, with deterministic algorithms off.
///
/// The tables follow the two lists in the documentation of `torch.use_deterministic_algorithms`,
/// 1.13 to 2.14, and what was seen on a device (`docs/decisions/cuda.md`); only operations that the
/// source shows by name are in them. `histc` is not: it counts, and whole numbers add up to the
/// same in any order.
final class NondeterministicOperation implements Rule {
    private static final String FLASH_ATTENTION = "the backward of flash attention";

    /// Nondeterministic on CUDA, forward or backward.
    private static final Map<String, String> ON_CUDA =
            Map.ofEntries(
                    Map.entry("torch.index_add", "index_add"),
                    Map.entry("torch.scatter_add", "scatter_add"),
                    Map.entry("torch.scatter_reduce", "scatter_reduce"),
                    Map.entry("torch.kthvalue", "kthvalue"),
                    Map.entry("torch.nn.CTCLoss", "the backward of CTCLoss"),
                    Map.entry("torch.nn.functional.ctc_loss", "the backward of ctc_loss"),
                    Map.entry("torch.nn.functional.grid_sample", "the backward of grid_sample"),
                    Map.entry(
                            "torch.nn.functional.scaled_dot_product_attention",
                            "the backward of fused attention"),
                    Map.entry("torch.nn.MaxUnpool2d", "MaxUnpool2d"),
                    Map.entry("torch.nn.MaxUnpool3d", "MaxUnpool3d"),
                    Map.entry(
                            "torch.nn.FractionalMaxPool2d", "the backward of FractionalMaxPool2d"),
                    Map.entry(
                            "torch.nn.FractionalMaxPool3d", "the backward of FractionalMaxPool3d"),
                    Map.entry("torch.nn.AdaptiveAvgPool3d", "the backward of AdaptiveAvgPool3d"),
                    Map.entry("torch.nn.AdaptiveMaxPool2d", "the backward of AdaptiveMaxPool2d"),
                    Map.entry("torch.nn.MaxPool3d", "the backward of MaxPool3d"),
                    Map.entry("torch.nn.ReflectionPad1d", "the backward of ReflectionPad1d"),
                    Map.entry("torch.nn.ReflectionPad3d", "the backward of ReflectionPad3d"),
                    Map.entry("torch.nn.ReplicationPad1d", "the backward of ReplicationPad1d"),
                    Map.entry("torch.nn.ReplicationPad2d", "the backward of ReplicationPad2d"),
                    Map.entry("torch.nn.ReplicationPad3d", "the backward of ReplicationPad3d"),
                    Map.entry("torchvision.ops.roi_align", "the backward of roi_align"),
                    Map.entry("torchvision.ops.RoIAlign", "the backward of RoIAlign"),
                    Map.entry("torch_scatter.scatter", "scatter"),
                    Map.entry("torch_scatter.scatter_add", "scatter_add"),
                    Map.entry("torch_scatter.scatter_mean", "scatter_mean"),
                    Map.entry("flash_attn.flash_attn_func", FLASH_ATTENTION),
                    Map.entry("flash_attn.flash_attn_varlen_func", FLASH_ATTENTION));

    /// Methods of tensors whose names nothing else has.
    private static final Set<String> CUDA_METHODS =
            Set.of(
                    "index_add_",
                    "index_add",
                    "scatter_add_",
                    "scatter_add",
                    "scatter_reduce_",
                    "scatter_reduce");

    /// Nondeterministic on the CPU as well, with `accumulate=True`.
    private static final Set<String> ACCUMULATING = Set.of("index_put_", "index_put", "put_");

    /// Functions that give tensors of whole numbers.
    private static final Set<String> INDICES =
            Set.of("torch.randint", "torch.LongTensor", "torch.tensor", "torch.as_tensor");

    private static final Set<String> RESIZING =
            Set.of("torch.nn.functional.interpolate", "torch.nn.Upsample");

    private static final Set<String> MODES = Set.of("linear", "bilinear", "bicubic", "trilinear");

    /// Reductions that give the same in any order.
    private static final Set<String> EXTREME = Set.of("amax", "amin", "max", "min");

    /// Functions that give each place once.
    private static final Set<String> EACH_ONCE = Set.of("unique", "randperm", "arange", "_indices");

    /// Calls that give the places of what holds, of which a token has at most one with one expert.
    private static final Set<String> PLACES = Set.of("where", "nonzero", "argwhere");

    /// Calls that take only the shape of what they get.
    private static final Set<String> SHAPED =
            Set.of("zeros_like", "ones_like", "empty_like", "full_like", "rand_like", "randn_like");

    private static final Set<String> WHOLE =
            Set.of(
                    "torch.int64",
                    "torch.long",
                    "torch.int32",
                    "torch.int",
                    "torch.int16",
                    "torch.int8",
                    "torch.uint8");

    /// `device.type == "cpu"`, alone or with `and`.
    private static final Pattern OTHER_DEVICE =
            Pattern.compile("^(?!.*\\bor\\b).*== *[\"'](cpu|mps)[\"']", Pattern.DOTALL);

    /// Functions that change saved weights, through which no gradient flows.
    private static final Pattern WEIGHTS =
            Pattern.compile("checkpoint|state_dict|resize|convert|load|filter");

    /// How methods are called that only predict.
    private static final Pattern PREDICTING =
            Pattern.compile("predict|get_(bboxes|masks|results|seg)");

    /// Functions that run behind a network whose training is over.
    private static final Pattern AFTERWARDS = Pattern.compile("inference|post_?process|kv_?cache");

    /// Folders and files of code that only predicts.
    private static final Pattern PREDICTING_FILE =
            Pattern.compile("(^|[/_])(inference|infer|predict(or)?|deploy|serving|onnx)[/_.]");

    /// Files of code for devices that are no CUDA ones.
    private static final Pattern ELSEWHERE = Pattern.compile("(^|[/_])(tpu|mps|xla|hpu|npu)[/_.]");

    /// Functions that change pictures at random.
    private static final Pattern AUGMENTING = Pattern.compile("aug|random_|jitter");

    /// Folders of code that prepares data, on the CPU.
    private static final Pattern PREPARING =
            Pattern.compile("(^|/)(datasets?|data|data_transforms?|transforms?)/");

    /// What torch's first argument is, which says along what is added.
    private static final Pattern DIRECTION = Pattern.compile("dim|axis|^-? *\\d+$");

    /// What a row gets one number of, or two beside each other: nothing meets.
    private static final Pattern ONE_HOT = Pattern.compile("(one|two)_?hot");

    /// Layers that learn.
    private static final Pattern LEARNING =
            Pattern.compile("\\.(\\w*Conv\\w+|Linear|Embedding|\\w*Norm\\w*|Parameter|LSTM|GRU)$");

    /// What pictures and targets are called, to which no gradient flows.
    private static final Pattern DATA =
            Pattern.compile(
                    "^(self\\.)?(\\w*_)?(imgs?|images?|masks?|targets?|labels?|gts?|noise|depths?"
                            + "|frames?|pixels?|pixel_values|y_true)(_(in|inputs?|batch|raw))?\\b");

    @Override
    public String hazard() {
        return "LS303";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "index_add",
                "index_add_",
                "scatter_add",
                "scatter_add_",
                "scatter_reduce",
                "scatter_reduce_",
                "index_put",
                "index_put_",
                "put_",
                "kthvalue",
                "CTCLoss",
                "ctc_loss",
                "grid_sample",
                "interpolate",
                "Upsample",
                "MaxUnpool2d",
                "MaxUnpool3d",
                "FractionalMaxPool2d",
                "FractionalMaxPool3d",
                "AdaptiveAvgPool3d",
                "AdaptiveMaxPool2d",
                "MaxPool3d",
                "ReflectionPad1d",
                "ReflectionPad3d",
                "ReplicationPad1d",
                "ReplicationPad2d",
                "ReplicationPad3d",
                "roi_align",
                "RoIAlign",
                "torch_scatter",
                "flash_attn",
                "scaled_dot_product_attention",
                "requires_grad",
                "requires_grad_",
                "reflect",
                "replicate",
                "Parameter");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (programs.always(Fact.DETERMINISTIC)) {
            return;
        }
        indexing(unit, report);
        boolean cuda =
                programs.ever(Fact.CUDA)
                        && !ELSEWHERE.matcher(unit.path()).find()
                        && !PREPARING.matcher(unit.path()).find()
                        && !Trials.isForTimes(unit);
        for (Call call : unit.calls()) {
            String name = unit.name(call.function());
            String operation = null;
            boolean cpuToo = false;
            if (name != null && ON_CUDA.containsKey(name)) {
                Expression source = call.argument(0, "src");
                operation =
                        isExact(unit, call)
                                        || name.contains("Adaptive") && isOfOne(unit, call)
                                        || name.contains("MaxUnpool") && isOnePlaceEach(unit, call)
                                        || name.endsWith(".MaxPool3d") && isSideBySide(unit, call)
                                        || name.endsWith(".grid_sample") && isData(unit, call)
                                        || ON_CUDA.get(name).equals(FLASH_ATTENTION)
                                                && call.keyword("deterministic") != null
                                        || name.equals("torch.kthvalue") && !usesPlace(unit, call)
                                        || source != null && isOnCpu(unit, source)
                                ? null
                                : ON_CUDA.get(name);
            } else if (name != null && RESIZING.contains(name)) {
                String mode =
                        Switches.text(call.argument(name.endsWith("Upsample") ? 2 : 3, "mode"));
                operation =
                        mode != null && MODES.contains(mode) && mayLearn(unit, call)
                                ? "the backward of " + mode + " interpolation"
                                : null;
            } else if ("torch.nn.functional.pad".equals(name)) {
                operation = mayLearn(unit, call) ? padding(call) : null;
            } else if (call.function() instanceof Attribute attribute) {
                if (CUDA_METHODS.contains(attribute.name())
                        && !isOfAnother(unit, call, name)
                        && !isExact(unit, call)
                        && !isOnCpu(unit, attribute.value())
                        && !isWhole(unit, attribute.value())
                        && !ONE_HOT.matcher(unit.source().slice(attribute.value())).find()
                        && call.arguments().size() + call.keywords().size() >= 3) {
                    operation = attribute.name();
                } else if (ACCUMULATING.contains(attribute.name())
                        && !isCount(unit, call.argument(1, "values"), 0)
                        && FactFinder.isTrue(call.argument(2, "accumulate"))) {
                    operation = attribute.name() + "(accumulate=True)";
                    cpuToo = true;
                }
            }
            if (operation == null
                    || !cpuToo && (!cuda || isElsewhere(unit, call))
                    || operation.startsWith("the backward")
                            && (noGradients(unit, call)
                                    || !programs.ever(Fact.TRAINS)
                                            && OnlyEvaluated.is(unit, unit.classAround(call)))) {
                continue;
            }
            String remedy =
                    operation.equals(FLASH_ATTENTION)
                            ? "pass deterministic=True"
                            : "call torch.use_deterministic_algorithms(True) before the model is"
                                    + " built";
            report.report(
                    Severity.WARNING,
                    call,
                    operation + how(operation) + (cpuToo ? "" : " on CUDA") + "; " + remedy,
                    Fix.display(remedy));
        }
    }

    /// Whether this is another library's function of that name, `cupyx.scatter_add`, or a method of
    /// the project that takes something else first than a direction: torch's switch says nothing
    /// about either.
    private static boolean isOfAnother(Unit unit, Call call, @Nullable String name) {
        if (name != null && name.indexOf('(') < 0 && !name.endsWith("_")) {
            return !name.startsWith("torch") || name.startsWith("torch.ops.");
        }
        Expression first = call.argument(0);
        return first != null
                && !(first instanceof Expression.NumberLiteral)
                && !DIRECTION.matcher(unit.source().slice(first)).find()
                && NamedAlike.functions(unit, OrderFlow.shortName(call))
                        .anyMatch(NondeterministicOperation::takesNoDirection);
    }

    /// Whether a method's own first parameter is called otherwise than `dim`.
    private static boolean takesNoDirection(Statement.FunctionDefinition method) {
        return method.parameters().size() > 2
                && method.parameters().getFirst().name().equals("self")
                && !DIRECTION.matcher(method.parameters().get(1).name()).find();
    }

    /// Padding by what is there: along one or three axes with what is mirrored, along any with the
    /// edge.
    private static @Nullable String padding(Call call) {
        String mode = Switches.text(call.argument(2, "mode"));
        int sides =
                call.argument(1, "pad") instanceof Expression.TupleDisplay pad
                        ? pad.elements().size()
                        : 0;
        return switch (mode) {
            case "replicate" -> "the backward of replication padding";
            case "reflect" ->
                    sides == 2 || sides == 6 ? "the backward of reflection padding" : null;
            case null, default -> null;
        };
    }

    /// What an operation does that comes out differently.
    private static String how(String operation) {
        if (operation.startsWith("MaxUnpool")) {
            return " writes to a place that it gets twice in a varying order";
        }
        return operation.equals("kthvalue")
                ? " gives the place of any among equal values"
                : " adds in a varying order";
    }

    /// Whether of values and their places the places are used, as far as the function shows.
    private static boolean usesPlace(Unit unit, Call call) {
        return switch (unit.parent(call)) {
            case Expression.Subscript part ->
                    part.index() instanceof Expression.NumberLiteral one
                            && one.digits().equals("1");
            case Attribute part -> part.name().equals("indices");
            case Statement.Assign assign
                    when assign.targets().getFirst() instanceof Expression.TupleDisplay both
                            && both.elements().getLast() instanceof Name places ->
                    unit.uses(places).stream()
                            .anyMatch(use ->
                                    use.start() > assign.end()
                                            && unit.function(use) == unit.function(call)
                                            && !isOnlyPassed(unit, use));
            case null, default -> false;
        };
    }

    /// Whether a variable is assigned anew here, or returned.
    private static boolean isOnlyPassed(Unit unit, Node use) {
        Node holder = unit.parent(use);
        if (holder instanceof Expression.TupleDisplay) {
            holder = unit.parent(holder);
        }
        return holder instanceof Statement.Return
                || holder instanceof Statement.Assign assign
                        && assign.value().start() > use.start();
    }

    /// Whether an adaptive layer gives one value for each picture: there one gradient falls on a
    /// place.
    private static boolean isOfOne(Unit unit, Call call) {
        return isOne(unit, call.argument(0, "output_size"));
    }

    private static boolean isOne(Unit unit, @Nullable Expression size) {
        return switch (size) {
            case Expression.NumberLiteral number -> number.digits().equals("1");
            case Expression.TupleDisplay sizes ->
                    sizes.elements().stream().allMatch(one -> isOne(unit, one));
            case Expression.ListDisplay sizes ->
                    sizes.elements().stream().allMatch(one -> isOne(unit, one));
            case Name name when unit.function(name) instanceof Statement.FunctionDefinition f ->
                    f.parameters().stream()
                            .anyMatch(parameter ->
                                    parameter.name().equals(name.id())
                                            && parameter.fallback() != null
                                            && isOne(unit, parameter.fallback()));
            case null, default -> false;
        };
    }

    /// Whether the windows of a layer lie side by side, and those of the pools of the file that
    /// give places do: then no place comes twice.
    private static boolean isOnePlaceEach(Unit unit, Call call) {
        return isSideBySide(unit, call)
                && unit.calls().stream()
                        .filter(other -> OrderFlow.shortName(other).startsWith("MaxPool"))
                        .filter(other -> FactFinder.isTrue(other.keyword("return_indices")))
                        .allMatch(other -> isSideBySide(unit, other));
    }

    /// Whether the windows of a pool do not reach into each other: each value is in one.
    private static boolean isSideBySide(Unit unit, Call call) {
        Expression window = call.argument(0, "kernel_size");
        Expression step = call.argument(1, "stride");
        return window != null
                && call.argument(3, "dilation") == null
                && (step == null || unit.source().slice(step).equals(unit.source().slice(window)));
    }

    /// Whether what is added up is the same in any order: ones, or the largest and smallest.
    private static boolean isExact(Unit unit, Call call) {
        if (isColumn(unit, call)
                || isEachOnce(unit, call)
                || unit.parent(call) instanceof Call outer
                        && SHAPED.contains(OrderFlow.shortName(outer))) {
            return true;
        }
        boolean ones =
                Stream.concat(
                                call.arguments().stream(),
                                call.keywords().stream().map(Argument::value))
                        .anyMatch(argument -> isCount(unit, argument, 0));
        Expression reduce = call.keyword("reduce");
        if (reduce == null && OrderFlow.shortName(call).startsWith("scatter_reduce")) {
            reduce = call.arguments().isEmpty() ? null : call.arguments().getLast();
        }
        String how = Switches.text(reduce);
        return ones || reduce != null && (how == null || EXTREME.contains(how));
    }

    /// Whether a value is made of ones, is a mask, or a comparison turned into numbers: `(x >
    /// 0).to(dtype)`.
    private static boolean isCount(Unit unit, @Nullable Expression value, int depth) {
        if (depth > 8) {
            return false;
        }
        return switch (value) {
            case Expression.Comparison _ -> true;
            case Expression.Unary unary -> isCount(unit, unary.operand(), depth + 1);
            case Expression.Binary product ->
                    product.operators().stream().allMatch(o -> o == Operator.MULTIPLY)
                            && product.operands().stream()
                                    .allMatch(factor -> isCount(unit, factor, depth + 1));
            case Name name when name.id().contains("mask") -> true;
            case Name name -> isCount(unit, unit.value(name), depth + 1);
            case Attribute attribute -> attribute.name().contains("mask");
            case Expression.Subscript part -> isCount(unit, part.value(), depth + 1);
            case Call call ->
                    OrderFlow.shortName(call).contains("ones")
                            || call.function() instanceof Attribute method
                                    && isCount(unit, method.value(), depth + 1);
            case null, default -> false;
        };
    }

    /// Whether the index is one wide in the direction that is summed over, so that nothing meets:
    /// `x.scatter_add_(1, index.unsqueeze(1), values)`.
    private static boolean isColumn(Unit unit, Call call) {
        String called = unit.name(call.function());
        boolean function = called != null && called.startsWith("torch.") && called.indexOf('(') < 0;
        Expression direction = call.argument(function ? 1 : 0, "dim");
        Expression index = call.argument(function ? 2 : 1, "index");
        if (direction == null) {
            return false;
        }
        String along = unit.source().slice(direction);
        return switch (index) {
            case Call widened when OrderFlow.isCall(widened, "unsqueeze") -> {
                Expression at = widened.argument(0, "dim");
                yield at != null && unit.source().slice(at).equals(along);
            }
            case Expression.Subscript part
                    when part.index() instanceof Expression.TupleDisplay parts
                            && (along.equals("-1") || along.equals("1")) ->
                    FactFinder.isFalse(parts.elements().getLast());
            case null, default -> false;
        };
    }

    /// Whether the places that are added to are such that each comes once.
    private static boolean isEachOnce(Unit unit, Call call) {
        String called = unit.name(call.function());
        boolean function = called != null && called.startsWith("torch.") && called.indexOf('(') < 0;
        return switch (call.argument(function ? 2 : 1, "index")) {
            case Name index ->
                    unit.uses(index).stream()
                            .filter(use -> unit.function(use) == unit.function(index))
                            .anyMatch(use -> givesEachOnce(unit, use));
            case Call made -> EACH_ONCE.contains(OrderFlow.shortName(made));
            case null, default -> false;
        };
    }

    /// Whether a variable is assigned here what has each place once, by itself or among others.
    private static boolean givesEachOnce(Unit unit, Name target) {
        Node holder = unit.parent(target);
        if (holder instanceof Expression.TupleDisplay) {
            holder = unit.parent(holder);
        }
        if (!(holder instanceof Statement.Assign assign) || assign.value() == target) {
            return false;
        }
        Expression value = assign.value();
        while (value instanceof Expression.Subscript part) {
            value = part.value();
        }
        if (!(value instanceof Call made)) {
            return false;
        }
        return EACH_ONCE.contains(OrderFlow.shortName(made))
                        && made.keyword("return_inverse") == null
                || PLACES.contains(OrderFlow.shortName(made))
                        && made.arguments().size() == 1
                        && speaksOfExpert(unit, made);
    }

    /// Whether a call, or what the variable in it is given, speaks of an expert.
    private static boolean speaksOfExpert(Unit unit, Call made) {
        Expression value =
                made.arguments().getFirst() instanceof Name name ? unit.value(name) : null;
        return unit.source().slice(made).contains("expert")
                || value != null && unit.source().slice(value).contains("expert");
    }

    /// Whether a tensor is made here of whole numbers, whose sum is the same in any order.
    private static boolean isWhole(Unit unit, Expression tensor) {
        Expression value = tensor instanceof Name name ? unit.value(name) : tensor;
        return value instanceof Call made
                && made.keyword("dtype") instanceof Expression dtype
                && unit.name(dtype) instanceof String type
                && WHOLE.contains(type);
    }

    /// Whether a test around here says that this runs on another device than a CUDA one.
    private static boolean isElsewhere(Unit unit, Call call) {
        for (Node at = unit.parent(call); at != null; at = unit.parent(at)) {
            if (at instanceof Branch branch
                    && branch.test().end() <= call.start()
                    && OTHER_DEVICE.matcher(unit.source().slice(branch.test())).find()) {
                return true;
            }
        }
        return false;
    }

    /// Whether a tensor is made here without a device, on the CPU.
    private static boolean isOnCpu(Unit unit, Expression tensor) {
        Expression value = tensor instanceof Name name ? unit.value(name) : tensor;
        if (!(value instanceof Call made) || made.isOpen() || made.keyword("device") != null) {
            return false;
        }
        String called = unit.name(made.function());
        return called != null
                && Set.of(
                                "torch.zeros",
                                "torch.ones",
                                "torch.empty",
                                "torch.full",
                                "torch.from_numpy")
                        .contains(called);
    }

    /// Whether a gradient may flow through a resizing: where there is a class, it has layers that
    /// learn, and what is resized is not called as pictures and targets are; elsewhere in a
    /// function, there is a loss. A layer that resizes is part of a network.
    private static boolean mayLearn(Unit unit, Call call) {
        Node function = unit.function(call);
        if (function == null || OrderFlow.isCall(call, "Upsample")) {
            return true;
        }
        if (isData(unit, call)) {
            return false;
        }
        Node within = unit.classAround(call);
        boolean[] found = {false};
        (within == null ? function : within)
                .walk(node ->
                        found[0] |=
                                within == null
                                        ? node instanceof Name name && name.id().contains("loss")
                                                || node instanceof Attribute part
                                                        && part.name().equals("backward")
                                        : node instanceof Call made && learns(unit, made)
                                                || isMadeOf(unit, node));
        return found[0];
    }

    /// Whether a module keeps what a function or class of the project makes: `self.conv = block(3,
    /// 5)`.
    private static boolean isMadeOf(Unit unit, Node node) {
        return node instanceof Statement.Assign assign
                && assign.targets().getFirst() instanceof Attribute kept
                && kept.value() instanceof Name self
                && self.id().equals("self")
                && assign.value() instanceof Call made
                && (unit.module().symbol(made.function()) instanceof Symbol.Function f
                        ? returnsLayers(f)
                        : unit.module().symbol(made.function()) instanceof Symbol.Class c
                                && c.module().project().isKindOf(c, "torch.nn.Module"));
    }

    private static boolean returnsLayers(Symbol.Function f) {
        boolean[] found = {false};
        for (Statement statement : f.definition().body()) {
            statement.walk(node ->
                    found[0] |=
                            node instanceof Call made
                                    && f.module().resolve(made.function()) instanceof String name
                                    && name.startsWith("torch.nn.")
                                    && LEARNING.matcher(name).find());
        }
        return found[0];
    }

    /// Whether what a call samples or resizes is called as pictures and targets are.
    private static boolean isData(Unit unit, Call call) {
        Expression input = call.argument(0, "input");
        return input == null
                || DATA.matcher(unit.source().slice(input)).find()
                || Gradientless.is(unit, input);
    }

    private static boolean learns(Unit unit, Call made) {
        String name = unit.name(made.function());
        return name != null && name.startsWith("torch.nn.") && LEARNING.matcher(name).find();
    }

    /// Whether the function computes without gradients somewhere: then this is part of that.
    private static boolean noGradients(Unit unit, Call call) {
        Node function = unit.function(call);
        if (OrderFlow.isCall(call, "grid_sample")
                && function instanceof Statement.FunctionDefinition f
                && AUGMENTING.matcher(f.name()).find()) {
            return true; // pictures are changed, and nothing learns from how
        }
        if (PREDICTING_FILE.matcher(unit.path()).find()
                || Shapes.gradientsOff(unit, call) != null
                || FixedTests.isNeverReached(unit, call)
                || isEvaluation(unit, call)) {
            return true;
        }
        for (Node at = function; at != null; at = unit.function(at)) {
            if (at instanceof Statement.FunctionDefinition f
                    && (WEIGHTS.matcher(f.name()).find()
                            || AFTERWARDS.matcher(f.name()).find()
                            || predicts(unit, f))) {
                return true;
            }
        }
        if (OrderFlow.isCall(call, "interpolate")
                && function instanceof Statement.FunctionDefinition f
                && f.name().equals("__init__")) {
            return true; // what is made once is not learnt through
        }
        return function != null
                && unit.calls().stream()
                        .anyMatch(other ->
                                unit.function(other) == function
                                        && unit.parent(other) instanceof WithItem
                                        && Shapes.isGradientsOff(unit, other));
    }

    /// Whether a test around here says that nothing is trained: `if not self.training`.
    private static boolean isEvaluation(Unit unit, Call call) {
        Node below = call;
        for (Node at = unit.parent(call); at != null; at = unit.parent(at)) {
            if (at instanceof Branch branch
                    && branch.test() != below
                    && branch.test() instanceof Expression.Unary not
                    && not.operator() == Operator.NOT
                    && unit.source().slice(not.operand()).endsWith("training")) {
                return true;
            }
            below = at;
        }
        return false;
    }

    /// Whether a method only predicts, in a class that has another one for the loss.
    private static boolean predicts(Unit unit, Statement.FunctionDefinition function) {
        return unit.parent(function) instanceof Statement.ClassDefinition definition
                && PREDICTING.matcher(function.name()).find()
                && definition.body().stream()
                        .anyMatch(statement ->
                                statement instanceof Statement.FunctionDefinition other
                                        && other.name().contains("loss"));
    }

    /// A parameter indexed with a tensor: its backward adds up what falls on one row.
    private static void indexing(Unit unit, Reporter report) {
        unit.tree()
                .walk(node -> {
                    if (node instanceof Expression.Subscript subscript
                            && subscript.value() instanceof Name table
                            && subscript.index() instanceof Name rows
                            && isParameter(unit, unit.value(table), 0)
                            && isIndices(unit, unit.value(rows))
                            && !(unit.parent(subscript) instanceof Statement.Assign assign
                                    && assign.targets().contains(subscript))) {
                        report.report(
                                Severity.WARNING,
                                subscript,
                                "the backward of indexing with a tensor adds the gradients of one"
                                        + " row in a varying order; call"
                                        + " torch.use_deterministic_algorithms(True)",
                                Fix.display(
                                        "torch.use_deterministic_algorithms(True) before the model is built"));
                    }
                });
    }

    private static boolean isParameter(Unit unit, @Nullable Expression value, int depth) {
        if (!(value instanceof Call call) || depth > 3) {
            return false;
        }
        if (call.function() instanceof Attribute attribute
                && attribute.name().equals("requires_grad_")) {
            return true;
        }
        return FactFinder.isTrue(call.keyword("requires_grad"))
                || "torch.nn.Parameter".equals(unit.name(call.function()));
    }

    private static boolean isIndices(Unit unit, @Nullable Expression value) {
        return value instanceof Call call
                && unit.name(call.function()) instanceof String name
                && INDICES.contains(name);
    }
}
