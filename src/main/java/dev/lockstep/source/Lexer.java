package dev.lockstep.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Takes text, gives its tokens in three arrays that are used again for the next file.
///
/// Whatever the text, it ends: each step consumes a character or closes something, and going back
/// to an unclosed bracket or string happens a bounded number of times.
final class Lexer {
    private static final int MAX_INDENT = 100;
    private static final int MAX_BRACKETS = 200;
    private static final int MAX_STRING_NESTING = 50;
    private static final int MAX_RESTARTS = 16;

    byte[] kinds = new byte[1 << 12];
    int[] starts = new int[1 << 12];
    int[] ends = new int[1 << 12];
    int count;

    /// Pairs of start and end of the comments.
    int[] comments = new int[64];

    int commentLength;

    /// The index of each error token, ascending, and what is wrong there.
    int[] errorTokens = new int[8];

    final List<String> errorMessages = new ArrayList<>();

    char[] text = new char[1 << 14];
    private int length;
    private boolean notebook;
    private int at;
    private final int[] columns = new int[MAX_INDENT + 1];
    private final int[] alternatives = new int[MAX_INDENT + 1];
    private int indents;
    private final byte[] brackets = new byte[MAX_BRACKETS + 1];
    private final int[] bracketAts = new int[MAX_BRACKETS + 1];
    private int depth;
    private int stringNesting;
    private int restarts;

    private static final byte[] CLASS = new byte[128];
    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte DIGIT = 2;
    private static final byte QUOTE = 3;

    static {
        Arrays.fill(CLASS, 'a', 'z' + 1, LETTER);
        Arrays.fill(CLASS, 'A', 'Z' + 1, LETTER);
        CLASS['_'] = LETTER;
        Arrays.fill(CLASS, '0', '9' + 1, DIGIT);
        CLASS['\''] = QUOTE;
        CLASS['"'] = QUOTE;
    }

    void run(Source source) {
        String content = source.text();
        length = content.length();
        if (text.length < length + 4) {
            text = new char[Math.max(length + 4, text.length * 2)];
        }
        content.getChars(0, length, text, 0);
        Arrays.fill(text, length, length + 4, '\0');
        notebook = source.isNotebook();
        at = 0;
        count = 0;
        commentLength = 0;
        errorMessages.clear();
        indents = 0;
        columns[0] = 0;
        alternatives[0] = 0;
        depth = 0;
        stringNesting = 0;
        restarts = 0;
        lines();
    }

    private void lines() {
        indentation();
        while (true) {
            char c = text[at];
            switch (c) {
                case ' ', '\t', '\f' -> at++;
                case '\n', '\r' -> {
                    int start = at;
                    lineEnd();
                    if (depth == 0) {
                        add(Token.NEWLINE, start, at);
                        indentation();
                    } else {
                        bracketLine();
                    }
                }
                case '#' -> comment();
                case '\\' -> continuation();
                default -> {
                    if (c == '\0' && at >= length) {
                        if (depth > 0 && unclosed()) {
                            continue;
                        }
                        finish();
                        return;
                    }
                    token();
                }
            }
        }
    }

    private void finish() {
        if (count > 0 && kinds[count - 1] != Token.NEWLINE && kinds[count - 1] != Token.DEDENT) {
            add(Token.NEWLINE, length, length);
        }
        while (indents > 0) {
            indents--;
            add(Token.DEDENT, length, length);
        }
        add(Token.EOF, length, length);
    }

    /// The end of the file came with a bracket open: goes back to the line after the outermost one.
    /// Returns false when that was done too often; then the error stands at the end.
    private boolean unclosed() {
        int open = bracketAts[0];
        char bracket = text[open];
        if (++restarts > MAX_RESTARTS) {
            depth = 0;
            error(open, open + 1, "'" + bracket + "' was never closed");
            return false;
        }
        int next = open;
        while (next < length && text[next] != '\n' && text[next] != '\r') {
            next++;
        }
        dropFrom(next);
        at = next;
        depth = 0;
        error(open, open + 1, "'" + bracket + "' was never closed");
        return true;
    }

