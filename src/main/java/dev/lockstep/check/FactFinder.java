package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.NumberLiteral;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Statement;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Takes one file, gives what it does that decides whether a place elsewhere matters.
final class FactFinder {
    /// `opt`, `self.opt_g`, `opts[0]`.
    private static final Pattern OPTIMIZER = Pattern.compile("(^|[._])opts?($|[._\\[])");

    /// What takes an action or computes one thing: there `deterministic=True` speaks of that alone.
    private static final Pattern ONE_CALL =
            Pattern.compile("predict|act$|action|sample|forward|evaluate|attn|attention|flash");

    private static final Pattern CUDA = Pattern.compile("cuda(:\\d+)?");
    private static final Pattern OTHER_CUDA = Pattern.compile("cuda:[1-9]\\d*");

    /// Identifiers without which a file states no fact.
    static final Set<String> WORDS =
            Set.of(
                    "cuda",
                    "accelerator",
                    "gpus",
                    "manual_seed",
                    "seed_everything",
                    "set_seed",
                    "deterministic",
                    "use_deterministic_algorithms",
                    "CUBLAS_WORKSPACE_CONFIG",
                    "DataParallel",
                    "device_count",
                    "eval",
                    "Dropout",
                    "dropout",
                    "num_workers",
                    "worker_init_fn",
                    "load_state_dict",
                    "get_rng_state",
                    "set_rng_state",
                    "backward",
                    "enable_full_determinism",
                    "full_determinism",
                    "fit");

    /// Identifiers without which no string states a fact.
    static final Set<String> STRINGS = Set.of("cuda", "CUBLAS_WORKSPACE_CONFIG");

    private static final Map<String, Fact> CALLS =
            Map.ofEntries(
                    Map.entry("torch.manual_seed", Fact.SEEDS_TORCH),
                    Map.entry("torch.cuda.manual_seed_all", Fact.SEEDS_TORCH),
                    Map.entry("pytorch_lightning.seed_everything", Fact.SEEDS_TORCH),
                    Map.entry("accelerate.utils.set_seed", Fact.SEEDS_TORCH),
                    Map.entry("transformers.set_seed", Fact.SEEDS_TORCH),
                    Map.entry("transformers.enable_full_determinism", Fact.DETERMINISTIC),
                    Map.entry("torch.use_deterministic_algorithms", Fact.DETERMINISTIC),
                    Map.entry("torch.set_deterministic", Fact.DETERMINISTIC),
                    Map.entry("torch.set_deterministic_debug_mode", Fact.DETERMINISTIC),
                    Map.entry("torch.nn.DataParallel", Fact.SEVERAL_GPUS),
                    Map.entry("torch.cuda.device_count", Fact.SEVERAL_GPUS),
                    Map.entry("torch.get_rng_state", Fact.GENERATOR_STATE),
                    Map.entry("torch.set_rng_state", Fact.GENERATOR_STATE),
                    Map.entry("torch.random.get_rng_state", Fact.GENERATOR_STATE),
                    Map.entry("torch.random.set_rng_state", Fact.GENERATOR_STATE));

    private static final Set<String> CUDNN_LAYERS =
            Set.of(
                    "Conv1d",
                    "Conv2d",
                    "Conv3d",
                    "ConvTranspose1d",
                    "ConvTranspose2d",
                    "ConvTranspose3d",
                    "LSTM",
                    "GRU",
                    "RNN",
                    "conv1d",
                    "conv2d",
                    "conv3d",
                    "conv_transpose1d",
                    "conv_transpose2d",
                    "conv_transpose3d");

    private FactFinder() {}

