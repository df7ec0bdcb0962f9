package dev.lockstep.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The first look at a file: tells which of a set of identifiers its bytes hold, in one pass.
///
/// Each identifier has marks, bits that say whom it concerns. A file without any of them cannot
/// give a finding and is not parsed. The search compares whole identifiers, so `random` is found in
/// `np.random.rand` and not in `randomised`; it neither decodes nor skips strings and comments, so
/// it may say yes too often and never no wrongly.
public final class Words {
    /// Whether a byte belongs to an identifier.
    private static final boolean[] OF_WORDS = new boolean[256];

    static {
        for (char c = 0; c < 128; c++) {
            OF_WORDS[c] = Character.isLetterOrDigit(c) || c == '_';
        }
    }

    /// How far from its brace a written set is looked for.
    private static final int LONGEST_SET = 400;

    private final byte[][] table;
    private final long[] marks;
    private final long all;
    private final int mask;

    /// The lengths of the words that begin with a byte, a bit each; those of 63 and more share one.
    private final long[] lengths = new long[128];

    private Words(byte[][] table, long[] marks, long all) {
        this.table = table;
        this.marks = marks;
        this.all = all;
        this.mask = table.length - 1;
        for (byte[] word : table) {
            if (word != null && word.length > 0) {
                lengths[word[0]] |= 1L << Math.min(word.length, 63);
            }
        }
    }

    private boolean mayBe(int first, int length) {
        return (lengths[first] >>> Math.min(length, 63) & 1) != 0;
    }

    /// Takes identifiers of ASCII letters, digits and `_`, all with the same mark.
    public static Words of(Collection<String> words) {
        var marks = new HashMap<String, Long>();
        words.forEach(word -> marks.put(word, 1L));
        return of(marks);
    }

    /// Takes identifiers of ASCII letters, digits and `_`, each with its marks.
    public static Words of(Map<String, Long> words) {
        int size = Integer.highestOneBit(Math.max(8, words.size()) * 8 - 1) << 1;
        byte[][] table = new byte[size][];
        long[] marks = new long[size];
        long all = 0;
        for (Map.Entry<String, Long> entry : words.entrySet()) {
            String word = entry.getKey();
            byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
            int hash = 0;
            for (byte b : bytes) {
                if (!isWordByte(b)) {
                    throw new IllegalArgumentException("not an identifier: " + word);
                }
                hash = hash * 31 + b;
            }
            int slot = spread(hash) & (size - 1);
            while (table[slot] != null && !Arrays.equals(table[slot], bytes)) {
                slot = (slot + 1) & (size - 1);
            }
            table[slot] = bytes;
            marks[slot] |= entry.getValue();
            all |= entry.getValue();
        }
        return new Words(table, marks, all);
    }

    /// Tells whether one of the words stands in the bytes.
    public boolean in(byte[] text) {
        return look(text, true) != 0;
    }

    /// The marks of all words that stand in the bytes.
    public long marks(byte[] text) {
        return look(text, false);
    }

    /// Tells whether a text may hold a set that is written down, `{word for word in text}` or
    /// `{"a", "b"}`: braces with a comma or a `for` in them before any colon.
    static boolean mayHoldSet(byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '{') {
                continue;
            }
            boolean several = false;
            int end = Math.min(text.length, i + LONGEST_SET);
            for (int k = i + 1; k < end; k++) {
                byte b = text[k];
                if (b == ':' || b == '{') {
                    break;
                }
                several |= b == ',' || b == 'f' && isFor(text, k);
                if (b == '}') {
                    if (several) {
                        return true;
                    }
                    break;
                }
            }
        }
        return false;
    }

    private static boolean isFor(byte[] text, int at) {
        return at + 3 < text.length
                && text[at + 1] == 'o'
                && text[at + 2] == 'r'
                && !isWordByte(text[at - 1])
                && !isWordByte(text[at + 3]);
    }

    /// The marks of all words that stand in a name.
    public long marks(String name) {
        long found = 0;
        int length = name.length();
        int i = 0;
        while (i < length) {
            int start = i;
            int hash = 0;
            char c = 0;
            while (i < length && (c = name.charAt(i)) < 128 && isWordByte((byte) c)) {
                hash = hash * 31 + c;
                i++;
            }
            if (i - start > 2 && mayBe(name.charAt(start), i - start)) {
                found |= marks(name, start, i, hash);
            }
            i++;
        }
        return found;
    }

    private long marks(String name, int start, int end, int hash) {
        int slot = spread(hash) & mask;
        for (byte[] word = table[slot]; word != null; word = table[slot]) {
            boolean same = word.length == end - start;
            for (int k = 0; same && k < word.length; k++) {
                same = word[k] == name.charAt(start + k);
            }
            if (same) {
                return marks[slot];
            }
            slot = (slot + 1) & mask;
        }
        return 0;
    }

    private long look(byte[] text, boolean any) {
        long found = 0;
        int length = text.length;
        int i = 0;
        while (i < length) {
            if (!isWordByte(text[i])) {
                i++;
                continue;
            }
            int start = i;
            int hash = 0;
            while (i < length && isWordByte(text[i])) {
                hash = hash * 31 + text[i++];
            }
            if (i - start > 2 && mayBe(text[start], i - start)) {
                found |= marks(text, start, i, hash);
                if (any ? found != 0 : found == all) {
                    return found;
                }
            }
        }
        return found;
    }

    private long marks(byte[] text, int start, int end, int hash) {
        int slot = spread(hash) & mask;
        for (byte[] word = table[slot]; word != null; word = table[slot]) {
            if (Arrays.equals(word, 0, word.length, text, start, end)) {
                return marks[slot];
            }
            slot = (slot + 1) & mask;
        }
        return 0;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    private static boolean isWordByte(byte b) {
        return OF_WORDS[b & 0xFF];
    }
}
