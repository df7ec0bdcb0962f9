package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the statements of a file that seed shared generators, and the functions that do nothing
/// else.
final class SeedCalls {
    /// The ends of the names of library functions that seed Python's, NumPy's and torch's
    /// generators at once.
    private static final Set<String> LIBRARIES =
            Set.of(
                    "lightning.seed_everything",
                    "lightning.pytorch.seed_everything",
                    "lightning.fabric.seed_everything",
                    "pytorch_lightning.seed_everything",
                    "accelerate.utils.set_seed",
                    "accelerate.utils.random.set_seed",
                    "transformers.set_seed",
                    "transformers.trainer_utils.set_seed");

    /// How the names begin of what a function that only seeds may call besides.
    private static final List<String> QUIET =
            List.of(
                    "torch.manual_seed",
                    "torch.random.manual_seed",
                    "torch.cuda.",
                    "torch.mps.",
                    "torch.backends.",
                    "torch.use_deterministic_algorithms",
                    "torch.set_",
                    "random.seed",
                    "numpy.random.seed",
                    "os.",
                    "logging.",
                    "warnings.",
                    "print",
                    "str",
                    "int",
                    "hasattr",
                    "getattr");

    private SeedCalls() {}

    /// The statements that seed in the files that a script runs, apart from those in functions that
    /// do nothing else: such a function's calls seed in their place.
    static List<SeedCall> in(Reached reached) {
        return reached.modules().stream()
                .flatMap(module -> in(module).stream())
                .filter(call -> !isInHelper(call))
                .toList();
    }

    private static boolean isInHelper(SeedCall call) {
        var definition = call.block().function();
        if (definition == null) {
            return false;
        }
        var module = call.block().module();
        return !seededBy(module.project().function(module, definition)).isEmpty();
    }

    /// The statements of a file that seed, in the order of the source.
    private static List<SeedCall> in(PythonModule module) {
        var found = new ArrayList<SeedCall>();
        for (var block : Blocks.all(module)) {
            for (var statement : block.statements()) {
                if (statement instanceof Statement.ExpressionStatement line
                        && line.expression() instanceof Expression.Call call) {
                    of(block, line, call).ifPresent(found::add);
                }
            }
        }
        found.sort(Comparator.comparingInt(call -> call.statement().start()));
        return found;
    }

    private static Optional<SeedCall> of(
            Block block, Statement.ExpressionStatement line, Expression.Call call) {
        var symbol = block.module().symbol(call.function());
        if (symbol == null) {
            return Optional.empty();
        }
        var direct = Generator.ofFunction(symbol.name());
        if (direct.isPresent()) {
            return call.argument(0) == null
                    ? Optional.empty()
                    : Optional.of(
                            new SeedCall(
                                    block, line, Set.of(direct.get()), call.argument(0), null));
        }
        if (LIBRARIES.contains(symbol.name())) {
            var value = call.argument(0, "seed");
            return Optional.of(
                    new SeedCall(block, line, EnumSet.allOf(Generator.class), value, null));
        }
        if (symbol instanceof Symbol.Function function && function.owner() == null) {
            var seeds = seededBy(function);
            if (!seeds.isEmpty()) {
                return Optional.of(
                        new SeedCall(
                                block,
                                line,
                                seeds,
                                call.arguments().isEmpty() && !call.keywords().isEmpty()
                                        ? call.keywords().getFirst().value()
                                        : call.argument(0),
                                function));
            }
        }
        return Optional.empty();
    }

    /// The generators that a function seeds when it does nothing but that; else none.
    static Set<Generator> seededBy(Symbol.Function function) {
        var seeds = EnumSet.noneOf(Generator.class);
        if (quiet(function.module(), function.definition())) {
            inside(function).forEach(call -> seeds.addAll(call.seeds()));
        }
        return seeds;
    }

    /// The plain seeds in a function.
    static List<SeedCall> inside(Symbol.Function function) {
        var found = new ArrayList<SeedCall>();
        for (var block : Blocks.all(function.module())) {
            if (block.function() != function.definition()) {
                continue;
            }
            for (var statement : block.statements()) {
                if (statement instanceof Statement.ExpressionStatement line
                        && line.expression() instanceof Expression.Call call
                        && call.argument(0) != null) {
                    generator(function.module(), call)
                            .ifPresent(one ->
                                    found.add(
                                            new SeedCall(
                                                    block,
                                                    line,
                                                    Set.of(one),
                                                    call.argument(0),
                                                    null)));
                }
            }
        }
        return found;
    }

    /// The functions at the top of a file that do nothing but seed.
    static List<Symbol.Function> helpers(PythonModule module) {
        var found = new ArrayList<Symbol.Function>();
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.FunctionDefinition definition) {
                var function = module.project().function(module, definition);
                if (!seededBy(function).isEmpty()) {
                    found.add(function);
                }
            }
        }
        return found;
    }

    private static Optional<Generator> generator(PythonModule module, Expression.Call call) {
        var name = module.resolve(call.function());
        return name == null ? Optional.empty() : Generator.ofFunction(name);
    }

    private static boolean quiet(PythonModule module, Statement.FunctionDefinition definition) {
        boolean[] quiet = {true};
        for (var statement : definition.body()) {
            statement.walk(node -> {
                switch (node) {
                    case Statement.For _,
                            Statement.While _,
                            Statement.ClassDefinition _,
                            Statement.FunctionDefinition _ ->
                            quiet[0] = false;
                    case Statement.Return back ->
                            quiet[0] &=
                                    back.value() == null
                                            || !(back.value() instanceof Expression.Call);
                    case Expression.Call call -> quiet[0] &= mayCall(module, call);
                    default -> {}
                }
            });
        }
        return quiet[0];
    }

    private static boolean mayCall(PythonModule module, Expression.Call call) {
        @Nullable String name = module.resolve(call.function());
        var called =
                name != null
                        ? name
                        : call.function() instanceof Expression.Name plain ? plain.id() : "";
        return QUIET.stream().anyMatch(called::startsWith);
    }
}
