package dev.lockstep.event;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes the bytes, dtype and sizes of tensors, gives their fingerprints and the roots over lists
/// of them: the reference implementation of `docs/reference/fingerprint.md`.
///
/// Written for clarity: it follows the page step by step. The agent computes the same numbers by
/// other means.
public final class Fingerprints {
    /// Lanes of 32 bits in a row.
    public static final int LANES = 512;

    /// Sums of each row.
    public static final int SUMS = 6;

    /// Rows in a block.
    public static final int BLOCK = 16384;

    /// For each sum the byte of a row at which its first lane begins.
    private static final int[] OFFSETS = {0, 0, 1, 2, 2, 3};

    private static final int ROW_BYTES = 4 * LANES;
    private static final int[][] LANE_WEIGHTS = laneWeights();

    private Fingerprints() {}

    /// Takes a tensor's dtype as PyTorch names it, its sizes, and its elements in row-major order,
    /// little-endian; gives its fingerprint. Leaves the buffer's position as it is.
    public static Fingerprint ofTensor(String dtype, List<Long> sizes, ByteBuffer elements) {
        return new Fingerprint(salt(dtype, sizes) + total(elements));
    }

    /// Takes a text, gives its fingerprint.
    public static Fingerprint ofText(String text) {
        return first8("str\n", text.getBytes(StandardCharsets.UTF_8));
    }

    /// Takes bytes, gives their fingerprint; not that of a tensor of `uint8`.
    public static Fingerprint ofBytes(byte[] bytes) {
        return first8("bytes\n", bytes);
    }

    /// Takes fingerprints in their order, null for a member that has none; gives their root.
    public static Fingerprint root(List<? extends @Nullable Fingerprint> members) {
        MessageDigest digest = sha256();
        digest.update(ascii("list\n" + members.size() + "\n"));
        for (Fingerprint member : members) {
            append(digest, member);
        }
        return first8(digest);
    }

    /// Takes named leaves in their order, gives their root, in which the names count; a leaf
    /// without a name counts as one with an empty name.
    public static Fingerprint rootOfLeaves(List<Leaf> leaves) {
        MessageDigest digest = sha256();
        digest.update(ascii("names\n" + leaves.size() + "\n"));
        for (Leaf leaf : leaves) {
            String text = Objects.requireNonNullElse(leaf.name(), "");
            byte[] name = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(name.length).array());
            digest.update(name);
            append(digest, leaf.fingerprint());
        }
        return first8(digest);
    }

    /// Gives number `i` of stream `stream` of the numbers that stand for chance.
    static long random(int stream, long i) {
        return mix(((long) stream << 56) + (i + 1) * 0x9E3779B97F4A7C15L);
    }

    /// Gives the weight of lane `lane` in sum `sum`; 0 for a lane that would reach into the next
    /// row.
    static int laneWeight(int sum, int lane) {
        if (lane == LANES - 1 && OFFSETS[sum] != 0) {
            return 0;
        }
        int weight = (int) (random(1, (long) LANES * sum + lane) >>> 32);
        if (sum == 0 || (sum == 1 && lane == LANES - 1)) {
            return weight | 1;
        }
        return sum == 1 && lane == 0 ? weight & ~1 : weight;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static int[][] laneWeights() {
        int[][] weights = new int[SUMS][LANES];
        for (int sum = 0; sum < SUMS; sum++) {
            for (int lane = 0; lane < LANES; lane++) {
                weights[sum][lane] = laneWeight(sum, lane);
            }
        }
        return weights;
    }

    private static long salt(String dtype, List<Long> sizes) {
        var header = new StringBuilder("tensor\n").append(dtype).append('\n');
        for (int i = 0; i < sizes.size(); i++) {
            header.append(i == 0 ? "" : ",").append(sizes.get(i));
        }
        return first8(header.append('\n').toString(), new byte[0]).bits();
    }

    private static long total(ByteBuffer elements) {
        ByteBuffer bytes = elements.slice();
        ByteBuffer row = ByteBuffer.allocate(ROW_BYTES + Integer.BYTES);
        row.order(ByteOrder.LITTLE_ENDIAN);
        long total = 0;
        for (int block = 0; bytes.hasRemaining(); block++) {
            long sum = 0;
            for (int r = 0; r < BLOCK && bytes.hasRemaining(); r++) {
                fill(row, bytes);
                sum += (random(3, r) | 1) * rowHash(row);
            }
            total += (random(4, block) | 1) * (sum ^ (sum >>> 32));
        }
        return total;
    }

    private static void fill(ByteBuffer row, ByteBuffer bytes) {
        int size = Math.min(bytes.remaining(), ROW_BYTES);
        row.put(0, bytes, bytes.position(), size);
        bytes.position(bytes.position() + size);
        for (int i = size; i < ROW_BYTES; i++) {
            row.put(i, (byte) 0);
        }
    }

    private static long rowHash(ByteBuffer row) {
        long hash = 0;
        for (int sum = 0; sum < SUMS; sum++) {
            int[] weights = LANE_WEIGHTS[sum];
            int wrapped = 0;
            for (int lane = 0; lane < LANES; lane++) {
                wrapped += weights[lane] * row.getInt(Integer.BYTES * lane + OFFSETS[sum]);
            }
            hash += (random(2, sum) | 1) * wrapped;
        }
        return hash ^ (hash >>> 32);
    }

    private static void append(MessageDigest digest, @Nullable Fingerprint member) {
        if (member == null) {
            digest.update((byte) '-');
        } else {
            digest.update((byte) '+');
            digest.update(ByteBuffer.allocate(8).putLong(member.bits()).array());
        }
    }

    private static Fingerprint first8(String header, byte[] rest) {
        MessageDigest digest = sha256();
        digest.update(ascii(header));
        digest.update(rest);
        return first8(digest);
    }

    private static Fingerprint first8(MessageDigest digest) {
        return new Fingerprint(ByteBuffer.wrap(digest.digest()).getLong());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
