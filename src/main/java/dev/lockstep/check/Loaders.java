package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.NumberLiteral;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is known about classes and functions that make loaders.
final class Loaders {
    private static final Pattern ZERO = Pattern.compile("0*\\.?0+|0+\\.");

    static final String LOADER = "torch.utils.data.DataLoader";

    /// Positional parameters of `DataLoader`, the same from torch 1.13 to 2.14.
    private static final List<String> PARAMETERS =
            List.of(
                    "dataset",
                    "batch_size",
                    "shuffle",
                    "sampler",
                    "batch_sampler",
                    "num_workers",
                    "collate_fn",
                    "pin_memory",
                    "drop_last",
                    "timeout",
                    "worker_init_fn",
                    "multiprocessing_context",
                    "generator");

    private static final List<String> LOADER_CLASSES =
            List.of(
                    LOADER,
                    "torch_geometric.loader.DataLoader",
                    "torch_geometric.data.DataLoader",
                    "torchdata.stateful_dataloader.StatefulDataLoader");

    private Loaders() {}

    static boolean isLoader(String name) {
        return LOADER_CLASSES.contains(name);
    }

    /// The argument of a loader's call, written by position or by name, or null.
    static @Nullable Expression argument(Call call, String parameter) {
        int position = PARAMETERS.indexOf(parameter);
        return position < 0 ? call.keyword(parameter) : call.argument(position, parameter);
    }

    /// Tells whether a call writes an argument, or may bring it in `**rest`.
    static boolean may(Call call, String parameter) {
        for (Argument keyword : call.keywords()) {
            if (keyword.name() == null) {
                return true;
            }
        }
        return call.isOpen() || argument(call, parameter) != null;
    }

    static boolean isZero(@Nullable Expression value) {
        return value instanceof NumberLiteral number && ZERO.matcher(number.digits()).matches();
    }
}
