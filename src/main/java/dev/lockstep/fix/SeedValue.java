package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The seed that a script has already: a `--seed` option, a field of its configuration, a constant.
///
/// @param text how to write it
/// @param known the statement behind which it has its value, or null when it is a literal
/// @param block the list of statements that holds `known`
record SeedValue(String text, @Nullable Statement known, List<Statement> block) {
    /// A literal seed.
    static SeedValue literal(String text) {
        return new SeedValue(text, null, List.of());
    }

    /// Looks for the seed that a file has already.
    static Optional<SeedValue> in(PythonModule module) {
        var option = option(module);
        if (option.isPresent()) {
            return option;
        }
        var field = field(module);
        return field.isPresent() ? field : constant(module);
    }

    /// `args.seed` behind `args = parser.parse_args()`.
    private static Optional<SeedValue> option(PythonModule module) {
        String destination = null;
        boolean optional = true;
        for (var site : module.calls()) {
            var call = site.call();
            if (!(call.function() instanceof Expression.Attribute attribute)
                    || !attribute.name().equals("add_argument")) {
                continue;
            }
            for (var argument : call.arguments()) {
                if (argument instanceof Expression.StringLiteral flag
                        && flag.value().startsWith("-")
                        && flag.value().toLowerCase(Locale.ROOT).contains("seed")) {
                    var named = call.keyword("dest");
                    destination =
                            named instanceof Expression.StringLiteral text
                                    ? text.value()
                                    : flag.value().replaceFirst("^-+", "").replace('-', '_');
                    var standard = call.keyword("default");
                    optional =
                            standard == null
                                    || standard instanceof Expression.Constant
                                    || standard instanceof Expression.Unary;
                }
            }
        }
        if (destination == null) {
            return Optional.empty();
        }
        var wanted = destination;
        boolean guarded = optional;
        return assignment(
                        module,
                        value ->
                                value instanceof Expression.Call call
                                        && call.function() instanceof Expression.Attribute attribute
                                        && (attribute.name().equals("parse_args")
                                                || attribute.name().equals("parse_known_args")))
                .map(found -> {
                    var seed = found.name() + "." + wanted;
                    return new SeedValue(
                            guarded ? "0 if " + seed + " is None else " + seed : seed,
                            found.statement(),
                            found.block());
                });
    }

    /// `config.seed` behind `config = Config()`, when the class says `seed: int = 1`.
    private static Optional<SeedValue> field(PythonModule module) {
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.ClassDefinition definition) {
                for (var inner : definition.body()) {
                    var field = fieldName(inner);
                    if (field != null) {
                        return assignment(
                                        module,
                                        value ->
                                                value instanceof Expression.Call call
                                                        && call.function()
                                                                instanceof Expression.Name name
                                                        && name.id().equals(definition.name()))
                                .map(found ->
                                        new SeedValue(
                                                found.name() + "." + field,
                                                found.statement(),
                                                found.block()));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable String fieldName(Statement statement) {
        return switch (statement) {
            case Statement.AnnotatedAssign field
                    when field.target() instanceof Expression.Name name
                            && isSeed(name.id())
                            && field.value() instanceof Expression.NumberLiteral number
                            && number.isWhole() ->
                    name.id();
            case Statement.Assign field
                    when field.targets().getFirst() instanceof Expression.Name name
                            && isSeed(name.id())
                            && field.value() instanceof Expression.NumberLiteral number
                            && number.isWhole() ->
                    name.id();
            default -> null;
        };
    }

    /// `SEED = 1` at the top of the file.
    private static Optional<SeedValue> constant(PythonModule module) {
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.Assign
                    || statement instanceof Statement.AnnotatedAssign) {
                var name = fieldName(statement);
                if (name != null) {
                    return Optional.of(new SeedValue(name, statement, module.tree().body()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isSeed(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("seed")
                || lower.endsWith("_seed")
                || lower.equals("manualseed")
                || lower.startsWith("seed_");
    }

    private record Assigned(String name, Statement statement, List<Statement> block) {}

    private static Optional<Assigned> assignment(
            PythonModule module, java.util.function.Predicate<Expression> wanted) {
        var found = new ArrayList<Assigned>();
        for (var block : Blocks.of(module)) {
            for (var statement : block) {
                if (statement instanceof Statement.Assign assign && wanted.test(assign.value())) {
                    var target = assign.targets().getFirst();
                    if (target instanceof Expression.TupleDisplay pair
                            && !pair.elements().isEmpty()) {
                        target = pair.elements().getFirst();
                    }
                    if (target instanceof Expression.Name name) {
                        found.add(new Assigned(name.id(), statement, block));
                    }
                }
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }
}
