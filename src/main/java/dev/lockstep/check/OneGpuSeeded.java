package dev.lockstep.check;

import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Node;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// LS106: `torch.cuda.manual_seed` seeds one device of several.
final class OneGpuSeeded implements Rule {
    private static final Pattern GETS = Pattern.compile("get_(cuda_)?rng_state$");
    private static final Pattern SETS = Pattern.compile("set_(cuda_)?rng_state$");

    @Override
    public String hazard() {
        return "LS106";
    }

    @Override
    public Set<String> words() {
        return Set.of("manual_seed");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!programs.ever(Fact.SEVERAL_GPUS) || programs.always(Fact.SEEDS_TORCH)) {
            return;
        }
        for (Unit.Named named : unit.named()) {
            if (!named.name().equals("torch.cuda.manual_seed")
                    || putsBack(unit, named.call())
                    || isOfOneProcess(unit, named.call())) {
                continue;
            }
            Fix fix =
                    named.call().function() instanceof Attribute attribute
                            ? Fix.safe(
                                    "seed all devices",
                                    new Edit(
                                            Place.of(
                                                    unit.source(),
                                                    attribute.end() - "manual_seed".length(),
                                                    attribute.end()),
                                            "manual_seed_all"))
                            : Fix.display("call torch.manual_seed, which seeds all devices");
            report.report(
                    Severity.ERROR,
                    named.call(),
                    "seeds the current device alone, and this program uses several; the others draw"
                            + " from fresh entropy, call torch.manual_seed instead",
                    fix);
        }
    }

    /// Whether the function takes the state of the device's generator before, and sets one after:
    /// the seed makes no more than a state.
    private static boolean putsBack(Unit unit, Call seed) {
        return calls(unit, seed)
                        .anyMatch(call ->
                                call.end() < seed.start()
                                        && GETS.matcher(OrderFlow.shortName(call)).find())
                && calls(unit, seed)
                        .anyMatch(call ->
                                call.start() > seed.end()
                                        && SETS.matcher(OrderFlow.shortName(call)).find());
    }

    /// Whether the function asks for the rank of its process, where the project gives each process
    /// a device: there each seeds the one that it computes on.
    private static boolean isOfOneProcess(Unit unit, Call seed) {
        return calls(unit, seed)
                        .anyMatch(call ->
                                "torch.distributed.get_rank".equals(unit.name(call.function())))
                && NamedAlike.calls(unit, "set_device").findAny().isPresent();
    }

    /// The calls in the function around a call; none where there is no function.
    private static Stream<Call> calls(Unit unit, Call seed) {
        Node function = unit.function(seed);
        return function == null
                ? Stream.empty()
                : unit.calls().stream().filter(call -> unit.function(call) == function);
    }
}
