package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
                    "edge",
                    "entity",
                    "feature",
                    "field",
                    "file",
                    "filename",
                    "filepath",
                    "folder",
                    "gene",
                    "genre",
                    "key",
                    "label",
                    "lang",
                    "language",
                    "letter",
                    "name",
                    "patient",
                    "path",
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

    /// What is numbered from nought, so that its `ids` are small numbers.
    private static final Set<String> NUMBERED =
            Set.of("char", "class", "image", "img", "input", "label", "token", "word");

    private final Unit unit;

    Wording(Unit unit) {
        this.unit = unit;
    }

    boolean speaksOfText(Expression expression) {
        return speaksOfText(expression, 0);
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
                yield isText(name.id()) || value != null && speaksOfText(value, depth + 1);
            }
            case Attribute attribute -> isText(attribute.name());
            case StringLiteral key -> isText(key.value());
            default -> false;
        };
    }

    private static boolean isText(String id) {
        List<String> words = List.of(id.toLowerCase(Locale.ROOT).split("[^a-z]+"));
        String last = words.getLast();
        boolean numbered =
                (last.equals("ids") || last.equals("id"))
                        && (words.size() == 1 || NUMBERED.contains(words.get(words.size() - 2)));
        return !numbered
                && (words.size() > 1 && (last.equals("ids") || last.equals("id"))
                        || words.stream().anyMatch(Wording::isTextWord));
    }

    private static boolean isTextWord(String word) {
        return TEXT.contains(word)
                || word.endsWith("s") && TEXT.contains(word.substring(0, word.length() - 1))
                || word.endsWith("ies")
                        && TEXT.contains(word.substring(0, word.length() - 3) + "y");
    }
}
