package dev.lockstep.check;

import dev.lockstep.source.Decorator;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Functions that a decorator gives to an object, which calls them when it is called itself: the
/// commands of typer (`@app.command()`, then `app()`), of a group of click, of Sacred.
///
/// Objects of a library are told apart by how they are made, not by their names: what is given to
/// one `typer.Typer()` may be called by another to which it was added.
final class Registered {
    /// Methods of an object that call what was given to it.
    private static final Set<String> STARTS =
            Set.of("main", "run", "run_commandline", "start", "execute");

    /// Decorators of a function of the project that give it no function to call.
    private static final Set<String> OTHERS = Set.of("setter", "getter", "deleter", "register");

    private final Map<String, List<Symbol.Function>> byObject = new HashMap<>();
    private final Execution execution;

    Registered(Execution execution) {
        this.execution = execution;
    }

    /// Notes what the decorators of a function give it to.
    void note(FunctionDefinition function, Scope scope) {
        for (Decorator decorator : function.decorators()) {
            Expression written =
                    decorator.expression() instanceof Call call
                            ? call.function()
                            : decorator.expression();
            if (!(written instanceof Attribute attribute) || OTHERS.contains(attribute.name())) {
                continue;
            }
            String object = object(execution.symbol(attribute.value(), scope));
            if (object != null) {
                byObject.computeIfAbsent(object, key -> new ArrayList<>())
                        .add(execution.project.function(execution.module, function));
            }
        }
    }

    /// The object as a key; null for what is none: a module, a class.
    private static @Nullable String object(@Nullable Symbol symbol) {
        return switch (symbol) {
            case Symbol.External e when e.name().endsWith("()") -> e.name();
            case Symbol.Function f when !f.definition().decorators().isEmpty() -> f.name();
            case null, default -> null;
        };
    }

    void add(Registered other) {
        other.byObject.forEach((object, functions) ->
                byObject.computeIfAbsent(object, key -> new ArrayList<>()).addAll(functions));
    }

    /// The functions that a call of something calls besides.
    List<Symbol.Function> calledBy(@Nullable Symbol callee) {
        List<Symbol.Function> own = callee == null ? null : byObject.get(callee.name());
        if (own == null && callee instanceof Symbol.External e) {
            int dot = e.name().lastIndexOf('.');
            own =
                    dot > 0 && STARTS.contains(e.name().substring(dot + 1))
                            ? byObject.get(e.name().substring(0, dot))
                            : null;
        }
        return own == null ? List.of() : List.copyOf(own);
    }

    /// Whether a library fills the parameters that a call leaves out.
    boolean gives(Symbol.Function function, @Nullable Call call) {
        return call == null
                ? byObject.values().stream().anyMatch(functions -> functions.contains(function))
                : call.arguments().isEmpty()
                        && call.keywords().isEmpty()
                        && !function.definition().decorators().isEmpty();
    }

    /// What a library of the command line gives to a parameter: what is typed, else the default
    /// that stands in the signature (`seed: int = 42`, `typer.Option(42)`), or that click declares.
    Value given(Symbol.Function function, Parameter parameter) {
        Value declared = execution.options.get(parameter.name());
        if (declared != null) {
            return declared;
        }
        Expression fallback = parameter.fallback();
        Scope around = function.scope().outer();
        if (fallback == null || around == null) {
            return Value.UNKNOWN;
        }
        if (fallback instanceof Call call
                && execution.symbol(call.function(), around) instanceof Symbol.External) {
            fallback = call.argument(0, "default");
        }
        return fallback == null
                ? Value.UNKNOWN
                : new Value.Option(
                        "--" + parameter.name().replace('_', '-'),
                        execution.evaluation.value(fallback, around));
    }
}
