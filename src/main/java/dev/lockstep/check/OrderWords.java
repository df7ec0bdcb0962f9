package dev.lockstep.check;

import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What functions do with the order of what they get: use it, forget it, or pass it on.
///
/// Most functions are known by the last part of their name. Whoever asks decides what follows.
final class OrderWords {
    /// Functions and classes whose result depends on the order of what they get, by the last part
    /// of their name.
    private static final Set<String> USING =
            Set.of(
                    "tensor",
                    "as_tensor",
                    "from_numpy",
                    "stack",
                    "cat",
                    "concat",
                    "concatenate",
                    "vstack",
                    "hstack",
                    "array",
                    "asarray",
                    "DataFrame",
                    "Series",
                    "sample",
                    "choice",
                    "choices",
                    "shuffle",
                    "permutation",
                    "random_split",
                    "train_test_split",
                    "DataLoader",
                    "TensorDataset",
                    "ConcatDataset",
                    "Subset",
                    "Sequential",
                    "ModuleList",
                    "ParameterList",
                    "SGD",
                    "Adam",
                    "AdamW",
                    "RMSprop",
                    "Adagrad",
                    "LBFGS",
                    "clip_grad_norm_",
                    "add_param_group",
                    "from_list",
                    "Categorical",
                    "OrdinalEncoder",
                    "OneHotEncoder",
                    "fit",
                    "fit_transform",
                    "reduce",
                    "accumulate",
                    "writelines",
                    "dump",
                    "dumps",
                    "save");

    /// How the names begin of what draws from a shared generator.
    private static final List<String> DRAWING =
            List.of(
                    "random.",
                    "numpy.random.",
                    "torch.rand",
                    "torch.normal",
                    "torch.nn.Linear",
                    "torch.nn.Conv",
                    "torch.nn.Embedding",
                    "torch.nn.init.");

    /// Encoders of labels, which sort what they are fitted to (`sklearn.preprocessing._label`).
    private static final Pattern SORTING =
            Pattern.compile(
                    "(label_?enc|labelenc|binari[sz]er|ordinal_?enc|\\ble\\b)\\w*(\\(\\))?\\.fit",
                    Pattern.CASE_INSENSITIVE);

    /// What makes an array of a table.
    private static final Set<String> ARRAY_OF = Set.of("to_numpy", "values", "as_matrix", "iloc");

    /// Functions and methods that take one step of learning from what they get.
    private static final Pattern LEARNING =
            Pattern.compile("manual_backward|partial_fit|train(ing)?_step|train_(on_)?batch");

    /// Functions and methods to which the order of what they get is nothing.
    private static final Set<String> FORGET =
            Set.of(
                    "len",
                    "set",
                    "frozenset",
                    "any",
                    "all",
                    "min",
                    "max",
                    "bool",
                    "isinstance",
                    "sum",
                    "Counter",
                    "print",
                    "repr",
                    "str",
                    "type",
                    "id",
                    "fsum",
                    "remove",
                    "unlink",
                    "rmtree",
                    "debug",
                    "info",
                    "warning",
                    "warn",
                    "error",
                    "exception",
                    "log",
                    "assertEqual",
                    "wait",
                    "update",
                    "add",
                    "update_state",
                    "intersection",
                    "union",
                    "difference",
                    "startswith",
                    "endswith",
                    "issubset",
                    "issuperset",
                    "isdisjoint",
                    "symmetric_difference",
                    "format",
                    "pformat",
                    "pprint",
                    "join_threads",
                    "gather_nd",
                    "setdiff1d",
                    "intersect1d",
                    "union1d",
                    "isin",
                    "in1d",
                    "unique");

    /// Methods that log what they get; what is printed may be the result.
    private static final Set<String> LOGGING =
            Set.of("debug", "info", "warning", "warn", "error", "exception", "log");

    /// What a test asserts of a collection that has nothing to do with its order.
    private static final Pattern ASKING =
            Pattern.compile(
                    "assert(Not)?(Len|Empty|In|CountEqual|Contains\\w*|SameElements)|assert(True|False)");

    /// Functions and methods that give what they get, in its order.
    private static final Set<String> PASS =
            Set.of(
                    "list",
                    "tuple",
                    "filter",
                    "map",
                    "iter",
                    "reversed",
                    "tqdm",
                    "trange",
                    "track",
                    "chain",
                    "from_iterable",
                    "islice",
                    "enumerate",
                    "zip",
                    "cycle",
                    "starmap",
                    "zip_longest",
                    "deepcopy",
                    "copy",
                    "join",
                    "progress_bar",
                    "track_iter_progress");

    /// Arguments, by their keyword, that are offered to a person or are files to compile: in which
    /// order decides nothing.
    private static final Set<String> OFFERED = Set.of("choices", "sources");

    /// Calls that make an array of what they get, in its order.
    private static final Set<String> ARRAYS =
            Set.of("array", "asarray", "tensor", "as_tensor", "from_numpy");

    /// Functions that give files away, or take them away: in which order does not matter.
    private static final Pattern PASSING_ON =
            Pattern.compile(
                    "(^|_)(upload|push|publish|clean|cleanup|delete|remove|purge|prune|rotate"
                            + "|archive|backup|to_(hub|remote|cloud|s3|gcs|bucket))(_|$)");

