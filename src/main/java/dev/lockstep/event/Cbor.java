package dev.lockstep.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The subset of CBOR (RFC 8949) that streams use: definite lengths, integers of 64 bits, byte and
/// text strings, arrays, maps with text keys, booleans, null and floats.
///
/// Measuring an item allocates nothing and trusts no declared length beyond the bytes that are
/// there.
final class Cbor {
    /// No item may be longer than this many bytes.
    static final int LARGEST_ITEM = 64 << 20;

    /// No item may nest deeper than this.
    static final int DEEPEST = 16;

    static final int TOO_SHORT = -1;

    private Cbor() {}

    /// Bytes that are not a stream's CBOR. Cheap to throw: the reader turns it into a sentence.
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /// Gives the end of the item at `from`, or {@link #TOO_SHORT} when it goes on after `limit`.
    static int end(byte[] bytes, int from, int limit) {
        long end = end(bytes, from, limit, 0);
        if ((end < 0 ? limit : end) - from > LARGEST_ITEM) {
            throw new Malformed("an event is longer than " + (LARGEST_ITEM >> 20) + " MiB");
        }
        return (int) end;
    }

    private static long end(byte[] bytes, int at, int limit, int depth) {
        if (at >= limit) {
            return TOO_SHORT;
        }
        int head = bytes[at] & 0xff;
        int major = head >> 5;
        int info = head & 31;
        if (info > 27) {
            throw new Malformed(
                    info == 31
                            ? "an item of indefinite length, which streams do not use"
                            : "a byte that begins no item");
        }
        int next = at + 1;
        long argument = info;
        if (info >= 24) {
            int width = 1 << (info - 24);
            if (next + width > limit) {
                return TOO_SHORT;
            }
            argument = unsigned(bytes, next, width);
            next += width;
        }
        switch (major) {
            case 0, 1 -> {
                if (argument < 0) {
                    throw new Malformed("an integer of more than 64 bits");
                }
                return next;
            }
            case 2, 3 -> {
                if (argument < 0 || argument > LARGEST_ITEM) {
                    throw new Malformed(
                            "a string declares " + Long.toUnsignedString(argument) + " bytes");
                }
                return next + argument > limit ? TOO_SHORT : next + argument;
            }
            case 4, 5 -> {
                if (argument < 0 || argument > LARGEST_ITEM) {
                    throw new Malformed(
                            "a collection declares "
                                    + Long.toUnsignedString(argument)
                                    + " members");
                }
                if (depth == DEEPEST) {
                    throw new Malformed("nested deeper than " + DEEPEST + " levels");
                }
                long members = major == 5 ? argument * 2 : argument;
                for (long i = 0; i < members; i++) {
                    if (major == 5
                            && (i & 1) == 0
                            && next < limit
                            && (bytes[next] & 0xff) >> 5 != 3) {
                        throw new Malformed("a key that is not text");
                    }
                    long end = end(bytes, next, limit, depth + 1);
                    if (end < 0) {
                        return TOO_SHORT;
                    }
                    next = (int) end;
                }
                return next;
            }
            case 7 -> {
                if (info < 20 || info == 24) {
                    throw new Malformed("an unknown simple value");
                }
                return next;
            }
            default -> throw new Malformed("a tag, which streams do not use");
        }
    }

    private static long unsigned(byte[] bytes, int at, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }

    /// Walks over one whole, measured item.
    static final class Cursor {
        private final byte[] bytes;
        private int at;

