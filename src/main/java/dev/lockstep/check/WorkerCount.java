package dev.lockstep.check;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.Set;
import java.util.regex.Pattern;

/// LS205: the number of loader workers is taken from the machine, or workers outlive an epoch.
final class WorkerCount implements Rule {
    private static final Pattern LOADING =
            Pattern.compile(
                    "^(?!.*(process|prepar|pool)).*(load|data|train|batch|config|arg|dict)",
                    CASE_INSENSITIVE);

    @Override
    public String hazard() {
        return "LS205";
    }

    @Override
    public Set<String> words() {
        return Set.of("num_workers", "dataloader_num_workers", "DataLoader", "persistent_workers");
    }

    /// Whether the workers are those of something that prepares files: nothing of what is called
    /// speaks of loading, batches or training.
    private static boolean isPool(Call call) {
        return !LOADING.matcher(OrderFlow.shortName(call)).find();
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Call call : unit.calls()) {
            Expression workers = call.keyword("num_workers");
            if (workers == null) {
                workers = call.keyword("dataloader_num_workers");
            }
            if (workers != null && isPool(call)) {
                workers = null;
            }
            String name = workers == null ? unit.name(call.function()) : null;
            if (name != null && Loaders.isLoader(name)) {
                workers = Loaders.argument(call, "num_workers");
            }
            if (workers != null
                    && Shapes.processorCount(unit, workers) != null
                    && !drawsNothing(unit, call)) {
                report.report(
                        Severity.WARNING,
                        workers,
                        "the number of workers is that of the machine's processors; each worker has a"
                                + " seed of its own, so another machine gives other augmentations",
                        Fix.display("write the number down, or take it from an argument"));
            }
            Expression persistent = call.keyword("persistent_workers");
            if (FactFinder.isTrue(persistent) && persistent != null) {
                report.report(
                        Severity.NOTE,
                        persistent,
                        "persistent workers get no new base seed for the second epoch, so switching"
                                + " them on or off changes the result",
                        null);
            }
        }
    }

    /// Whether the data set of a loader is seen to draw nothing for a sample: then it is the same
    /// whoever reads it.
    private static boolean drawsNothing(Unit unit, Call loader) {
        Expression dataset = Loaders.argument(loader, "dataset");
        if (dataset instanceof Name name) {
            dataset = unit.value(name);
        }
        if (!(dataset instanceof Call made)
                || loader.isOpen()
                || loader.keyword("collate_fn") != null
                || !(unit.module().symbol(made.function()) instanceof Symbol.Class c)) {
            return false;
        }
        Symbol.Function item = unit.module().project().method(c, "__getitem__");
        if (item == null) {
            return false;
        }
        boolean[] draws = {false};
        for (Statement statement : item.definition().body()) {
            statement.walk(
                    node -> draws[0] |= node instanceof Call call && mayDraw(item.module(), call));
        }
        return !draws[0];
    }

    private static boolean mayDraw(PythonModule module, Call call) {
        if (module.symbol(call.function()) instanceof Symbol.External known) {
            String name = Aliases.canonical(known.name());
            return Knowledge.table().effect(Effect.Kind.DRAW, name) != null
                    || !(name.startsWith("builtins.")
                            || name.startsWith("torch.")
                            || name.startsWith("numpy."));
        }
        return !(call.function() instanceof Attribute method)
                || Knowledge.table().effect(Effect.Kind.METHOD, method.name()) != null
                || method.value() instanceof Name self && self.id().equals("self");
    }
}
