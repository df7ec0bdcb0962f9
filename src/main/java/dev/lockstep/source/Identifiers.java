package dev.lockstep.source;

import java.util.Arrays;

/// Takes the bytes of a file, tells which identifiers may stand in it: of each it keeps the hash
/// alone, so one that does not stand there is seldom taken for one that does, and never the other
/// way round.
///
/// One with other letters than ASCII's may stand anywhere.
final class Identifiers {
    private final int[] hashes;

    private Identifiers(int[] hashes) {
        this.hashes = hashes;
    }

    static Identifiers of(byte[] text) {
        int[] found = new int[text.length / 8 + 8];
        int count = 0;
        int hash = 0;
        boolean within = false;
        for (int at = 0; at <= text.length; at++) {
            if (at < text.length && isPart(text[at])) {
                hash = 31 * hash + text[at];
                within = true;
            } else if (within) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = hash;
                hash = 0;
                within = false;
            }
        }
        Arrays.sort(found, 0, count);
        return new Identifiers(distinct(found, count));
    }

    private static int[] distinct(int[] sorted, int count) {
        int kept = 0;
        for (int at = 0; at < count; at++) {
            if (kept == 0 || sorted[kept - 1] != sorted[at]) {
                sorted[kept++] = sorted[at];
            }
        }
        return Arrays.copyOf(sorted, kept);
    }

    private static boolean isPart(byte one) {
        return one >= 'a' && one <= 'z'
                || one >= 'A' && one <= 'Z'
                || one >= '0' && one <= '9'
                || one == '_';
    }

    /// Whether an identifier may stand in the file.
    boolean mayHold(String identifier) {
        // String.hashCode is specified as the sum that is worked out above.
        return Arrays.binarySearch(hashes, identifier.hashCode()) >= 0
                || identifier.chars().anyMatch(c -> c > 127);
    }
}
