package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Operator;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Functions that compute each element by itself, move elements, and take the largest or smallest:
/// no order of computing them rounds otherwise.
final class ExactCode {
    private static final int MOST = 3;

    private static final Set<String> EXACT =
            Set.of(
                    "abs",
                    "add",
                    "all_gather",
                    "all_to_all",
                    "amax",
                    "amin",
                    "append",
                    "bfloat16",
                    "cat",
                    "chunk",
                    "clone",
                    "contiguous",
                    "copy_",
                    "device",
                    "dim",
                    "div",
                    "double",
                    "empty",
                    "empty_like",
                    "finfo",
                    "flatten",
                    "float",
                    "full",
                    "full_like",
                    "get_rank",
                    "get_world_size",
                    "half",
                    "max",
                    "maximum",
                    "min",
                    "minimum",
                    "mul",
                    "neg",
                    "numel",
                    "ones",
                    "ones_like",
                    "permute",
                    "relu",
                    "reshape",
                    "size",
                    "split",
                    "squeeze",
                    "stack",
                    "sub",
                    "tensor",
                    "to",
                    "transpose",
                    "type",
                    "unsqueeze",
                    "view",
                    "wait",
                    "where",
                    "zeros",
                    "zeros_like");

    private static final Set<String> PYTHON =
            Set.of(
                    "bool",
                    "enumerate",
                    "int",
                    "isinstance",
                    "len",
                    "list",
                    "print",
                    "range",
                    "reversed",
                    "tuple",
                    "zip");

    private ExactCode() {}

    /// Takes a function of a module; what it calls must be known, too.
    static boolean is(PythonModule module, FunctionDefinition function) {
        return is(module, function, 0);
    }

    private static boolean is(PythonModule module, FunctionDefinition function, int depth) {
        boolean[] exact = {depth <= MOST};
        for (Statement statement : function.body()) {
            statement.walk(node -> {
                switch (node) {
                    case Call call -> exact[0] = exact[0] && isExact(module, call, depth);
                    case Expression.Binary product ->
                            exact[0] =
                                    exact[0]
                                            && !product.operators()
                                                    .contains(Operator.MATRIX_MULTIPLY);
                    default -> {}
                }
            });
        }
        return exact[0];
    }

    private static boolean isExact(PythonModule module, Call call, int depth) {
        @Nullable Symbol called = module.symbol(call.function());
        String name = OrderFlow.shortName(call);
        return switch (called) {
            case Symbol.Function own -> is(own.module(), own.definition(), depth + 1);
            case Symbol.Class _, Symbol.Result _ -> false;
            case null, default ->
                    EXACT.contains(name) || PYTHON.contains(name) || name.endsWith("Error");
        };
    }
}
