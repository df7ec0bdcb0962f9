package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Node;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Names of variables whose value names something (a run, a port), or only shows a shape, and is no
/// result.
final class Naming {
    private static final List<String> WORDS =
            List.of(
                    "port",
                    "run_name",
                    "run_id",
                    "exp_name",
                    "experiment_name",
                    "experiment_id",
                    "job_id",
                    "session_id",
                    "uid",
                    "uuid",
                    "suffix",
                    "tmp",
                    "temp_dir",
                    "token",
                    "dummy_input",
                    "dummy_inputs",
                    "example_input",
                    "example_inputs",
                    "colour",
                    "color");

    /// How long a program waits, where it waits; elsewhere a jitter is noise.
    private static final Set<String> PAUSES = Set.of("jitter", "delay", "backoff", "wait");

    /// What picks the one that is logged as an image or printed: `debug_batch_idx`.
    private static final Pattern SHOWN =
            Pattern.compile(
                    "_?(debug|viz|visuali[sz](e|ation)|preview|plot|tensorboard|tb)_(\\w+_)?"
                            + "(idx|idxs|index|indices|id|ids)");

    private static final Pattern FUNCTION =
            Pattern.compile(
                    "_(name|filename|file_name|path|uid|uuid|port)$"
                            + "|^_?((get|make|gen|generate)_)?(random|rand|unique)_?(string|str|id"
                            + "|suffix|prefix|word|letters|hash|token|port)$");

    private static final Pattern ALPHABET =
            Pattern.compile(
                    "\\bstring\\.(ascii_(letters|uppercase|lowercase)|digits|hexdigits)\\b");

    private static final List<String> ENDS = WORDS.stream().map(word -> "_" + word).toList();
    private static final List<String> STARTS = WORDS.stream().map(word -> word + "_").toList();

    private Naming() {}

    static boolean isName(Expression target) {
        return switch (target) {
            case Name n -> isName(n.id());
            case Attribute a -> isName(a.name());
            case Subscript s -> s.index() instanceof StringLiteral key && isName(key.value());
            default -> false;
        };
    }

    /// Whether a variable says which of many is shown to a person while a program debugs or logs.
    static boolean isShown(Expression target) {
        return target instanceof Name name && SHOWN.matcher(name.id()).matches();
    }

    /// Whether a variable says how long its program waits.
    static boolean isPause(Expression target, Source source) {
        return target instanceof Name name
                && PAUSES.contains(name.id())
                && source.text().contains("sleep(");
    }

    /// Whether a function gives something its name, as its own name says.
    static boolean isNaming(Unit unit, Node node) {
        return unit.function(node) instanceof FunctionDefinition function
                && FUNCTION.matcher(function.name()).find();
    }

    /// Whether a call puts letters or digits together to a word: `"".join(choices(string.digits,
    /// k=8))`.
    static boolean isWord(Expression.Call call, Source source) {
        return call.function() instanceof Attribute a
                && a.name().equals("join")
                && a.value() instanceof StringLiteral
                && ALPHABET.matcher(source.slice(call)).find();
    }

    /// Whether a generator that is made here names things alone: `port = rng.randint(…)`.
    static boolean isForNames(Unit unit, Expression made) {
        if (!(unit.parent(made) instanceof Statement.Assign assign)
                || !(assign.targets().getFirst() instanceof Name variable)) {
            return false;
        }
        List<Name> uses =
                unit.uses(variable).stream()
                        .filter(use -> use != variable)
                        .filter(use -> unit.function(use) == unit.function(variable))
                        .toList();
        return !uses.isEmpty() && uses.stream().allMatch(use -> isInName(unit, use));
    }

    private static boolean isInName(Unit unit, Node use) {
        for (Node at = unit.parent(use); at != null; at = unit.parent(at)) {
            switch (at) {
                case Statement.Assign assign -> {
                    return isName(assign.targets().getFirst());
                }
                case Expression.FormattedString _ -> {
                    return true;
                }
                case Statement _ -> {
                    return false;
                }
                default -> {}
            }
        }
        return false;
    }

    static boolean isName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (int k = 0; k < WORDS.size(); k++) {
            if (lower.equals(WORDS.get(k))
                    || lower.endsWith(ENDS.get(k))
                    || lower.startsWith(STARTS.get(k))) {
                return true;
            }
        }
        return false;
    }
}
