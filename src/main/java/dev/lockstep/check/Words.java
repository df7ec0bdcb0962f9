package dev.lockstep.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/// The first look at a file: tells whether its bytes hold one of a set of identifiers.
///
/// A file without any of them cannot give a finding and is not parsed. The search compares whole
/// identifiers, so `random` is found in `np.random.rand` and not in `randomised`; it neither
/// decodes nor skips strings and comments, so it may say yes too often and never no wrongly.
public final class Words {
    private final byte[][] table;
    private final int mask;

    private Words(byte[][] table) {
        this.table = table;
        this.mask = table.length - 1;
    }

    /// Takes identifiers of ASCII letters, digits and `_`.
    public static Words of(Collection<String> words) {
        int size = Integer.highestOneBit(Math.max(8, words.size()) * 8 - 1) << 1;
        byte[][] table = new byte[size][];
        for (String word : words) {
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
        }
        return new Words(table);
    }

    /// Tells whether one of the words stands in the bytes.
    public boolean in(byte[] text) {
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
            if (i - start > 2 && contains(text, start, i, hash)) {
                return true;
            }
        }
        return false;
    }

    private boolean contains(byte[] text, int start, int end, int hash) {
        int slot = spread(hash) & mask;
        for (byte[] word = table[slot]; word != null; word = table[slot]) {
            if (Arrays.equals(word, 0, word.length, text, start, end)) {
                return true;
            }
            slot = (slot + 1) & mask;
        }
        return false;
    }

    private static int spread(int hash) {
        return hash ^ (hash >>> 15);
    }

    private static boolean isWordByte(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_';
    }
}