    /// @param strings whether one of {@link #STRINGS} stands in the file
    static EnumSet<Fact> of(Unit unit, boolean strings) {
        var facts = EnumSet.noneOf(Fact.class);
        for (Unit.Named named : unit.named()) {
            call(unit, named, facts);
        }
        for (Call call : unit.calls()) {
            if (call.function() instanceof Attribute attribute) {
                method(unit, attribute, call, facts);
            }
            for (Argument keyword : call.keywords()) {
                keyword(call, keyword, facts);
            }
        }
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Assign assign && !isFalse(assign.value())) {
                for (Expression target : assign.targets()) {
                    if (target instanceof Attribute attribute
                            && attribute.name().equals("deterministic")) {
                        facts.add(Fact.CUDNN_DETERMINISTIC);
                    }
                }
            }
        }
        if (strings) {
            unit.tree()
                    .walk(node -> {
                        if (node instanceof StringLiteral literal && !literal.bytes()) {
                            string(literal.value(), facts);
                        }
                    });
        }
        return facts;
    }

    private static void call(Unit unit, Unit.Named named, Set<Fact> facts) {
        Fact fact = CALLS.get(named.name());
        if (fact != null && !(fact == Fact.DETERMINISTIC && isFalse(named.call().argument(0)))) {
            facts.add(fact);
        }
        String name = named.name();
        if (isConvolution(name)) {
            facts.add(Fact.CONVOLUTIONS);
        }
        if (name.startsWith("torch.nn.")) {
            String last = name.substring(name.lastIndexOf('.') + 1);
            if (last.toLowerCase(java.util.Locale.ROOT).contains("dropout")) {
                facts.add(Fact.RANDOM_LAYERS);
            }
        }
        if (name.startsWith("torchvision.models.") || name.equals("timm.create_model")) {
            facts.add(Fact.CONVOLUTIONS);
        }
    }

    /// Whether a call makes, or is, a convolution or a recurrent layer.
    static boolean isConvolution(String name) {
        return name.startsWith("torch.nn.")
                && CUDNN_LAYERS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static void method(Unit unit, Attribute attribute, Call call, Set<Fact> facts) {
        switch (attribute.name()) {
            case "cuda" -> {
                if (call.arguments().size() < 2) {
                    facts.add(Fact.CUDA);
                }
            }
            case "eval" -> facts.add(Fact.EVAL);
            case "train" -> {
                if (isFalse(call.argument(0))) {
                    facts.add(Fact.EVAL);
                }
            }
            case "backward" -> facts.add(Fact.TRAINS);
            case "load_state_dict" -> {
                String owner =
                        unit.source().slice(attribute.value()).toLowerCase(java.util.Locale.ROOT);
                Expression state = call.argument(0, "state_dict");
                String key =
                        state instanceof Expression.Subscript part
                                ? unit.source()
                                        .slice(part.index())
                                        .toLowerCase(java.util.Locale.ROOT)
                                : "";
                if (isOptimizer(owner) || isOptimizer(key) || owner.contains("sched")) {
                    facts.add(Fact.RESUMES);
                }
            }
            case "get_rng_state", "set_rng_state", "get_rng_state_all", "set_rng_state_all" ->
                    facts.add(Fact.GENERATOR_STATE);
            default -> {}
        }
    }

    private static void keyword(Call call, Argument keyword, Set<Fact> facts) {
        String name = keyword.name();
        if (name == null) {
            return;
        }
        Expression value = keyword.value();
        switch (name) {
            case "deterministic", "full_determinism" -> {
                if (!isFalse(value) && !ONE_CALL.matcher(OrderFlow.shortName(call)).find()) {
                    facts.add(Fact.DETERMINISTIC);
                }
            }
            // Lightning's trainer: `accelerator="gpu"`, before 2.0 `gpus=1`.
            case "accelerator" -> {
                if (value instanceof StringLiteral device
                        && (device.value().equals("gpu") || device.value().equals("cuda"))) {
                    facts.add(Fact.CUDA);
                }
            }
            case "gpus" -> {
                if (value instanceof NumberLiteral number && !number.digits().equals("0")) {
                    facts.add(Fact.CUDA);
                }
            }
            case "num_workers", "dataloader_num_workers" -> {
                if (!(value instanceof NumberLiteral number && number.digits().equals("0"))) {
                    facts.add(Fact.WORKERS);
                }
            }
            case "worker_init_fn" -> {
                if (!isFalse(value)) {
                    facts.add(Fact.WORKER_INIT);
                }
            }
            default -> {}
        }
    }

    private static void string(String value, Set<Fact> facts) {
        if (CUDA.matcher(value).matches()) {
            facts.add(Fact.CUDA);
        }
        if (OTHER_CUDA.matcher(value).matches()) {
            facts.add(Fact.SEVERAL_GPUS);
        }
        if (value.equals("CUBLAS_WORKSPACE_CONFIG")) {
            facts.add(Fact.CUBLAS);
        }
    }

    /// Tells whether something is called as an optimizer is.
    ///
    /// @param written in small letters
    static boolean isOptimizer(String written) {
        return written.contains("optim") || OPTIMIZER.matcher(written).find();
    }

    /// Tells whether an expression is the literal `False` or `None`.
    static boolean isFalse(@org.jspecify.annotations.Nullable Expression value) {
        return value instanceof Constant constant
                && (constant.kind() == Constant.Kind.FALSE
                        || constant.kind() == Constant.Kind.NONE);
    }

    /// Tells whether an expression is the literal `True`.
    static boolean isTrue(@org.jspecify.annotations.Nullable Expression value) {
        return value instanceof Constant constant && constant.kind() == Constant.Kind.TRUE;
    }
}
