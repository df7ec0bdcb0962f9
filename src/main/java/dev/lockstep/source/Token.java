package dev.lockstep.source;

/// The kinds of tokens, as small numbers because a file has very many; the order matters to {@link
/// #isKeyword}.
final class Token {
    static final byte EOF = 0;
    static final byte NEWLINE = 1;
    static final byte INDENT = 2;
    static final byte DEDENT = 3;
    static final byte ERROR = 4;
    static final byte NAME = 5;
    static final byte NUMBER = 6;
    static final byte STRING = 7;

    /// The opening quote of a string with replacement fields; then come `STRING_PART`, fields in
    /// braces, and `STRING_END`.
    static final byte STRING_START = 8;

    static final byte STRING_PART = 9;
    static final byte STRING_END = 10;

    static final byte LPAR = 11;
    static final byte RPAR = 12;
    static final byte LSQB = 13;
    static final byte RSQB = 14;
    static final byte LBRACE = 15;
    static final byte RBRACE = 16;
    static final byte COMMA = 17;
    static final byte COLON = 18;
    static final byte SEMICOLON = 19;
    static final byte DOT = 20;
    static final byte ELLIPSIS = 21;
    static final byte ASSIGN = 22;
    static final byte WALRUS = 23;
    static final byte ARROW = 24;
    static final byte BANG = 25;

    static final byte PLUS = 30;
    static final byte MINUS = 31;
    static final byte STAR = 32;
    static final byte SLASH = 33;
    static final byte DOUBLE_SLASH = 34;
    static final byte PERCENT = 35;
    static final byte AT = 36;
    static final byte DOUBLE_STAR = 37;
    static final byte VBAR = 38;
    static final byte CARET = 39;
    static final byte AMPER = 40;
    static final byte LSHIFT = 41;
    static final byte RSHIFT = 42;
    static final byte TILDE = 43;

    /// An operator with `=` behind it; the kind of the operator is this minus `AUGMENTED`.
    static final byte AUGMENTED = 20;

    static final byte PLUS_ASSIGN = PLUS + AUGMENTED;
    static final byte RSHIFT_ASSIGN = RSHIFT + AUGMENTED;

    static final byte LESS = 70;
    static final byte GREATER = 71;
    static final byte EQUAL = 72;
    static final byte LESS_EQUAL = 73;
    static final byte GREATER_EQUAL = 74;
    static final byte NOT_EQUAL = 75;

    static final byte FALSE = 80;
    static final byte NONE = 81;
    static final byte TRUE = 82;
    static final byte AND = 83;
    static final byte AS = 84;
    static final byte ASSERT = 85;
    static final byte ASYNC = 86;
    static final byte AWAIT = 87;
    static final byte BREAK = 88;
    static final byte CLASS = 89;
    static final byte CONTINUE = 90;
    static final byte DEF = 91;
    static final byte DEL = 92;
    static final byte ELIF = 93;
    static final byte ELSE = 94;
    static final byte EXCEPT = 95;
    static final byte FINALLY = 96;
    static final byte FOR = 97;
    static final byte FROM = 98;
    static final byte GLOBAL = 99;
    static final byte IF = 100;
    static final byte IMPORT = 101;
    static final byte IN = 102;
    static final byte IS = 103;
    static final byte LAMBDA = 104;
    static final byte NONLOCAL = 105;
    static final byte NOT = 106;
    static final byte OR = 107;
    static final byte PASS = 108;
    static final byte RAISE = 109;
    static final byte RETURN = 110;
    static final byte TRY = 111;
    static final byte WHILE = 112;
    static final byte WITH = 113;
    static final byte YIELD = 114;

    private Token() {}

    static boolean isKeyword(int kind) {
        return kind >= FALSE;
    }

    static boolean isAugmented(int kind) {
        return kind >= PLUS_ASSIGN && kind <= RSHIFT_ASSIGN;
    }

    /// Whether a keyword can only start a statement: inside brackets at the start of a line it
    /// shows that a bracket was left open.
    static boolean startsOnlyStatements(int kind) {
        return switch (kind) {
            case ASSERT,
                    BREAK,
                    CLASS,
                    CONTINUE,
                    DEF,
                    DEL,
                    ELIF,
                    EXCEPT,
                    FINALLY,
                    GLOBAL,
                    IMPORT,
                    NONLOCAL,
                    PASS,
                    RAISE,
                    RETURN,
                    TRY,
                    WHILE,
                    WITH ->
                    true;
            default -> false;
        };
    }
}
