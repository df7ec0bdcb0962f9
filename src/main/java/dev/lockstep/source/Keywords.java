package dev.lockstep.source;

/// Takes the characters of a name, gives the kind of the keyword it is, or `NAME`.
final class Keywords {
    private Keywords() {}

    static byte kind(char[] text, int start, int end) {
        int length = end - start;
        if (length < 2 || length > 8) {
            return Token.NAME;
        }
        char first = text[start];
        char second = text[start + 1];
        return switch (length) {
            case 2 ->
                    switch (first) {
                        case 'a' -> second == 's' ? Token.AS : Token.NAME;
                        case 'i' ->
                                switch (second) {
                                    case 'f' -> Token.IF;
                                    case 'n' -> Token.IN;
                                    case 's' -> Token.IS;
                                    default -> Token.NAME;
                                };
                        case 'o' -> second == 'r' ? Token.OR : Token.NAME;
                        default -> Token.NAME;
                    };
            case 3 ->
                    switch (first) {
                        case 'a' -> match(text, start, "and", Token.AND);
                        case 'd' ->
                                text[start + 2] == 'f'
                                        ? match(text, start, "def", Token.DEF)
                                        : match(text, start, "del", Token.DEL);
                        case 'f' -> match(text, start, "for", Token.FOR);
                        case 'n' -> match(text, start, "not", Token.NOT);
                        case 't' -> match(text, start, "try", Token.TRY);
                        default -> Token.NAME;
                    };
            case 4 ->
                    switch (first) {
                        case 'T' -> match(text, start, "True", Token.TRUE);
                        case 'N' -> match(text, start, "None", Token.NONE);
                        case 'e' ->
                                text[start + 2] == 'i'
                                        ? match(text, start, "elif", Token.ELIF)
                                        : match(text, start, "else", Token.ELSE);
                        case 'f' -> match(text, start, "from", Token.FROM);
                        case 'p' -> match(text, start, "pass", Token.PASS);
                        case 'w' -> match(text, start, "with", Token.WITH);
                        default -> Token.NAME;
                    };
            case 5 ->
                    switch (first) {
                        case 'F' -> match(text, start, "False", Token.FALSE);
                        case 'a' ->
                                second == 's'
                                        ? match(text, start, "async", Token.ASYNC)
                                        : match(text, start, "await", Token.AWAIT);
                        case 'b' -> match(text, start, "break", Token.BREAK);
                        case 'c' -> match(text, start, "class", Token.CLASS);
                        case 'r' -> match(text, start, "raise", Token.RAISE);
                        case 'w' -> match(text, start, "while", Token.WHILE);
                        case 'y' -> match(text, start, "yield", Token.YIELD);
                        default -> Token.NAME;
                    };
            case 6 ->
                    switch (first) {
                        case 'a' -> match(text, start, "assert", Token.ASSERT);
                        case 'e' -> match(text, start, "except", Token.EXCEPT);
                        case 'g' -> match(text, start, "global", Token.GLOBAL);
                        case 'i' -> match(text, start, "import", Token.IMPORT);
                        case 'l' -> match(text, start, "lambda", Token.LAMBDA);
                        case 'r' -> match(text, start, "return", Token.RETURN);
                        default -> Token.NAME;
                    };
            case 7 -> first == 'f' ? match(text, start, "finally", Token.FINALLY) : Token.NAME;
            default ->
                    first == 'c'
                            ? match(text, start, "continue", Token.CONTINUE)
                            : first == 'n'
                                    ? match(text, start, "nonlocal", Token.NONLOCAL)
                                    : Token.NAME;
        };
    }

    private static byte match(char[] text, int start, String word, byte kind) {
        for (int i = 1; i < word.length(); i++) {
            if (text[start + i] != word.charAt(i)) {
                return Token.NAME;
            }
        }
        return kind;
    }
}
