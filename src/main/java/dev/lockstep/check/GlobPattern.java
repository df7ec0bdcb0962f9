package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.FormattedString;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells which patterns match one path at most: those without a wildcard.
///
/// What is not written down, a folder or a number, is taken for a part of a path, unless its name
/// says that it is a pattern.
final class GlobPattern {
    private static final int MOST = 8;

    /// What a value is called that may hold a wildcard.
    private static final Pattern WILD =
            Pattern.compile(
                    "pattern|glob|regex|wild|suffix|prefix|filter|spec|expr|(^|[_.])ext(ension)?s?$|^p$",
                    Pattern.CASE_INSENSITIVE);

    /// The end of a file's name, in quotes: `/train.parquet"`.
    private static final Pattern FILE = Pattern.compile("\\w[.]\\w+[\"']+$");

    /// A replacement field of an f-string.
    private static final Pattern FIELD = Pattern.compile("\\{[^{}]*}");

    private static final Set<String> JOINING = Set.of("join", "joinpath", "str", "Path", "fspath");

    private final Unit unit;

    private GlobPattern(Unit unit) {
        this.unit = unit;
    }

    /// Takes a call that lists what matches a pattern, gives whether it lists one path at most.
    static boolean matchesOnePath(Unit unit, Call call) {
        if (call.arguments().size() != 1 || OrderFlow.isCall(call, "rglob")) {
            return false;
        }
        var pattern = new GlobPattern(unit);
        Expression written = pattern.written(call.arguments().getFirst());
        return pattern.endsInFile(written) && pattern.isPlain(written, 0);
    }

    private Expression written(Expression pattern) {
        return pattern instanceof Name name && unit.value(name) instanceof Expression value
                ? value
                : pattern;
    }

    /// Whether the last part of a path is the name of a file, at least its end.
    private boolean endsInFile(Expression path) {
        return switch (path) {
            case StringLiteral _, FormattedString _ ->
                    FILE.matcher(unit.source().slice(path)).find();
            case Expression.Binary sum -> endsInFile(sum.operands().getLast());
            case Call joined ->
                    JOINING.contains(OrderFlow.shortName(joined))
                            && !joined.arguments().isEmpty()
                            && endsInFile(joined.arguments().getLast());
            default -> false;
        };
    }

    private boolean isPlain(Expression part, int depth) {
        if (depth > MOST) {
            return false;
        }
        return switch (part) {
            case StringLiteral text -> isPlain(text.value());
            case FormattedString text ->
                    isPlain(FIELD.matcher(unit.source().slice(text)).replaceAll(""))
                            && allPlain(text.fields(), depth);
            case Expression.Binary sum -> allPlain(sum.operands(), depth);
            case Expression.Conditional choice ->
                    isPlain(choice.then(), depth + 1) && isPlain(choice.otherwise(), depth + 1);
            case Expression.ListDisplay list -> allPlain(list.elements(), depth);
            case Expression.TupleDisplay tuple -> allPlain(tuple.elements(), depth);
            case Call call ->
                    !WILD.matcher(OrderFlow.shortName(call)).find()
                            && allPlain(call.arguments(), depth);
            case Attribute attribute -> !WILD.matcher(attribute.name()).find();
            case Name name -> isPlainVariable(name, depth);
            default -> true;
        };
    }

    private boolean allPlain(List<Expression> parts, int depth) {
        return parts.stream().allMatch(part -> isPlain(part, depth + 1));
    }

    private boolean isPlainVariable(Name name, int depth) {
        if (WILD.matcher(name.id()).find()) {
            return false;
        }
        boolean values =
                unit.bindings(name).stream()
                        .allMatch(binding ->
                                binding.value() == null
                                        || binding.value() == name
                                        || isPlain(binding.value(), depth + 1));
        Expression turns = turns(name);
        Expression fallback = fallback(name);
        return values
                && (turns == null || isPlain(turns, depth + 1))
                && (fallback == null || isPlain(fallback, depth + 1));
    }

    /// What a loop or a comprehension around a name takes it from.
    private @Nullable Expression turns(Name name) {
        for (Node at = unit.parent(name); at != null; at = unit.parent(at)) {
            switch (at) {
                case Statement.For loop when isNamed(loop.target(), name) -> {
                    return loop.iterable();
                }
                case Expression.Comprehension comprehension -> {
                    for (Generator generator : comprehension.generators()) {
                        if (isNamed(generator.target(), name)) {
                            return generator.iterable();
                        }
                    }
                }
                default -> {}
            }
        }
        return null;
    }

    private static boolean isNamed(Expression target, Name name) {
        return target instanceof Name variable && variable.id().equals(name.id());
    }

    /// The default value of a name that is a parameter of the function around.
    private @Nullable Expression fallback(Name name) {
        return unit.function(name) instanceof FunctionDefinition function
                ? function.parameters().stream()
                        .filter(parameter -> parameter.name().equals(name.id()))
                        .findFirst()
                        .map(Parameter::fallback)
                        .orElse(null)
                : null;
    }

    /// Whether a text has no wildcard (`glob.has_magic`).
    static boolean isPlain(String text) {
        return text.chars().noneMatch(c -> c == '*' || c == '?' || c == '[');
    }
}