    /// Forgets every token and comment that starts at `offset` or behind it.
    private void dropFrom(int offset) {
        while (count > 0 && starts[count - 1] >= offset) {
            count--;
        }
        while (!errorMessages.isEmpty() && errorTokens[errorMessages.size() - 1] >= count) {
            errorMessages.removeLast();
        }
        while (commentLength > 0 && comments[commentLength - 2] >= offset) {
            commentLength -= 2;
        }
    }

    private void lineEnd() {
        at += text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
    }

    private void comment() {
        int start = at;
        while (text[at] != '\n' && text[at] != '\r' && at < length) {
            at++;
        }
        if (commentLength == comments.length) {
            comments = Arrays.copyOf(comments, commentLength * 2);
        }
        comments[commentLength++] = start;
        comments[commentLength++] = at;
    }

    private void continuation() {
        char next = text[at + 1];
        if (next == '\n' || next == '\r') {
            at++;
            lineEnd();
            if (at >= length) {
                error(at, at, "the file ends after a line continuation");
            }
            return;
        }
        error(at, at + 1, "unexpected character after a line continuation");
        at++;
        if (!notebook) {
            while (text[at] != '\n' && text[at] != '\r' && at < length) {
                at++;
            }
        }
    }

    /// At the start of a line inside brackets: a keyword that can only start a statement shows that
    /// the bracket was left open.
    private void bracketLine() {
        int look = at;
        while (text[look] == ' ' || text[look] == '\t') {
            look++;
        }
        char c = text[look];
        if (c < 'a' || c > 'z') {
            return;
        }
        int end = look + 1;
        while (text[end] >= 'a' && text[end] <= 'z') {
            end++;
        }
        if (isIdentifierPart(text[end]) || text[end] == '=') {
            return;
        }
        if (Token.startsOnlyStatements(Keywords.kind(text, look, end))) {
            int open = bracketAts[0];
            depth = 0;
            error(open, open + 1, "'" + text[open] + "' was never closed");
            add(Token.NEWLINE, at, at);
            indentation();
        }
    }

    /// At the start of a logical line: skips blank lines and comments, then opens or closes blocks.
    private void indentation() {
        int column;
        int alternative;
        while (true) {
            column = 0;
            alternative = 0;
            while (true) {
                char c = text[at];
                if (c == ' ') {
                    column++;
                    alternative++;
                } else if (c == '\t') {
                    column = (column / 8 + 1) * 8;
                    alternative++;
                } else if (c == '\f') {
                    column = 0;
                    alternative = 0;
                } else if (c == '\\' && (text[at + 1] == '\n' || text[at + 1] == '\r')) {
                    at++;
                    lineEnd();
                    continue;
                } else {
                    break;
                }
                at++;
            }
            char c = text[at];
            if (c == '#') {
                comment();
            } else if (notebook && (c == '%' || c == '!' || c == '?')) {
                skipLine();
            } else if (c != '\n' && c != '\r') {
                break;
            }
            if (at >= length) {
                break;
            }
            lineEnd();
        }
        if (at >= length) {
            return;
        }
        if (column == columns[indents]) {
            if (alternative != alternatives[indents]) {
                error(at, at, "tabs and spaces are mixed in this indentation");
            }
        } else if (column > columns[indents]) {
            if (indents == MAX_INDENT) {
                error(at, at, "too many levels of indentation");
                return;
            }
            boolean mixed = alternative <= alternatives[indents];
            indents++;
            columns[indents] = column;
            alternatives[indents] = alternative;
            add(Token.INDENT, at, at);
            if (mixed) {
                error(at, at, "tabs and spaces are mixed in this indentation");
            }
        } else {
            while (indents > 0 && column < columns[indents]) {
                indents--;
                add(Token.DEDENT, at, at);
            }
            if (column != columns[indents]) {
                error(at, at, "this indentation matches no outer level");
            } else if (alternative != alternatives[indents]) {
                error(at, at, "tabs and spaces are mixed in this indentation");
            }
        }
    }

    private void skipLine() {
        while (text[at] != '\n' && text[at] != '\r' && at < length) {
            at++;
        }
    }

    /// Reads one token that is no line end, comment or space.
    private void token() {
        char c = text[at];
        switch (c < 128 ? CLASS[c] : OTHER) {
            case LETTER -> name();
            case DIGIT -> number();
            case QUOTE -> string(at, at);
            default -> {
                if (c >= 128) {
                    if (startsIdentifier(at)) {
                        name();
                    } else {
                        int next = at + Character.charCount(codePoint(at));
                        error(at, next, "a character that cannot stand in Python source");
                        at = next;
                    }
                } else {
                    operator(c);
                }
            }
        }
    }

