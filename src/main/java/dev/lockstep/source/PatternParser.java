package dev.lockstep.source;

import static dev.lockstep.source.Token.*;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the patterns of `match` statements.
abstract class PatternParser extends ExpressionParser {
    private static final int MAX_DEPTH = 150;

    /// What stands behind `case`: one pattern, or a sequence without brackets.
    Pattern patterns() {
        int start = starts[i];
        Pattern first = starOrPattern();
        if (kinds[i] != COMMA) {
            if (first instanceof Pattern.Star) {
                throw fail("a starred pattern cannot stand alone");
            }
            return first;
        }
        int mark = mark();
        push(first);
        while (accept(COMMA) && kinds[i] != COLON && kinds[i] != IF) {
            push(starOrPattern());
        }
        return new Pattern.Sequence(start, last(), pop(mark));
    }

    private Pattern starOrPattern() {
        if (kinds[i] != STAR) {
            return pattern();
        }
        int start = starts[i++];
        String name = capture();
        return new Pattern.Star(start, last(), name);
    }

    /// A name that captures, or null for `_`.
    private @Nullable String capture() {
        String name = identifier();
        return name.equals("_") ? null : name;
    }

    private Pattern pattern() {
        if (++depth > MAX_DEPTH) {
            throw fail("this is nested too deeply");
        }
        int start = starts[i];
        Pattern first = closed();
        if (kinds[i] == VBAR) {
            int mark = mark();
            push(first);
            while (accept(VBAR)) {
                push(closed());
            }
            first = new Pattern.Or(start, last(), pop(mark));
        }
        if (accept(AS)) {
            String name = identifier();
            first = new Pattern.As(start, last(), first, name);
        }
        depth--;
        return first;
    }

    private Pattern closed() {
        int start = starts[i];
        switch (kinds[i]) {
            case NAME -> {
                if (kinds[i + 1] == DOT || kinds[i + 1] == LPAR) {
                    return dotted(start);
                }
                String name = capture();
                return new Pattern.Capture(start, last(), name);
            }
            case LPAR -> {
                i++;
                return group(start, RPAR);
            }
            case LSQB -> {
                i++;
                return group(start, RSQB);
            }
            case LBRACE -> {
                i++;
                return mapping(start);
            }
            case NUMBER, MINUS, STRING, STRING_START, TRUE, FALSE, NONE -> {
                Expression value = binary(5);
                return new Pattern.Value(start, last(), value);
            }
            default -> throw fail("expected a pattern");
        }
    }

    private Expression dottedName() {
        int start = starts[i];
        Expression name = new Expression.Name(start, ends[i], identifier());
        int steps = 0;
        while (accept(DOT)) {
            String attribute = identifier();
            name = new Expression.Attribute(start, last(), name, attribute);
            if (++steps > MAX_DEPTH) {
                throw fail("this chain is too long");
            }
        }
        return name;
    }

    private Pattern dotted(int start) {
        Expression name = dottedName();
        if (kinds[i] != LPAR) {
            return new Pattern.Value(start, last(), name);
        }
        i++;
        int mark = mark();
        var names = new ArrayList<String>();
        while (kinds[i] != RPAR) {
            if (kinds[i] == NAME && kinds[i + 1] == ASSIGN) {
                names.add(word(i));
                i += 2;
            } else if (!names.isEmpty()) {
                throw fail("a positional pattern follows a keyword pattern");
            }
            push(pattern());
            if (!accept(COMMA) && kinds[i] != RPAR) {
                throw fail("expected ',' or ')'");
            }
        }
        i++;
        return new Pattern.Instance(start, last(), name, pop(mark), List.copyOf(names));
    }

    private Pattern group(int start, int close) {
        int mark = mark();
        boolean comma = false;
        while (kinds[i] != close) {
            push(starOrPattern());
            if (accept(COMMA)) {
                comma = true;
            } else if (kinds[i] != close) {
                throw fail("expected ','");
            }
        }
        i++;
        List<Pattern> patterns = pop(mark);
        if (close == RPAR
                && patterns.size() == 1
                && !comma
                && !(patterns.get(0) instanceof Pattern.Star)) {
            return patterns.get(0);
        }
        return new Pattern.Sequence(start, last(), patterns);
    }

    private Pattern mapping(int start) {
        var keys = new ArrayList<Expression>();
        int mark = mark();
        String rest = null;
        while (kinds[i] != RBRACE) {
            if (accept(DOUBLE_STAR)) {
                rest = identifier();
            } else {
                keys.add(kinds[i] == NAME ? dottedName() : binary(5));
                expect(COLON, "':'");
                push(pattern());
            }
            if (!accept(COMMA) && kinds[i] != RBRACE) {
                throw fail("expected ',' or '}'");
            }
        }
        i++;
        return new Pattern.Mapping(start, last(), List.copyOf(keys), pop(mark), rest);
    }
}