    /// Functions that put what they get into an order of their own.
    private static final Pattern REORDERING =
            Pattern.compile("sort|(^|_)re_?order", Pattern.CASE_INSENSITIVE);

    /// Functions that list what there is to choose from.
    private static final Pattern OFFERING =
            Pattern.compile(
                    "^((get|list)_)?(available|supported)_\\w+$|^list_available$"
                            + "|^list_(algorithm|architecture|backend|benchmark|dataset|loss|method"
                            + "|metric|model|optimizer|plugin)(e?s)$");

    /// Functions that show something to a person, and give what they show.
    private static final Pattern SHOWING =
            Pattern.compile("^_?(print|pprint|show|display|describe)_");

    /// How lists are called that a person is told.
    private static final Pattern TOLD =
            Pattern.compile("(^|[_.])(exceptions?|failures?|warnings?|messages?)$");

    /// How files are called that a person reads.
    private static final Pattern LOG =
            Pattern.compile("(^|_)(log|err|report|summary)", Pattern.CASE_INSENSITIVE);

    /// Methods that write something behind what was written before.
    private static final Set<String> WRITING =
            Set.of("write", "writelines", "writerow", "writerows");

    /// What writes rows into a file.
    private static final Set<String> WRITERS =
            Set.of("csv.writer", "csv.DictWriter", "jsonlines.open");

    /// Methods that put something into a list.
    private static final Set<String> FILLING = Set.of("append", "extend", "insert", "appendleft");

    private OrderWords() {}

    /// Whether the result of a function depends on the order of what it gets.
    static boolean isUsing(Call call) {
        return USING.contains(OrderFlow.shortName(call));
    }

    /// Whether a function draws from a shared generator.
    ///
    /// @param name its full name
    static boolean isDrawing(String name) {
        return DRAWING.stream().anyMatch(name::startsWith);
    }

    /// Whether an encoder of labels is fitted, which sorts what it gets.
    ///
    /// @param callee what is called, as it is written
    static boolean isSortingLabels(String callee) {
        return SORTING.matcher(callee).find();
    }

    /// Whether a method or an attribute of a table is an array of it.
    static boolean isArrayOf(Attribute part) {
        return ARRAY_OF.contains(part.name());
    }

    /// Whether a call takes one step of learning.
    static boolean isLearning(Call call) {
        return call.function() instanceof Attribute method && method.name().equals("backward")
                || LEARNING.matcher(OrderFlow.shortName(call)).matches();
    }

    /// Whether a call makes nothing of the order of what it gets.
    static boolean forgets(Call call) {
        return isForgetting(call) || ASKING.matcher(OrderFlow.shortName(call)).matches();
    }

    /// Whether a call makes nothing of the order of what it gets, and is none that a test asserts
    /// something with.
    static boolean isForgetting(Call call) {
        return FORGET.contains(OrderFlow.shortName(call));
    }

    /// Whether a call logs what it gets.
    static boolean isLogging(Call call) {
        return LOGGING.contains(OrderFlow.shortName(call));
    }

    /// Whether a call gives what it gets, in its order.
    static boolean isPassing(Call call) {
        return PASS.contains(OrderFlow.shortName(call).toLowerCase(Locale.ROOT));
    }

    /// Whether what an argument of this keyword holds is offered to a person.
    static boolean isOffered(String keyword) {
        return OFFERED.contains(keyword);
    }

    /// Whether a call makes an array of what it gets.
    static boolean isMakingArray(Call call) {
        return ARRAYS.contains(OrderFlow.shortName(call));
    }

    /// Whether a function gives files away, or takes them away.
    static boolean isPassingOn(FunctionDefinition function) {
        return PASSING_ON.matcher(function.name()).find();
    }

    /// Whether a function puts what it gets into an order of its own.
    static boolean isReordering(Call call) {
        return REORDERING.matcher(OrderFlow.shortName(call)).find();
    }

    /// Whether a function lists what there is to choose from.
    static boolean isOffering(FunctionDefinition function) {
        return OFFERING.matcher(function.name()).find();
    }

    /// Whether a function shows something to a person.
    static boolean isShowing(FunctionDefinition function) {
        return SHOWING.matcher(function.name()).find();
    }

    /// Whether a list is one that a person is told.
    ///
    /// @param list the list, as it is written
    static boolean isTold(String list) {
        return TOLD.matcher(list).find();
    }

    /// Whether a method writes something behind what was written before.
    static boolean isWriting(Attribute method) {
        return WRITING.contains(method.name());
    }

    /// Whether a function makes what writes rows into a file.
    ///
    /// @param name its full name
    static boolean isWriter(String name) {
        return WRITERS.contains(name);
    }

    /// Whether a file is one that a person reads.
    ///
    /// @param file the variable that holds it
    static boolean isLog(String file) {
        return LOG.matcher(file).find();
    }

    /// Whether a method puts something into a list.
    static boolean isFilling(Attribute method) {
        return FILLING.contains(method.name());
    }
}