    private int codePoint(int offset) {
        return Character.codePointAt(text, offset, Math.max(length, offset + 1));
    }

    private boolean startsIdentifier(int offset) {
        int point = codePoint(offset);
        return Character.isUnicodeIdentifierStart(point) || point == 0x2118 || point == 0x212E;
    }

    private boolean isIdentifierPart(char c) {
        return c < 128
                ? CLASS[c] == LETTER || CLASS[c] == DIGIT
                : Character.isUnicodeIdentifierPart(c) || Character.isSurrogate(c);
    }

    private void name() {
        int start = at;
        int end = at;
        boolean ascii = true;
        while (true) {
            char c = text[end];
            if (c < 128) {
                if (CLASS[c] != LETTER && CLASS[c] != DIGIT) {
                    break;
                }
                end++;
            } else {
                int point = codePoint(end);
                if (!Character.isUnicodeIdentifierPart(point)
                        && !Character.isUnicodeIdentifierStart(point)
                        && point != 0x2118
                        && point != 0x212E
                        && point != 0xB7) {
                    break;
                }
                ascii = false;
                end += Character.charCount(point);
            }
        }
        if (end - start <= 2 && (text[end] == '"' || text[end] == '\'') && isPrefix(start, end)) {
            string(start, end);
            return;
        }
        at = end;
        add(ascii ? Keywords.kind(text, start, end) : Token.NAME, start, end);
    }

    private boolean isPrefix(int start, int end) {
        int first = text[start] | 0x20;
        if (end - start == 1) {
            return first == 'r' || first == 'b' || first == 'f' || first == 'u' || first == 't';
        }
        int second = text[start + 1] | 0x20;
        return first == 'r'
                ? second == 'b' || second == 'f' || second == 't'
                : second == 'r' && (first == 'b' || first == 'f' || first == 't');
    }

    private void string(int start, int quoteAt) {
        boolean raw = false;
        boolean fields = false;
        for (int i = start; i < quoteAt; i++) {
            int letter = text[i] | 0x20;
            raw |= letter == 'r';
            fields |= letter == 'f' || letter == 't';
        }
        char quote = text[quoteAt];
        boolean triple = text[quoteAt + 1] == quote && text[quoteAt + 2] == quote;
        at = quoteAt + (triple ? 3 : 1);
        if (fields) {
            if (stringNesting == MAX_STRING_NESTING) {
                error(start, at, "strings are nested too deeply");
                return;
            }
            stringNesting++;
            add(Token.STRING_START, start, at);
            fieldString(start, quote, triple, raw);
            stringNesting--;
            return;
        }
        if (triple) {
            while (true) {
                char c = text[at];
                if (c == quote && text[at + 1] == quote && text[at + 2] == quote) {
                    at += 3;
                    add(Token.STRING, start, at);
                    return;
                } else if (c == '\\') {
                    at += 2;
                } else if (c == '\0' && at >= length) {
                    unterminatedTriple(start);
                    return;
                } else {
                    at++;
                }
            }
        }
        while (true) {
            char c = text[at];
            if (c == quote) {
                at++;
                add(Token.STRING, start, at);
                return;
            } else if (c == '\\') {
                at += text[at + 1] == '\r' && text[at + 2] == '\n' ? 3 : 2;
            } else if (c == '\n' || c == '\r' || c == '\0' && at >= length) {
                at = Math.min(at, length);
                error(start, at, "this string is not closed");
                return;
            } else {
                at++;
            }
        }
    }

    private void unterminatedTriple(int start) {
        restart(start);
        error(start, Math.min(start + 3, length), "this triple-quoted string is not closed");
    }

    /// Goes on reading at the end of the line of `from`; when that was done too often, at the end
    /// of the file.
    private void restart(int from) {
        if (++restarts > MAX_RESTARTS) {
            at = length;
            return;
        }
        at = from;
        skipLine();
        dropFrom(at);
    }

