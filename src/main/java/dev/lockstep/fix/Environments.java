package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.CallSite;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Seeds environments (Gymnasium, Gym) and their spaces, which draw from generators of their own,
/// at their only `reset` or behind the line that makes them: once, since a seed at each `reset`
/// would repeat the same draws.
final class Environments {
    private static final List<String> PACKAGES = List.of("gymnasium", "gym");

    /// How the names begin of functions that draw from a generator of their object's own, and what
    /// seeds it.
    private static final Map<String, String> OWNERS =
            Map.of(
                    "gymnasium.spaces.", ".seed(%s)",
                    "gymnasium.", ".reset(seed=%s)",
                    "gym.spaces.", ".seed(%s)",
                    "gym.", ".reset(seed=%s)");

    private final Reached reached;

    /// An object and the statement that gives it its value.
    private record Made(PythonModule module, Statement.Assign statement, String name) {}

    Environments(Reached reached) {
        this.reached = reached;
    }

    /// Seeds the object whose method drew; where that happened in a class or a library, the
    /// environments that the script resets.
    List<Edit> edits(Place place) {
        String seeding = seeding(String.valueOf(place.via()));
        if (seeding == null) {
            return List.of();
        }
        List<Made> made = here(place);
        if (made.isEmpty() && seeding.startsWith(".reset")) {
            made = reset();
        }
        return made.stream().map(one -> edit(one, seeding)).toList();
    }

    private static @Nullable String seeding(String via) {
        return OWNERS.entrySet().stream()
                .filter(entry -> via.startsWith(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse(null);
    }

    private Edit edit(Made made, String seeding) {
        var seed = seedBehind(made.module(), made.statement());
        var only = seeding.startsWith(".reset") ? onlyReset(made) : null;
        if (only != null) {
            return new Layout(made.module().source()).insertion(only.end() - 1, "seed=" + seed);
        }
        var line = made.name() + String.format(Locale.ROOT, seeding, seed);
        return new Layout(made.module().source()).after(made.statement(), List.of(line));
    }

    /// The one call that resets the environment, once for each time that it is made; else null.
    private static Expression.@Nullable Call onlyReset(Made made) {
        var module = made.module();
        var resets =
                resets(module)
                        .filter(call ->
                                module.source()
                                        .slice(call.function())
                                        .equals(made.name() + ".reset"))
                        .toList();
        if (resets.size() != 1) {
            return null;
        }
        var reset = resets.getFirst();
        boolean[] apart = {reset.start() < made.statement().end()};
        module.tree()
                .body()
                .forEach(statement ->
                        statement.walk(node ->
                                apart[0] |=
                                        repeats(node)
                                                && holds(node, reset)
                                                && !holds(node, made.statement())));
        return apart[0] ? null : reset;
    }

    private static boolean repeats(Node node) {
        return node instanceof Statement.For
                || node instanceof Statement.While
                || node instanceof Statement.FunctionDefinition
                || node instanceof Expression.Lambda
                || node instanceof Expression.Comprehension;
    }

    private static boolean holds(Node node, Node inner) {
        return node.start() <= inner.start() && inner.end() <= node.end();
    }

    /// The calls of a `reset` without arguments.
    private static Stream<Expression.Call> resets(PythonModule module) {
        return module.calls().stream()
                .map(CallSite::call)
                .filter(call ->
                        call.function() instanceof Expression.Attribute method
                                && method.name().equals("reset")
                                && call.arguments().isEmpty()
                                && call.keywords().isEmpty());
    }

    /// The object of the call at a place.
    private List<Made> here(Place place) {
        var module = reached.entry().project().module(place.file());
        if (module == null) {
            return List.of();
        }
        var via = String.valueOf(place.via());
        for (var site : new SiteEdits(module).on(place)) {
            if (site.call().function() instanceof Expression.Attribute method
                    && via.endsWith("." + method.name())) {
                var statement = maker(module, method.value(), place.line());
                if (statement != null) {
                    var name = module.source().slice(method.value());
                    return List.of(new Made(module, statement, name));
                }
            }
        }
        return List.of();
    }

    /// The statement that assigns the object, or what it is an attribute of.
    private static Statement.@Nullable Assign maker(
            PythonModule module, Expression object, int before) {
        var text = module.source().slice(object);
        Statement.Assign found = null;
        for (var block : Blocks.of(module)) {
            for (var statement : block) {
                if (statement instanceof Statement.Assign assign
                        && makes(module, assign, text)
                        && module.source().line(assign.start()) < before) {
                    found = assign;
                }
            }
        }
        return found == null && object instanceof Expression.Attribute inner
                ? maker(module, inner.value(), before)
                : found;
    }

    private static boolean makes(PythonModule module, Statement.Assign assign, String name) {
        return assign.value() instanceof Expression.Call
                && assign.targets().size() == 1
                && module.source().slice(assign.targets().getFirst()).equals(name);
    }

    /// The environments that the script makes and resets without a seed: the last assignment to
    /// each name in a block, behind which no wrapper follows.
    private List<Made> reset() {
        var names = new HashSet<String>();
        for (var module : reached.modules()) {
            resets(module)
                    .forEach(call -> {
                        var name = module.source().slice(call.function());
                        names.add(name.substring(0, name.length() - ".reset".length()));
                    });
        }
        var made = new ArrayList<Made>();
        for (var module : reached.modules()) {
            for (var block : Blocks.all(module)) {
                var last = new LinkedHashMap<String, Made>();
                for (var statement : block.statements()) {
                    if (reached.runs(block)
                            && statement instanceof Statement.Assign assign
                            && isEnvironment(module, assign.value())) {
                        var name = module.source().slice(assign.targets().getFirst());
                        if (names.contains(name) && makes(module, assign, name)) {
                            last.put(name, new Made(module, assign, name));
                        }
                    }
                }
                made.addAll(last.values());
            }
        }
        return made;
    }

    /// Whether a call makes an environment: one of the library, of a class that derives from its
    /// own, or by a function whose name says so.
    private static boolean isEnvironment(PythonModule module, Expression value) {
        if (!(value instanceof Expression.Call call)) {
            return false;
        }
        return switch (module.symbol(call.function())) {
            case Symbol.External e -> PACKAGES.stream().anyMatch(p -> e.name().startsWith(p + "."));
            case Symbol.Class c ->
                    PACKAGES.stream()
                            .anyMatch(p ->
                                    List.of("Env", "Wrapper").stream()
                                            .anyMatch(base ->
                                                    module.project().isKindOf(c, p + "." + base)));
            case Symbol.Function f ->
                    f.definition().name().toLowerCase(Locale.ROOT).contains("env");
            case null, default -> false;
        };
    }

    /// The script's own seed, where it has its value before this statement; else a constant.
    private String seedBehind(PythonModule module, Statement statement) {
        for (var seed : SeedValues.of(Reached.from(module, List.of()))) {
            var position = seed.position();
            var block = position.block();
            if (block.module() == module
                    && seed.edits().isEmpty()
                    && (position.statement().end() <= statement.start() || !position.behind())
                    && (block.statements().contains(statement) || block.top())) {
                return seed.text();
            }
        }
        return "0";
    }
}
