package dev.lockstep.source;

import java.text.Normalizer;

/// Takes ranges of characters, gives strings, the same object for the same name.
final class Names {
    private static final int LIMIT = 1 << 17;

    private String[] table = new String[1 << 12];
    private int[] hashes = new int[1 << 12];
    private int size;

    String of(char[] text, int start, int end) {
        int hash = 0;
        boolean ascii = true;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text[i];
            ascii &= text[i] < 128;
        }
        if (!ascii) {
            return Normalizer.normalize(new String(text, start, end - start), Normalizer.Form.NFKC)
                    .intern();
        }
        int mask = table.length - 1;
        int slot = (hash ^ hash >>> 15) & mask;
        while (true) {
            String known = table[slot];
            if (known == null) {
                String name = new String(text, start, end - start);
                table[slot] = name;
                hashes[slot] = hash;
                if (++size > table.length / 2) {
                    grow();
                }
                return name;
            }
            if (hashes[slot] == hash && equal(known, text, start, end)) {
                return known;
            }
            slot = (slot + 1) & mask;
        }
    }

    private static boolean equal(String known, char[] text, int start, int end) {
        if (known.length() != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (known.charAt(i - start) != text[i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        String[] old = table;
        int[] oldHashes = hashes;
        int capacity = old.length >= LIMIT ? 1 << 12 : old.length * 2;
        table = new String[capacity];
        hashes = new int[capacity];
        if (old.length >= LIMIT) {
            size = 0;
            return;
        }
        for (int i = 0; i < old.length; i++) {
            if (old[i] != null) {
                int slot = (oldHashes[i] ^ oldHashes[i] >>> 15) & (capacity - 1);
                while (table[slot] != null) {
                    slot = (slot + 1) & (capacity - 1);
                }
                table[slot] = old[i];
                hashes[slot] = oldHashes[i];
            }
        }
    }
}
