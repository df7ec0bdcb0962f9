package dev.lockstep.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One whole event as it stands in its stream, decoded only when somebody asks.
///
/// An item looks into its reader's buffer: it is valid until that reader is asked for the next one.
/// {@link #kept} gives a copy that stays.
public final class Item implements EventSource.Next {
    private static final String[] KINDS = {
        "stream",
        "process",
        "torch",
        "seed",
        "draw",
        "entropy",
        "loader",
        "batch",
        "optimizer",
        "backward",
        "step",
        "leaves",
        "listing",
        "save",
        "load",
        "open",
        "write",
        "state",
        "generators",
        "clock",
        "concurrent",
        "start",
        "pin",
        "variable",
        "flag",
        "warning",
        "operation",
        "mutation",
        "untapped",
        "problem",
        "limit",
        "packages",
        "end"
    };
    private static final byte[][][] KIND_BYTES = new byte[128][][];
    private static final String[][] KIND_NAMES = new String[128][];
    private static final String KIND_KEY = "k";

    static {
        for (String kind : KINDS) {
            byte[] bytes = kind.getBytes(StandardCharsets.US_ASCII);
            int slot = slot(bytes, 0, bytes.length);
            byte[][] chain = KIND_BYTES[slot] == null ? new byte[0][] : KIND_BYTES[slot];
            String[] names = KIND_NAMES[slot] == null ? new String[0] : KIND_NAMES[slot];
            KIND_BYTES[slot] = Arrays.copyOf(chain, chain.length + 1);
            KIND_NAMES[slot] = Arrays.copyOf(names, names.length + 1);
            KIND_BYTES[slot][chain.length] = bytes;
            KIND_NAMES[slot][chain.length] = kind;
        }
    }

    private static int slot(byte[] bytes, int from, int to) {
        return (bytes[from] * 31 + bytes[to - 1] * 7 + (to - from)) & 127;
    }

    private final byte[] bytes;
    private final int from;
    private final int to;
    private final String kind;

    private Item(byte[] bytes, int from, int to, String kind) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.kind = kind;
    }

    /// Takes a measured item; it must be a map whose first key is `k`.
    static Item of(byte[] bytes, int from, int to) {
        if ((bytes[from] & 0xff) >> 5 != 5) {
            throw new Cbor.Malformed("an item that is not a map");
        }
        Cbor.Cursor cursor = new Cbor.Cursor(bytes, from);
        if (cursor.head() == 0 || !cursor.skipTextEquals(KIND_KEY) || cursor.major() != 3) {
            throw new Cbor.Malformed("an item whose first key is not its kind");
        }
        int start = cursor.position();
        int length = (int) cursor.head();
        int at = cursor.position();
        if (length > 0) {
            int slot = slot(bytes, at, at + length);
            byte[][] chain = KIND_BYTES[slot];
            if (chain != null) {
                for (int i = 0; i < chain.length; i++) {
                    if (Arrays.equals(chain[i], 0, chain[i].length, bytes, at, at + length)) {
                        return new Item(bytes, from, to, KIND_NAMES[slot][i]);
                    }
                }
            }
        }
        return new Item(bytes, from, to, new Cbor.Cursor(bytes, start).text());
    }

    /// Gives the kind, as the stream spells it.
    public String kind() {
        return kind;
    }

    /// Gives the number of bytes.
    public int length() {
        return to - from;
    }

    /// Whether both are the same bytes, hence the same event.
    public boolean sameBytes(Item other) {
        return Arrays.equals(bytes, from, to, other.bytes, other.from, other.to);
    }

    /// Gives a copy that stays valid.
    public Item kept() {
        return new Item(Arrays.copyOfRange(bytes, from, to), 0, to - from, kind);
    }

    /// Gives the event.
    ///
    /// @throws Unreadable when a key holds a value of another type than the format says
    public Event event() throws Unreadable {
        try {
            return EventCodec.event(fields());
        } catch (Cbor.Malformed e) {
            throw Unreadable.damaged("an event of kind " + kind, String.valueOf(e.getMessage()));
        }
    }

    /// Gives every key with its value, in the stream's order, unknown ones too; fingerprints as
    /// {@link Fingerprint}, other byte strings as `byte[]`.
    public Map<String, @Nullable Object> fields() {
        return new Cbor.Cursor(bytes, from).map();
    }

    /// Gives the integer under a key without decoding the rest, or `absent`.
    public long integer(String key, long absent) {
        Cbor.Cursor cursor = find(key);
        if (cursor == null) {
            return absent;
        }
        return switch (cursor.major()) {
            case 0 -> cursor.head();
            case 1 -> -1 - cursor.head();
            default -> absent;
        };
    }

    /// Whether there is a value other than null under a key, without decoding it.
    public boolean has(String key) {
        Cbor.Cursor cursor = find(key);
        return cursor != null && !cursor.isNull();
    }

    /// Whether the value under a key is true, without decoding the rest.
    public boolean flag(String key) {
        Cbor.Cursor cursor = find(key);
        return cursor != null && cursor.isTrue();
    }

    /// Gives the bytes of the value under a key without decoding it; null when there is none.
    public byte @Nullable [] raw(String key) {
        Cbor.Cursor cursor = find(key);
        if (cursor == null || cursor.isNull()) {
            return null;
        }
        int start = cursor.position();
        cursor.skip();
        return Arrays.copyOfRange(bytes, start, cursor.position());
    }

    /// Gives how many members the list or map under a key has, or 0.
    public int size(String key) {
        Cbor.Cursor cursor = find(key);
        return cursor == null || cursor.major() < 4 || cursor.major() > 5 ? 0 : (int) cursor.head();
    }

    private Cbor.@Nullable Cursor find(String key) {
        Cbor.Cursor cursor = new Cbor.Cursor(bytes, from);
        int size = (int) cursor.head();
        for (int i = 0; i < size; i++) {
            if (cursor.skipTextEquals(key)) {
                return cursor;
            }
            cursor.skip();
        }
        return null;
    }

    /// Gives the bytes as they stand in the stream.
    public byte[] bytes() {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /// Gives the bytes of the same event with another value under a key.
    public byte[] bytesWith(String key, @Nullable Object value) {
        Map<String, @Nullable Object> all = new Cbor.Cursor(bytes, from).map();
        all.put(key, value);
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16);
        Cbor.write(out, all);
        return out.toByteArray();
    }
}
