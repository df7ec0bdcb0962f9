package dev.lockstep.source;

/// Takes the text of literals, gives their values.
final class Literals {
    private static final String IDEOGRAPH = "CJK UNIFIED IDEOGRAPH-";

    private Literals() {}

    static boolean isWhole(String digits) {
        if (digits.length() > 1
                && digits.charAt(0) == '0'
                && Character.isLetter(digits.charAt(1))) {
            return (digits.charAt(1) | 0x20) != 'e' && (digits.charAt(1) | 0x20) != 'j';
        }
        return digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// The value of the literals between two offsets; comments and line ends between them are
    /// skipped.
    static String string(String text, int start, int end) {
        var value = new StringBuilder();
        int at = start;
        while (at < end) {
            char c = text.charAt(at);
            if (c == '#') {
                while (at < end && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                    at++;
                }
            } else if (c <= ' ' || c == '\\' || c == '(' || c == ')') {
                at++;
            } else {
                at = one(text, at, end, value);
            }
        }
        return value.toString();
    }

    private static int one(String text, int start, int end, StringBuilder value) {
        boolean raw = false;
        boolean bytes = false;
        int at = start;
        while (at < end && text.charAt(at) != '"' && text.charAt(at) != '\'') {
            raw |= (text.charAt(at) | 0x20) == 'r';
            bytes |= (text.charAt(at) | 0x20) == 'b';
            at++;
        }
        if (at >= end) {
            return end;
        }
        char quote = text.charAt(at);
        boolean triple = text.startsWith(String.valueOf(quote).repeat(3), at);
        at += triple ? 3 : 1;
        while (at < end) {
            char c = text.charAt(at);
            if (c == quote
                    && (!triple
                            || at + 2 < end
                                    && text.charAt(at + 1) == quote
                                    && text.charAt(at + 2) == quote)) {
                return at + (triple ? 3 : 1);
            }
            if (c == '\\' && at + 1 < end) {
                if (raw) {
                    value.append(c).append(text.charAt(at + 1));
                    at += 2;
                } else {
                    at = escape(text, at + 1, end, bytes, value);
                }
            } else if (c == '\r') {
                value.append('\n');
                at += at + 1 < end && text.charAt(at + 1) == '\n' ? 2 : 1;
            } else {
                value.append(c);
                at++;
            }
        }
        return end;
    }

    private static int escape(String text, int at, int end, boolean bytes, StringBuilder value) {
        char c = text.charAt(at);
        switch (c) {
            case '\n' -> {
                return at + 1;
            }
            case '\r' -> {
                return at + (at + 1 < end && text.charAt(at + 1) == '\n' ? 2 : 1);
            }
            case 'n' -> value.append('\n');
            case 't' -> value.append('\t');
            case 'r' -> value.append('\r');
            case 'a' -> value.append('\u0007');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'v' -> value.append('\u000B');
            case '\\', '\'', '"' -> value.append(c);
            case 'x' -> {
                return number(text, at + 1, end, 2, value);
            }
            case 'u', 'U' -> {
                if (!bytes) {
                    return number(text, at + 1, end, c == 'u' ? 4 : 8, value);
                }
                value.append('\\').append(c);
            }
            case 'N' -> {
                int close = text.indexOf('}', at);
                if (!bytes
                        && at + 1 < end
                        && text.charAt(at + 1) == '{'
                        && close > 0
                        && close < end) {
                    String name = text.substring(at + 2, close);
                    try {
                        value.appendCodePoint(
                                name.startsWith(IDEOGRAPH)
                                        ? Integer.parseInt(name.substring(IDEOGRAPH.length()), 16)
                                        : Character.codePointOf(name));
                    } catch (IllegalArgumentException e) {
                        value.append('\uFFFD');
                    }
                    return close + 1;
                }
                value.append("\\N");
            }
            default -> {
                if (c >= '0' && c <= '7') {
                    int p = at;
                    int code = 0;
                    while (p < end
                            && p < at + 3
                            && text.charAt(p) >= '0'
                            && text.charAt(p) <= '7') {
                        code = code * 8 + text.charAt(p++) - '0';
                    }
                    value.append((char) code);
                    return p;
                }
                value.append('\\').append(c);
            }
        }
        return at + 1;
    }

    private static int number(String text, int at, int end, int length, StringBuilder value) {
        int code = 0;
        int p = at;
        while (p < end && p < at + length && Character.digit(text.charAt(p), 16) >= 0) {
            code = code * 16 + Character.digit(text.charAt(p++), 16);
        }
        value.appendCodePoint(Character.isValidCodePoint(code) ? code : 0xFFFD);
        return p;
    }
}