    /// Reads a string with replacement fields, from behind its opening quote. Returns behind the
    /// closing quote, or behind an error.
    private void fieldString(int start, char quote, boolean triple, boolean raw) {
        int part = at;
        while (true) {
            char c = text[at];
            if (c == quote && (!triple || text[at + 1] == quote && text[at + 2] == quote)) {
                addPart(part);
                int end = at + (triple ? 3 : 1);
                add(Token.STRING_END, at, end);
                at = end;
                return;
            } else if (c == '\\') {
                char next = text[at + 1];
                if (next == '{' || next == '}') {
                    at++;
                } else if (next == 'N' && !raw && text[at + 2] == '{') {
                    at += 3;
                    while (text[at] != '}'
                            && text[at] != '\n'
                            && text[at] != quote
                            && at < length) {
                        at++;
                    }
                    if (text[at] == '}') {
                        at++;
                    }
                } else {
                    at += next == '\r' && text[at + 2] == '\n' ? 3 : 2;
                }
            } else if (c == '{') {
                if (text[at + 1] == '{') {
                    at += 2;
                } else {
                    addPart(part);
                    if (!field(quote, triple, raw)) {
                        return;
                    }
                    part = at;
                }
            } else if (c == '}') {
                if (text[at + 1] != '}') {
                    error(at, at + 1, "single '}' in a string with replacement fields");
                    at++;
                } else {
                    at += 2;
                }
            } else if (c == '\0' && at >= length) {
                if (triple) {
                    unterminatedTriple(start);
                } else {
                    at = length;
                    error(start, at, "this string is not closed");
                }
                return;
            } else if (!triple && (c == '\n' || c == '\r')) {
                error(start, at, "this string is not closed");
                return;
            } else {
                at++;
            }
        }
    }

    private void addPart(int start) {
        if (at > start) {
            add(Token.STRING_PART, start, at);
        }
    }

    /// Reads one replacement field from its `{`; returns false when the string cannot go on.
    private boolean field(char quote, boolean triple, boolean raw) {
        int open = at;
        add(Token.LBRACE, at, at + 1);
        at++;
        int base = depth;
        while (true) {
            char c = text[at];
            switch (c) {
                case ' ', '\t', '\f' -> {
                    at++;
                    continue;
                }
                case '\n', '\r' -> {
                    lineEnd();
                    continue;
                }
                case '#' -> {
                    comment();
                    continue;
                }
                case '\\' -> {
                    continuation();
                    continue;
                }
                default -> {}
            }
            if (c == '\0' && at >= length) {
                depth = base;
                restart(open);
                error(open, open + 1, "'{' was never closed");
                return false;
            }
            if (depth == base) {
                if (c == '}') {
                    add(Token.RBRACE, at, at + 1);
                    at++;
                    return true;
                }
                if (c == ':') {
                    add(Token.COLON, at, at + 1);
                    at++;
                    return format(quote, triple, raw, open);
                }
                if (c == '!' && text[at + 1] != '=') {
                    add(Token.BANG, at, at + 1);
                    at++;
                    continue;
                }
                if (c == ')' || c == ']') {
                    error(at, at + 1, "unmatched '" + c + "'");
                    at++;
                    continue;
                }
            }
            token();
            if (kinds[count - 1] == Token.ERROR && isLineEnd(text[at])) {
                depth = base;
                return false;
            }
        }
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r' || c == '\0';
    }

    /// Reads a format specification up to the `}` of its field.
    private boolean format(char quote, boolean triple, boolean raw, int open) {
        int part = at;
        while (true) {
            char c = text[at];
            if (c == '{') {
                addPart(part);
                if (stringNesting >= MAX_STRING_NESTING) {
                    error(at, at + 1, "strings are nested too deeply");
                    return false;
                }
                stringNesting++;
                boolean going = field(quote, triple, raw);
                stringNesting--;
                if (!going) {
                    return false;
                }
                part = at;
            } else if (c == '}') {
                addPart(part);
                add(Token.RBRACE, at, at + 1);
                at++;
                return true;
            } else if (c == '\0' && at >= length
                    || !triple && (c == '\n' || c == '\r')
                    || c == quote && (!triple || text[at + 1] == quote && text[at + 2] == quote)) {
                error(open, at, "'{' was never closed");
                if (c == quote) {
                    at += triple ? 3 : 1;
                }
                return false;
            } else if (c == '\\' && !raw && at + 1 < length) {
                at += 2;
            } else {
                at++;
            }
        }
    }

