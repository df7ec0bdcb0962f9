package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the seeds that libraries of the command line give to a function: typer, fire, tyro, absl.
final class Started {
    /// The last names of functions that fill a class from the command line.
    private static final Set<String> FILLS = Set.of("cli", "parse", "structured");

    /// The last names of decorators of a function that gets the command line.
    private static final Set<String> STARTS = Set.of("command", "wrap");

    /// The last names of functions that start one with the command line.
    private static final Set<String> STARTERS = Set.of("Fire", "run", "cli", "CLI");

    private final PythonModule module;
    private final List<Seed> found = new ArrayList<>();

    private Started(PythonModule module) {
        this.module = module;
    }

    /// A seed that a function has from its start.
    ///
    /// @param text how its body writes it
    record Seed(PythonModule module, Statement.FunctionDefinition function, String text) {}

    /// The seeds that a file's functions are given.
    static List<Seed> in(PythonModule module) {
        var started = new Started(module);
        for (var site : module.calls()) {
            if (site.symbol() instanceof Symbol.Function called) {
                started.handed(site.call(), called);
            }
        }
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.FunctionDefinition function
                    && started.isStarted(function)) {
                started.started(function);
            }
        }
        return List.copyOf(started.found);
    }

    private void add(PythonModule of, Statement.FunctionDefinition function, String text) {
        found.add(new Seed(of, function, text));
    }

    /// The class that a library fills from the command line: `tyro.cli(Args)`.
    static Symbol.@Nullable Class filled(PythonModule module, Expression.Call call) {
        return call.function() instanceof Expression.Attribute function
                        && FILLS.contains(function.name())
                        && call.argument(0) != null
                        && module.symbol(call.argument(0)) instanceof Symbol.Class made
                ? made
                : null;
    }

    /// The parameter of a function that is called with what a library fills:
    /// `main(tyro.cli(Args))`.
    private void handed(Expression.Call call, Symbol.Function called) {
        var parameters = called.definition().parameters();
        for (int k = 0; k < Math.min(call.arguments().size(), parameters.size()); k++) {
            var made =
                    call.arguments().get(k) instanceof Expression.Call inner
                            ? filled(module, inner)
                            : null;
            var field = made == null ? null : SeedValues.field(made.definition());
            if (field != null) {
                add(called.module(), called.definition(), parameters.get(k).name() + "." + field);
            }
        }
    }

    /// Whether a library starts a function and gives it the command line.
    private boolean isStarted(Statement.FunctionDefinition function) {
        return function.decorators().stream()
                        .anyMatch(one -> {
                            var name =
                                    one.expression() instanceof Expression.Call call
                                            ? call.function()
                                            : one.expression();
                            return name instanceof Expression.Attribute part
                                    && STARTS.contains(part.name());
                        })
                || module.calls().stream()
                        .anyMatch(site ->
                                site.call().function() instanceof Expression.Attribute part
                                        && STARTERS.contains(part.name())
                                        && site.call().argument(0) instanceof Expression.Name given
                                        && given.id().equals(function.name()));
    }

    /// The parameter of a function with which everything starts: the seed itself, the configuration
    /// that has one, or flags beside it.
    private void started(Statement.FunctionDefinition function) {
        for (var parameter : function.parameters()) {
            var standard =
                    parameter.fallback() instanceof Expression.Call option
                            ? option.argument(0, "default")
                            : parameter.fallback();
            if (SeedValues.isSeed(parameter.name())
                    && standard instanceof Expression.NumberLiteral number
                    && number.isWhole()) {
                add(module, function, parameter.name());
            } else if (parameter.annotation() != null
                    && module.symbol(parameter.annotation()) instanceof Symbol.Class made
                    && SeedValues.field(made.definition()) != null) {
                add(module, function, parameter.name() + "." + SeedValues.field(made.definition()));
            }
        }
        flag().ifPresent(text -> add(module, function, text));
    }

    /// How a file reads a flag of `absl` that is a seed.
    private Optional<String> flag() {
        var holder = "";
        var text = "";
        for (var statement : module.tree().body()) {
            var value =
                    switch (statement) {
                        case Statement.Assign assign -> assign.value();
                        case Statement.ExpressionStatement line -> line.expression();
                        default -> null;
                    };
            var name =
                    statement instanceof Statement.Assign assign ? SeedValues.target(assign) : null;
            if (name != null && value != null && "absl.flags.FLAGS".equals(module.resolve(value))) {
                holder = name;
            }
            if (value instanceof Expression.Call call
                    && "absl.flags.DEFINE_integer".equals(module.resolve(call.function()))
                    && call.argument(0) instanceof Expression.StringLiteral flag
                    && SeedValues.isSeed(flag.value())
                    && call.argument(1, "default") instanceof Expression.NumberLiteral) {
                text = name != null ? name + ".value" : "." + flag.value();
            }
        }
        // What is defined with no name is read by the holder of all flags.
        var whole = text.startsWith(".") && !holder.isEmpty() ? holder + text : text;
        return Optional.of(whole).filter(found -> !found.isEmpty() && !found.startsWith("."));
    }
}
