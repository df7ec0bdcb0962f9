package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells by the words in its names whether an expression speaks of texts.
///
/// The hash of a text is another in every process, that of a number never is; where the source does
/// not show which it is, what people call it is all that is left.
final class Wording {
    private static final Set<String> TEXT =
            Set.of(
                    "author",
                    "candidate",
                    "category",
                    "char",
                    "character",
                    "city",
                    "col",
                    "column",
                    "country",
                    "dataset",
                    "dir",
                    "directory",
                    "doc",
                    "document",
                    "domain",
                    "entity",
                    "feature",
                    "field",
                    "file",
                    "filename",
                    "filepath",
                    "folder",
                    "gene",
                    "genre",
                    "label",
                    "lang",
                    "language",
                    "letter",
                    "name",
                    "patient",
                    "path",
                    "place",
                    "relation",
                    "sentence",
                    "smiles",
                    "species",
                    "speaker",
                    "string",
                    "str",
                    "subject",
                    "symbol",
                    "tag",
                    "term",
                    "text",
                    "title",
                    "token",
                    "topic",
                    "uri",
                    "url",
                    "user",
                    "vocab",
                    "vocabulary",
                    "word");

    /// What has texts for its `ids`; of other things they are as often numbers.
    private static final Set<String> NAMED =
            Set.of(
                    "article",
                    "clip",
                    "doc",
                    "document",
                    "gene",
                    "patient",
                    "protein",
                    "recording",
                    "sentence",
                    "speaker",
                    "spk",
                    "story",
                    "study",
                    "subject",
                    "transcript",
                    "utt",
                    "utterance");

    /// What is numbered from nought, so that its `ids` are small numbers.
    private static final Set<String> NUMBERED =
            Set.of("char", "class", "image", "img", "input", "label", "mask", "token", "word");

    /// Names that count things.
    private static final Pattern COUNT =
            Pattern.compile(
                    "^(n|num|nb|no|count|len|max|min|total)_|count|number|_len$",
                    Pattern.CASE_INSENSITIVE);

    private final Unit unit;

    Wording(Unit unit) {
        this.unit = unit;
    }

    /// Whether what is called so is numbered from nought.
    static boolean isNumbered(String name) {
        return NUMBERED.contains(name.substring(name.lastIndexOf('_') + 1));
    }

    boolean speaksOfText(Expression expression) {
        return speaksOfText(expression, 0);
    }

    /// Whether the file compares with a number what is called as something in the expression:
    /// `set(topics)` where `topic == -1` stands elsewhere.
    boolean speaksOfNumbers(Expression expression) {
        var compared = new HashSet<String>();
        unit.tree()
                .walk(node -> {
                    if (node instanceof Expression.Comparison comparison
                            && comparison.operands().stream().anyMatch(Wording::isNumber)) {
                        comparison.operands().forEach(operand -> compared(operand, compared));
                    }
                });
        return isCalledSo(expression, compared, 0);
    }

    private boolean isCalledSo(Expression expression, Set<String> words, int depth) {
        boolean[] found = {false};
        expression.walk(node ->
                found[0] |=
                        switch (node) {
                            case Name name ->
                                    words.contains(last(name.id()))
                                            || depth < 3
                                                    && unit.value(name) instanceof Expression value
                                                    && isCalledSo(value, words, depth + 1);
                            case Attribute attribute -> words.contains(last(attribute.name()));
                            default -> false;
                        });
        return found[0];
    }

    private static boolean isNumber(Expression value) {
        return value instanceof Expression.NumberLiteral
                || value instanceof Expression.Unary unary
                        && unary.operand() instanceof Expression.NumberLiteral;
    }

    private static void compared(Expression operand, Set<String> into) {
        String id =
                switch (operand) {
                    case Name name -> name.id();
                    case Attribute attribute -> attribute.name();
                    default -> "";
                };
        if (!id.isEmpty() && !COUNT.matcher(id).find()) {
            into.add(last(id));
        }
    }

    /// The last word of a name, as it is called when there is one: `topic` of `new_topics`.
    private static String last(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        String word = lower.substring(lower.lastIndexOf('_') + 1);
        return word.endsWith("s") && word.length() > 3 && !word.endsWith("ss")
                ? word.substring(0, word.length() - 1)
                : word;
    }

    private boolean speaksOfText(Expression expression, int depth) {
        boolean[] found = {false};
        expression.walk(node -> found[0] |= names(node, depth));
        return found[0];
    }

    private boolean names(Node node, int depth) {
        return switch (node) {
            case Name name -> {
                Expression value = depth < 3 ? unit.value(name) : null;
                yield isText(name.id())
                        || value != null && speaksOfText(value, depth + 1)
                        || depth < 3 && isFilledWithText(name, depth);
            }
            case Attribute attribute -> isText(attribute.name());
            case StringLiteral key -> isText(key.value());
            default -> false;
        };
    }

    /// Whether texts are put into a variable: `found.add(word)`.
    private boolean isFilledWithText(Name name, int depth) {
        for (Name use : unit.uses(name)) {
            if (unit.parent(use) instanceof Attribute method
                    && (method.name().equals("add") || method.name().equals("update"))
                    && unit.parent(method) instanceof Expression.Call call
                    && call.arguments().stream().anyMatch(put -> speaksOfText(put, depth + 1))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isText(String id) {
        List<String> words = List.of(id.toLowerCase(Locale.ROOT).split("[^a-z]+"));
        if (words.isEmpty()) {
            return false;
        }
        if (words.contains("int") || words.contains("idx") || words.contains("index")) {
            return false;
        }
        String last = words.getLast();
        return last.equals("ids") || last.equals("id")
                ? words.size() > 1 && NAMED.contains(words.get(words.size() - 2))
                : words.stream().anyMatch(Wording::isTextWord);
    }

    private static boolean isTextWord(String word) {
        return TEXT.contains(word)
                || word.endsWith("s") && TEXT.contains(word.substring(0, word.length() - 1))
                || word.endsWith("ies")
                        && TEXT.contains(word.substring(0, word.length() - 3) + "y");
    }
}