    private void number() {
        int start = at;
        int p = at;
        boolean bad = false;
        char second = (char) (text[p + 1] | 0x20);
        if (text[p] == '0' && (second == 'x' || second == 'o' || second == 'b')) {
            int base = second == 'x' ? 16 : second == 'o' ? 8 : 2;
            p += 2;
            bad = true;
            while (true) {
                if (text[p] == '_' && Character.digit(text[p + 1], base) >= 0) {
                    p++;
                } else if (text[p] < 128 && Character.digit(text[p], base) >= 0) {
                    bad = false;
                    p++;
                } else {
                    break;
                }
            }
        } else {
            p = digits(p);
            boolean whole = true;
            if (text[p] == '.') {
                whole = false;
                p = digits(p + 1);
            }
            int exponent = exponent(p);
            if (exponent > 0) {
                whole = false;
                p = exponent;
            }
            if ((text[p] | 0x20) == 'j') {
                whole = false;
                p++;
            }
            if (whole && text[start] == '0') {
                for (int i = start; i < p; i++) {
                    bad |= text[i] != '0' && text[i] != '_';
                }
            }
        }
        endNumber(start, p, bad);
    }

    private void endNumber(int start, int end, boolean wrong) {
        int p = end;
        boolean bad = wrong;
        if (isIdentifierPart(text[p]) && !keywordFollows(p)) {
            bad = true;
            while (isIdentifierPart(text[p])) {
                p++;
            }
        }
        at = p;
        if (bad) {
            error(start, p, "this number is not valid");
        } else {
            add(Token.NUMBER, start, p);
        }
    }

    private boolean keywordFollows(int p) {
        int end = p;
        while (text[end] >= 'a' && text[end] <= 'z') {
            end++;
        }
        return switch (Keywords.kind(text, p, end)) {
            case Token.AND,
                    Token.ELSE,
                    Token.FOR,
                    Token.IF,
                    Token.IN,
                    Token.IS,
                    Token.NOT,
                    Token.OR ->
                    true;
            default -> false;
        };
    }

    private int digits(int from) {
        int p = from;
        while (text[p] >= '0' && text[p] <= '9'
                || text[p] == '_' && p > from && text[p + 1] >= '0' && text[p + 1] <= '9') {
            p++;
        }
        return p;
    }

    /// Behind the exponent that starts at `p`, or 0 when none does.
    private int exponent(int p) {
        if ((text[p] | 0x20) != 'e') {
            return 0;
        }
        int q = p + 1;
        if (text[q] == '+' || text[q] == '-') {
            q++;
        }
        return text[q] >= '0' && text[q] <= '9' ? digits(q) : 0;
    }

    private void open(char c, byte kind) {
        if (depth == MAX_BRACKETS) {
            error(at, at + 1, "too many nested brackets");
            return;
        }
        brackets[depth] = kind;
        bracketAts[depth] = at;
        depth++;
        add(kind, at, at + 1);
    }

    private void close(char c, byte kind, byte open) {
        if (depth == 0) {
            error(at, at + 1, "unmatched '" + c + "'");
            return;
        }
        if (brackets[depth - 1] != open) {
            error(at, at + 1, "'" + c + "' does not match '" + text[bracketAts[depth - 1]] + "'");
            depth--;
            return;
        }
        depth--;
        add(kind, at, at + 1);
    }

