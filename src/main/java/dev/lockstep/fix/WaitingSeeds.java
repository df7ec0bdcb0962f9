package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Seeds that run only when a value is there, as `if args.seed is not None` has it: gives the value
/// a default.
final class WaitingSeeds {
    private final Script script;

    WaitingSeeds(Script script) {
        this.script = script;
    }

    /// Gives the edits that make seeds of these generators run, and add the generators that they
    /// leave out; none where no seed waits for a value that can have a default.
    List<Edit> edits(Set<Generator> never) {
        for (var seed : script.seeds()) {
            var choice = seed.block().choice();
            if (!seed.seedsAny(never)
                    || choice == null
                    || !script.reached().runs(seed.block())
                    || choice.branches().size() != 1
                    || choice.branches().getFirst().body() != seed.block().statements()) {
                continue;
            }
            var waits = Waiting.of(choice.branches().getFirst().test());
            var defaults = waits == null ? List.<Edit>of() : defaults(seed.block(), waits);
            if (!defaults.isEmpty()) {
                var edits = new ArrayList<>(defaults);
                edits.addAll(completed(seed.block(), never));
                return edits;
            }
        }
        return List.of();
    }

    /// The edits that add, to the seeds of a block, the generators that they leave out.
    private List<Edit> completed(Block block, Set<Generator> never) {
        var here = script.seeds().stream().filter(seed -> seed.block().equals(block)).toList();
        var seeded = EnumSet.noneOf(Generator.class);
        here.forEach(seed -> seeded.addAll(seed.seeds()));
        var left = Generator.without(never, seeded);
        if (left.isEmpty()) {
            return List.of();
        }
        var last = here.getLast();
        return last.helper() != null
                ? SeedHelpers.completed(last.helper(), left)
                : SeedLines.of(last.behind(), left, last.text()).at(last.behind());
    }

    /// The edits that make a value be there: the default of an option, a field or a parameter, or
    /// an entry of a configuration file; and of a test that takes 0 for nothing.
    private List<Edit> defaults(Block block, Waiting waits) {
        var edits = new ArrayList<>(inSource(block, waits));
        if (edits.isEmpty()) {
            edits.addAll(Configuration.of(script.reached()).given(waits.asked(), waits.value()));
        }
        if (!edits.isEmpty()
                && waits.truth()
                && edits.stream().noneMatch(edit -> edit.text().equals("1"))) {
            edits.add(
                    new Layout(block.module().source())
                            .insertion(waits.asked().end(), " is not None"));
        }
        return edits;
    }

    private List<Edit> inSource(Block block, Waiting waits) {
        return switch (waits.asked()) {
            case Expression.Attribute asked when SeedValues.isSeed(asked.name()) ->
                    ofAttribute(asked.name(), waits);
            case Expression.Name asked
                    when SeedValues.isSeed(asked.id()) && block.function() != null ->
                    ofParameter(block.module(), block.function(), asked.id(), waits);
            default -> written(waits);
        };
    }

    /// The default of the option whose value is an attribute of what parsing gives, or of the field
    /// of a configuration class.
    private List<Edit> ofAttribute(String name, Waiting waits) {
        for (var module : script.reached().modules()) {
            for (var site : module.calls()) {
                if (site.call().function() instanceof Expression.Attribute function
                        && function.name().equals("add_argument")
                        && declares(site.call(), name)
                        && !SeedOption.isFlag(site.call())) {
                    return waits.given(module, site.call());
                }
            }
            var field = fieldWithout(module, name);
            if (field != null) {
                return List.of(new Layout(module.source()).replace(field, waits.value()));
            }
        }
        return List.of();
    }

    /// The default of a parameter, or of the option that a decorator gives to it.
    private static List<Edit> ofParameter(
            PythonModule module,
            Statement.FunctionDefinition function,
            String name,
            Waiting waits) {
        for (var decorator : function.decorators()) {
            if (decorator.expression() instanceof Expression.Call call
                    && declares(call, name)
                    && !SeedOption.isFlag(call)) {
                return waits.given(module, call);
            }
        }
        for (var parameter : function.parameters()) {
            var standard =
                    parameter.fallback() instanceof Expression.Call option
                            ? option.argument(0, "default")
                            : parameter.fallback();
            if (parameter.name().equals(name) && standard != null && SeedValues.isNone(standard)) {
                return List.of(new Layout(module.source()).replace(standard, waits.value()));
            }
        }
        return List.of();
    }

    /// The edit of the only `None` that a constant is set to, or that a dictionary holds.
    private List<Edit> written(Waiting waits) {
        var keys = Configuration.keys(waits.asked());
        var found = new ArrayList<Edit>();
        for (var module : script.reached().modules()) {
            var layout = new Layout(module.source());
            for (var statement : module.tree().body()) {
                if (waits.asked() instanceof Expression.Name name
                        && SeedValues.isSeed(name.id())
                        && statement instanceof Statement.Assign assign
                        && assign.targets().getFirst() instanceof Expression.Name target
                        && target.id().equals(name.id())
                        && SeedValues.isNone(assign.value())) {
                    found.add(layout.replace(assign.value(), waits.value()));
                }
                if (!keys.isEmpty() && !(waits.asked() instanceof Expression.Attribute)) {
                    entriesWithout(statement, keys.getLast())
                            .forEach(none -> found.add(layout.replace(none, waits.value())));
                }
            }
        }
        return found.size() == 1 ? found : List.of();
    }

    /// The `None` of each entry with this key in the dictionaries that a statement spells out.
    private static List<Expression> entriesWithout(Statement statement, String name) {
        var found = new ArrayList<Expression>();
        statement.walk(node -> {
            if (node instanceof Expression.DictDisplay dictionary) {
                dictionary.items().stream()
                        .filter(item ->
                                item.key() instanceof Expression.StringLiteral key
                                        && key.value().equals(name)
                                        && SeedValues.isNone(item.value()))
                        .forEach(item -> found.add(item.value()));
            }
        });
        return found;
    }

    /// Whether a call that declares an option declares the one whose value has this name.
    private static boolean declares(Expression.Call call, String name) {
        return call.arguments().stream()
                .anyMatch(flag ->
                        flag instanceof Expression.StringLiteral text
                                && SeedOption.nameOf(text.value()).equals(name));
    }

    /// The `None` that a field of a class of a file begins with, or null.
    private static @Nullable Expression fieldWithout(PythonModule module, String name) {
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.ClassDefinition definition) {
                for (var inner : definition.body()) {
                    if (inner instanceof Statement.AnnotatedAssign field
                            && field.target() instanceof Expression.Name target
                            && target.id().equals(name)) {
                        var value =
                                field.value() instanceof Expression.Call call
                                        ? call.keyword("default")
                                        : field.value();
                        if (value != null && SeedValues.isNone(value)) {
                            return value;
                        }
                    }
                }
            }
        }
        return null;
    }
}
