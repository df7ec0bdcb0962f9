package dev.lockstep.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes a file's bytes, gives its {@link Source}, by the declaration of PEP 263.
final class Decoder {
    private static final String BINARY = "the file holds a null byte: it is not Python source";

    private Decoder() {}

    static Source decode(String path, byte[] bytes) {
        boolean mark =
                bytes.length >= 3
                        && bytes[0] == (byte) 0xEF
                        && bytes[1] == (byte) 0xBB
                        && bytes[2] == (byte) 0xBF;
        int from = mark ? 3 : 0;
        for (byte b : bytes) {
            if (b == 0) {
                return new Source(
                        path, "", UTF_8, mark, List.of(new SyntaxError(0, 0, BINARY)), null);
            }
        }
        String name = declared(bytes, from);
        Charset charset = UTF_8;
        if (name != null && mark && (charset(name) != UTF_8 || name.equalsIgnoreCase("utf8"))) {
            String text = new String(bytes, from, bytes.length - from, UTF_8);
            var odds =
                    new SyntaxError(
                            0, 0, "the byte-order mark of UTF-8 is at odds with '" + name + "'");
            return new Source(path, text, UTF_8, true, List.of(odds), null);
        }
        if (name != null && !mark) {
            Charset found = charset(name);
            if (found == null) {
                String text = new String(bytes, from, bytes.length - from, ISO_8859_1);
                var unknown =
                        new SyntaxError(0, 0, "the declared encoding '" + name + "' is unknown");
                return new Source(path, text, ISO_8859_1, false, List.of(unknown), null);
            }
            charset = found;
        }
        String text = new String(bytes, from, bytes.length - from, charset);
        if (text.indexOf('\uFFFD') >= 0) {
            int wrong = firstMalformed(bytes, from, charset);
            if (wrong >= 0) {
                int at = text.indexOf('\uFFFD');
                var problem =
                        new SyntaxError(
                                at, at + 1, "byte " + wrong + " is not valid " + charset.name());
                return new Source(path, text, charset, mark, List.of(problem), null);
            }
        }
        return new Source(path, text, charset, mark, List.of(), null);
    }

    private static int firstMalformed(byte[] bytes, int from, Charset charset) {
        var in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        try {
            charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(in);
            return -1;
        } catch (CharacterCodingException e) {
            return in.position();
        }
    }

    /// The encoding named by a comment in the first two lines, or null.
    private static @Nullable String declared(byte[] bytes, int from) {
        int at = from;
        for (int line = 0; line < 2 && at < bytes.length; line++) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            int first = at;
            while (first < end
                    && (bytes[first] == ' ' || bytes[first] == '\t' || bytes[first] == '\f')) {
                first++;
            }
            if (first < end) {
                if (bytes[first] != '#') {
                    return null;
                }
                String name =
                        coding(new String(bytes, first, Math.min(end - first, 400), ISO_8859_1));
                if (name != null) {
                    return name;
                }
            }
            at =
                    end
                            + (end + 1 < bytes.length
                                            && bytes[end] == '\r'
                                            && bytes[end + 1] == '\n'
                                    ? 2
                                    : 1);
        }
        return null;
    }

    private static @Nullable String coding(String comment) {
        int from = comment.indexOf("coding");
        if (from < 0) {
            return null;
        }
        int at = from + 6;
        if (at >= comment.length() || (comment.charAt(at) != ':' && comment.charAt(at) != '=')) {
            return null;
        }
        at++;
        while (at < comment.length() && (comment.charAt(at) == ' ' || comment.charAt(at) == '\t')) {
            at++;
        }
        int end = at;
        while (end < comment.length() && isNamePart(comment.charAt(end))) {
            end++;
        }
        return end > at ? comment.substring(at, end) : null;
    }

    private static boolean isNamePart(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '_'
                || c == '.';
    }

    private static @Nullable Charset charset(String declared) {
        String name = declared.toLowerCase(Locale.ROOT).replace('_', '-');
        if (name.equals("utf-8") || name.startsWith("utf-8-") || name.equals("utf8")) {
            return UTF_8;
        }
        String known =
                switch (name) {
                    case "latin-1", "latin1", "l1", "iso-latin-1" -> "ISO-8859-1";
                    case "mbcs", "ansi" -> "windows-1252";
                    case "cp949", "uhc" -> "x-windows-949";
                    case "cp932", "ms932", "mskanji" -> "windows-31j";
                    case "hz", "hz-gb-2312" -> "GB2312";
                    case "mac-roman", "macroman" -> "x-MacRoman";
                    case "iso2022-jp", "csiso2022jp" -> "ISO-2022-JP";
                    default ->
                            name.startsWith("iso-8859-") && name.length() > 11
                                    ? name.substring(0, 11)
                                    : name;
                };
        try {
            return Charset.forName(known);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return null;
        }
    }
}