    private void operator(char c) {
        char next = text[at + 1];
        switch (c) {
            case '(' -> {
                open(c, Token.LPAR);
                at++;
            }
            case '[' -> {
                open(c, Token.LSQB);
                at++;
            }
            case '{' -> {
                open(c, Token.LBRACE);
                at++;
            }
            case ')' -> {
                close(c, Token.RPAR, Token.LPAR);
                at++;
            }
            case ']' -> {
                close(c, Token.RSQB, Token.LSQB);
                at++;
            }
            case '}' -> {
                close(c, Token.RBRACE, Token.LBRACE);
                at++;
            }
            case ',' -> one(Token.COMMA);
            case ';' -> one(Token.SEMICOLON);
            case '~' -> one(Token.TILDE);
            case ':' -> {
                if (next == '=') {
                    two(Token.WALRUS);
                } else {
                    one(Token.COLON);
                }
            }
            case '.' -> {
                if (next >= '0' && next <= '9') {
                    int start = at;
                    int p = digits(at + 1);
                    int exponent = exponent(p);
                    p = exponent > 0 ? exponent : p;
                    if ((text[p] | 0x20) == 'j') {
                        p++;
                    }
                    endNumber(start, p, false);
                } else if (next == '.' && text[at + 2] == '.') {
                    add(Token.ELLIPSIS, at, at + 3);
                    at += 3;
                } else {
                    one(Token.DOT);
                }
            }
            case '=' -> {
                if (next == '=') {
                    two(Token.EQUAL);
                } else {
                    one(Token.ASSIGN);
                    if (notebook) {
                        assignedMagic();
                    }
                }
            }
            case '+' -> augmentable(Token.PLUS, next);
            case '-' -> {
                if (next == '>') {
                    two(Token.ARROW);
                } else {
                    augmentable(Token.MINUS, next);
                }
            }
            case '*' -> {
                if (next == '*') {
                    doubled(Token.DOUBLE_STAR);
                } else {
                    augmentable(Token.STAR, next);
                }
            }
            case '/' -> {
                if (next == '/') {
                    doubled(Token.DOUBLE_SLASH);
                } else {
                    augmentable(Token.SLASH, next);
                }
            }
            case '%' -> augmentable(Token.PERCENT, next);
            case '@' -> augmentable(Token.AT, next);
            case '|' -> augmentable(Token.VBAR, next);
            case '^' -> augmentable(Token.CARET, next);
            case '&' -> augmentable(Token.AMPER, next);
            case '<' -> {
                if (next == '<') {
                    doubled(Token.LSHIFT);
                } else if (next == '=') {
                    two(Token.LESS_EQUAL);
                } else if (next == '>') {
                    error(at, at + 2, "'<>' is Python 2");
                    at += 2;
                } else {
                    one(Token.LESS);
                }
            }
            case '>' -> {
                if (next == '>') {
                    doubled(Token.RSHIFT);
                } else if (next == '=') {
                    two(Token.GREATER_EQUAL);
                } else {
                    one(Token.GREATER);
                }
            }
            case '!' -> {
                if (next == '=') {
                    two(Token.NOT_EQUAL);
                } else {
                    one(Token.BANG);
                }
            }
            case '?' -> {
                if (notebook) {
                    skipLine();
                } else {
                    error(at, at + 1, "a character that cannot stand in Python source");
                    at++;
                }
            }
            default -> {
                error(at, at + 1, "a character that cannot stand in Python source");
                at++;
            }
        }
    }

    /// Behind `=` in a notebook: `!command` and `%magic` stand for a value.
    private void assignedMagic() {
        int p = at;
        while (text[p] == ' ') {
            p++;
        }
        if (depth == 0 && (text[p] == '!' || text[p] == '%')) {
            at = p;
            skipLine();
            add(Token.ELLIPSIS, p, at);
        }
    }

    private void one(byte kind) {
        add(kind, at, at + 1);
        at++;
    }

    private void two(byte kind) {
        add(kind, at, at + 2);
        at += 2;
    }

    private void augmentable(byte kind, char next) {
        if (next == '=') {
            two((byte) (kind + Token.AUGMENTED));
        } else {
            one(kind);
        }
    }

    private void doubled(byte kind) {
        if (text[at + 2] == '=') {
            add((byte) (kind + Token.AUGMENTED), at, at + 3);
            at += 3;
        } else {
            two(kind);
        }
    }

    private void error(int start, int end, String message) {
        if (errorMessages.size() == errorTokens.length) {
            errorTokens = Arrays.copyOf(errorTokens, errorTokens.length * 2);
        }
        errorTokens[errorMessages.size()] = count;
        errorMessages.add(message);
        add(Token.ERROR, start, end);
    }

    String errorMessage(int token) {
        int found = Arrays.binarySearch(errorTokens, 0, errorMessages.size(), token);
        return found >= 0 ? errorMessages.get(found) : "this is not Python";
    }

    private void add(byte kind, int start, int end) {
        if (count == kinds.length) {
            grow();
        }
        kinds[count] = kind;
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    private void grow() {
        kinds = Arrays.copyOf(kinds, count * 2);
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
    }
}