        Cursor(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        int position() {
            return at;
        }

        int major() {
            return (bytes[at] & 0xff) >> 5;
        }

        /// Reads the head of an item and gives its argument.
        long head() {
            int info = bytes[at++] & 31;
            if (info < 24) {
                return info;
            }
            int width = 1 << (info - 24);
            long argument = unsigned(bytes, at, width);
            at += width;
            return argument;
        }

        boolean isTrue() {
            return (bytes[at] & 0xff) == 0xf5;
        }

        boolean isNull() {
            return (bytes[at] & 0xff) == 0xf6 || (bytes[at] & 0xff) == 0xf7;
        }

        void skip() {
            int major = major();
            long argument = head();
            switch (major) {
                case 2, 3 -> at += (int) argument;
                case 4, 5 -> {
                    long members = major == 5 ? argument * 2 : argument;
                    for (long i = 0; i < members; i++) {
                        skip();
                    }
                }
                default -> {}
            }
        }

        /// Whether the text here is exactly this ASCII text; moves behind it either way.
        boolean skipTextEquals(String text) {
            int length = (int) head();
            int start = at;
            at += length;
            if (length != text.length()) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (bytes[start + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        String text() {
            int length = (int) head();
            String text = new String(bytes, at, length, StandardCharsets.UTF_8);
            at += length;
            return text;
        }

        @Nullable Object value() {
            int major = major();
            int info = bytes[at] & 31;
            switch (major) {
                case 0 -> {
                    return head();
                }
                case 1 -> {
                    return -1 - head();
                }
                case 2 -> {
                    int length = (int) head();
                    byte[] value = java.util.Arrays.copyOfRange(bytes, at, at + length);
                    at += length;
                    return length == 8 ? new Fingerprint(unsigned(value, 0, 8)) : value;
                }
                case 3 -> {
                    return text();
                }
                case 4 -> {
                    int size = (int) head();
                    List<@Nullable Object> list = new ArrayList<>(Math.min(size, 1024));
                    for (int i = 0; i < size; i++) {
                        list.add(value());
                    }
                    return list;
                }
                case 5 -> {
                    return map();
                }
                default -> {
                    long argument = head();
                    return switch (info) {
                        case 20 -> Boolean.FALSE;
                        case 21 -> Boolean.TRUE;
                        case 25 -> (double) Float.float16ToFloat((short) argument);
                        case 26 -> (double) Float.intBitsToFloat((int) argument);
                        case 27 -> Double.longBitsToDouble(argument);
                        default -> null;
                    };
                }
            }
        }

        Map<String, @Nullable Object> map() {
            int size = (int) head();
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                String key = text();
                Object value = value();
                map.putIfAbsent(key, value);
            }
            return map;
        }
    }

    /// Appends one value.
    static void write(ByteArrayOutputStream out, @Nullable Object value) {
        switch (value) {
            case null -> out.write(0xf6);
            case Boolean bool -> out.write(bool ? 0xf5 : 0xf4);
            case Integer integer -> writeInteger(out, integer);
            case Long integer -> writeInteger(out, integer);
            case Double real -> {
                float shorter = real.floatValue();
                if (shorter == real) {
                    writeHead(out, 7, 26, Float.floatToRawIntBits(shorter), 4);
                } else {
                    writeHead(out, 7, 27, Double.doubleToRawLongBits(real), 8);
                }
            }
            case Fingerprint fingerprint -> {
                out.write(0x48);
                writeUnsigned(out, fingerprint.bits(), 8);
            }
            case byte[] bytes -> {
                writeArgument(out, 2, bytes.length);
                out.writeBytes(bytes);
            }
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                writeArgument(out, 3, bytes.length);
                out.writeBytes(bytes);
            }
            case List<?> list -> {
                writeArgument(out, 4, list.size());
                for (Object member : list) {
                    write(out, member);
                }
            }
            case Map<?, ?> map -> {
                writeArgument(out, 5, map.size());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    write(out, entry.getKey());
                    write(out, entry.getValue());
                }
            }
            default -> throw new IllegalArgumentException("no form for " + value.getClass());
        }
    }

    private static void writeInteger(ByteArrayOutputStream out, long value) {
        if (value < 0) {
            writeArgument(out, 1, -1 - value);
        } else {
            writeArgument(out, 0, value);
        }
    }

    private static void writeArgument(ByteArrayOutputStream out, int major, long argument) {
        if (argument < 24) {
            out.write(major << 5 | (int) argument);
        } else if (argument < 1 << 8) {
            writeHead(out, major, 24, argument, 1);
        } else if (argument < 1 << 16) {
            writeHead(out, major, 25, argument, 2);
        } else if (argument < 1L << 32) {
            writeHead(out, major, 26, argument, 4);
        } else {
            writeHead(out, major, 27, argument, 8);
        }
    }

    private static void writeHead(
            ByteArrayOutputStream out, int major, int info, long argument, int width) {
        out.write(major << 5 | info);
        writeUnsigned(out, argument, width);
    }

    private static void writeUnsigned(ByteArrayOutputStream out, long value, int width) {
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}
