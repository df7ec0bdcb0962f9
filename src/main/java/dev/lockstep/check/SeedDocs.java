package dev.lockstep.check;

import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads, in the documentation of a parameter, when it matters: "Used when ``solver`` == 'sag' or
/// 'saga'", "Ignored when `probability` is False", "When `shuffle` is True, …".
final class SeedDocs {
    private static final String VALUE = "(?:'[^']*'|\"[^\"]*\"|True|False|None|\\d+)";

    /// `'sag', 'saga' or solver == 'liblinear'`
    private static final String VALUES =
            "(?<values>"
                    + VALUE
                    + "(?:[\\s,`]*(?:or|and|/)?[\\s,`]*(?:\\w+\\s*={1,2}\\s*)?"
                    + VALUE
                    + ")*)";

    private static final Pattern CONDITION =
            Pattern.compile(
                    "(?<word>\\b(?:when|if|unless|for)\\b)\\s+`*(?<name>\\w+)`*\\s*"
                            + "(?:==|=|is set to|is|in|equals)\\s*[\\[({]?`*"
                            + VALUES,
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern SOLVERS =
            Pattern.compile(
                    "\\bused (?:when|if|by|in|for) (?:the )?`*" + VALUES, Pattern.CASE_INSENSITIVE);

    /// Behind a condition: it is one of several uses.
    private static final Pattern AND_MORE = Pattern.compile("^[`')\\s]*,?\\s*and\\b");

    private static final Pattern NEGATIVE =
            Pattern.compile(
                    "ignored|not used|unused|no effect|not random|irrelevant|deterministic",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern NEW =
            Pattern.compile(
                    "\\bNone\\b[^.]*\\b(?:random seed|random number|entropy|unpredictable|"
                            + "non-?deterministic|different)\\b");
    private static final Pattern STARTS =
            Pattern.compile("starting vector|default: random", Pattern.CASE_INSENSITIVE);
    private static final Pattern ONE = Pattern.compile(VALUE);
    private static final Pattern NOT_USED =
            Pattern.compile(
                    "^\\s*(?:not used|ignored|unused)\\b[^.]*(?:$|\\.\\s|\\bpresent\\b)",
                    Pattern.CASE_INSENSITIVE);

    private final List<String> docs = new ArrayList<>();

    SeedDocs(FunctionDefinition signature, Symbol callee) {
        if (callee instanceof Symbol.Class c) {
            add(c.definition().body());
        }
        add(signature.body());
    }

    private void add(List<Statement> body) {
        if (!body.isEmpty()
                && body.getFirst() instanceof Statement.ExpressionStatement first
                && first.expression() instanceof StringLiteral text) {
            docs.add(text.value());
        }
    }

    /// Whether the documentation says that the parameter does nothing with these arguments.
    boolean rulesOut(String parameter, Map<String, Abstract> passed) {
        if (isReplaced(passed)) {
            return true;
        }
        for (String doc : docs) {
            String text = section(doc, parameter);
            if (text == null) {
                continue;
            }
            if (NOT_USED.matcher(text).find()
                    && !text.contains(" if ")
                    && !text.contains(" when ")) {
                return true;
            }
            for (String sentence : text.split("(?<=[.;])\\s+", -1)) {
                if (rulesOut(sentence, passed, parameter)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether the documentation says that `None` stands for another seed in every run.
    boolean promisesNew(String parameter) {
        for (String doc : docs) {
            String text = section(doc, parameter);
            if (text != null && NEW.matcher(text).find()) {
                return true;
            }
        }
        return false;
    }

    /// Whether something is given that stands in for the draw: "v0: starting vector, default:
    /// random".
    private boolean isReplaced(Map<String, Abstract> passed) {
        for (var entry : passed.entrySet()) {
            if (!(entry.getValue() instanceof Abstract.Present)) {
                continue;
            }
            for (String doc : docs) {
                String text = section(doc, entry.getKey());
                if (text != null && STARTS.matcher(text).find()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean rulesOut(
            String sentence, Map<String, Abstract> passed, String parameter) {
        boolean negative = NEGATIVE.matcher(sentence).find();
        boolean any = false;
        Matcher matcher = CONDITION.matcher(sentence);
        while (matcher.find()) {
            Abstract value = passed.get(matcher.group("name"));
            if (value == null || matcher.group("name").equals(parameter)) {
                continue;
            }
            any = true;
            if (AND_MORE.matcher(sentence.substring(matcher.end())).find()) {
                continue;
            }
            boolean unless = matcher.group("word").equalsIgnoreCase("unless");
            if (!matters(value, values(matcher.group("values")), unless == negative)) {
                return true;
            }
        }
        Matcher solvers = SOLVERS.matcher(sentence);
        if (!any && !negative && solvers.find()) {
            List<Abstract> wanted = values(solvers.group("values"));
            return passed.values().stream().noneMatch(value -> matches(value, wanted));
        }
        return false;
    }

    /// Whether a parameter surely lets the seed matter.
    ///
    /// @param with whether it matters with these values, rather than with any other
    private static boolean matters(Abstract value, List<Abstract> values, boolean with) {
        if (with) {
            return matches(value, values);
        }
        if (values.size() == 1
                && values.getFirst() instanceof Abstract.Known k
                && k.value() instanceof Boolean truth) {
            return matches(value, List.of(new Abstract.Known(!truth)));
        }
        return !matches(value, values) && !(value instanceof Abstract.Any);
    }

    private static List<Abstract> values(String text) {
        var values = new ArrayList<Abstract>();
        Matcher matcher = ONE.matcher(text);
        while (matcher.find()) {
            String one = matcher.group();
            values.add(
                    switch (one) {
                        case "True", "true" -> new Abstract.Known(true);
                        case "False", "false" -> new Abstract.Known(false);
                        case "None" -> Abstract.NONE;
                        case "0" -> new Abstract.Known(0L);
                        case "1" -> new Abstract.Known(1L);
                        default ->
                                one.startsWith("'") || one.startsWith("\"")
                                        ? new Abstract.Known(one.substring(1, one.length() - 1))
                                        : Abstract.PRESENT;
                    });
        }
        return values;
    }

    private static boolean matches(Abstract value, List<Abstract> wanted) {
        return wanted.contains(value) || value.isNone() && wanted.contains(Abstract.NONE);
    }

    /// What a docstring says about a parameter, in one line; null when it says nothing.
    private static @Nullable String section(String doc, String parameter) {
        List<String> lines = doc.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String stripped = line.strip();
            if (!stripped.startsWith(parameter)) {
                continue;
            }
            String after = stripped.substring(parameter.length()).stripLeading();
            if (!after.isEmpty() && !after.startsWith(":") && !after.startsWith("(")) {
                continue;
            }
            int indent = line.indexOf(stripped);
            var text = new StringBuilder();
            for (int k = i + 1; k < lines.size(); k++) {
                String next = lines.get(k);
                if (!next.isBlank() && next.indexOf(next.strip()) <= indent) {
                    break;
                }
                text.append(next.strip()).append(' ');
            }
            return (after.indexOf(')') > 0 || text.isEmpty() ? after + " " : "") + text;
        }
        return null;
    }
}
