package dev.lockstep.check;

import dev.lockstep.source.Assigned;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// LS206: results are taken in the order in which they happen to be ready.
final class UnorderedResults implements Rule {
    private static final Set<String> COMPLETED =
            Set.of(
                    "concurrent.futures.as_completed", "asyncio.as_completed",
                    "dask.distributed.as_completed", "distributed.as_completed");

    private static final Set<String> UNORDERED =
            Set.of("imap_unordered", "map_unordered", "uimap", "amap_unordered");

    private static final Pattern QUEUE = Pattern.compile("(?i)queue|^q$|^outbox$|(^|_)q$");

    @Override
    public String hazard() {
        return "LS206";
    }

    @Override
    public Set<String> words() {
        return Set.of(
                "as_completed",
                "imap_unordered",
                "map_unordered",
                "amap_unordered",
                "uimap",
                "Queue",
                "queue",
                "outbox",
                "in_order",
                "generator_unordered");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Call call : unit.calls()) {
            String name = unit.name(call.function());
            if (name != null && COMPLETED.contains(name)) {
                completed(unit, call, report);
            } else if (call.function() instanceof Attribute attribute
                    && UNORDERED.contains(attribute.name())) {
                unordered(unit, call, attribute, report);
            } else if (isTakenFromQueue(unit, call)) {
                taken(unit, call, report);
            }
            Expression inOrder = call.keyword("in_order");
            if (FactFinder.isFalse(inOrder) && inOrder != null) {
                report.report(
                        Severity.ERROR,
                        inOrder,
                        "in_order=False gives batches in the order in which workers finish; leave it"
                                + " out",
                        Fix.safe("keep the order", Fixes.replace(unit.source(), inOrder, "True")));
            }
        }
    }

    private static void completed(Unit unit, Call call, Reporter report) {
        OrderFlow.Sink sink = new OrderFlow(unit).follow(call);
        if (sink == null) {
            return;
        }
        Fix fix = Fix.display("take the results in the order in which the work was submitted");
        Expression futures = call.argument(0);
        if (futures instanceof Name name && inOrder(unit, name)) {
            fix =
                    Fix.safe(
                            "take the results in the order in which the work was submitted",
                            Fixes.replace(unit.source(), call, unit.source().slice(futures)));
        }
        report.report(
                Severity.ERROR,
                call,
                "results come in the order in which they are ready, which " + sink.what(),
                fix);
    }

    /// Whether a list is made of what several processes put into one queue: `[queue.get() for _ in
    /// workers]`. What one process puts there comes in its order.
    private static boolean isTakenFromQueue(Unit unit, Call call) {
        return call.function() instanceof Attribute get
                && get.name().equals("get")
                && call.arguments().isEmpty()
                && unit.parent(call) instanceof Comprehension list
                && list.kind() == Comprehension.Kind.LIST
                && list.element() == call
                && isOfProcesses(unit, get.value())
                && !isOfOneProcess(unit);
    }

    /// Whether the file starts processes, and none in a loop.
    private static boolean isOfOneProcess(Unit unit) {
        List<Call> started =
                unit.calls().stream().filter(call -> OrderFlow.isCall(call, "Process")).toList();
        return !started.isEmpty() && started.stream().noneMatch(call -> isRepeated(unit, call));
    }

    private static boolean isRepeated(Unit unit, Call call) {
        for (Node at = unit.parent(call);
                at != null && !(at instanceof FunctionDefinition);
                at = unit.parent(at)) {
            if (at instanceof Comprehension
                    || at instanceof Statement.For
                    || at instanceof Statement.While) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfProcesses(Unit unit, Expression queue) {
        String name = unit.name(queue);
        if (name != null) {
            return name.contains("multiprocessing") && name.endsWith("Queue()");
        }
        // One that the function is given: its name says what it is, the imports whose it may be.
        return queue instanceof Name given
                && QUEUE.matcher(given.id()).find()
                && unit.source().text().contains("multiprocessing");
    }

    private static void taken(Unit unit, Call call, Reporter report) {
        OrderFlow.Sink sink =
                new OrderFlow(unit).follow((Expression) Objects.requireNonNull(unit.parent(call)));
        if (sink != null) {
            report.report(
                    Severity.ERROR,
                    call,
                    "a queue gives what processes put into it in the order in which they were ready, which "
                            + sink.what(),
                    Fix.display("put each process's number with its result, and sort by it"));
        }
    }

    /// Tells whether a variable holds the futures in the order of submission.
    private static boolean inOrder(Unit unit, Name name) {
        for (Assigned binding : unit.bindings(name)) {
            if (!(binding.value() instanceof Comprehension comprehension)
                    || comprehension.kind() == Comprehension.Kind.SET) {
                if (!(binding.value() instanceof Expression.ListDisplay)
                        && !(binding.value() instanceof Expression.DictDisplay)) {
                    return false;
                }
            }
        }
        return !unit.bindings(name).isEmpty();
    }

    private static void unordered(Unit unit, Call call, Attribute attribute, Reporter report) {
        if (unit.function(call) instanceof FunctionDefinition function
                && function.name().equals(attribute.name())) {
            return; // hands on what its caller asks for
        }
        OrderFlow.Sink sink = new OrderFlow(unit).follow(call);
        if (sink == null) {
            return;
        }
        Fix fix =
                attribute.name().equals("imap_unordered")
                        ? Fix.safe(
                                "use imap, which keeps the order",
                                new Edit(
                                        Place.of(
                                                unit.source(),
                                                attribute.end() - attribute.name().length(),
                                                attribute.end()),
                                        "imap"))
                        : Fix.display("use the form that keeps the order");
        report.report(
                Severity.ERROR,
                call,
                attribute.name()
                        + " gives results in the order in which they are ready, which "
                        + sink.what(),
                fix);
    }
}
