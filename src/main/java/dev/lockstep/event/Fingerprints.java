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
/// Written for clarity: it follows the page step by step in 64-bit integers. The agent computes the
/// same numbers by other means.
public final class Fingerprints {
    /// Lanes of 32 bits in a row.
    public static final int LANES = 512;

    /// Sums of each row.
    public static final int SUMS = 4;

    /// Rows in a block.
    public static final int BLOCK = 16384;

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

    /// Gives the weight of lane `lane` in sum `sum`: from -8192 to 8192, never 0.
    static int laneWeight(int sum, int lane) {
        int value = (int) (random(1, (long) LANES * sum + lane) >>> 50) - 8192;
        return value >= 0 ? value + 1 : value;
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
        ByteBuffer bytes = elements.slice().order(ByteOrder.LITTLE_ENDIAN);
        int[] lanes = new int[LANES];
        long total = 0;
        for (int block = 0; bytes.hasRemaining(); block++) {
            long sum = 0;
            for (int row = 0; row < BLOCK && bytes.hasRemaining(); row++) {
                fill(lanes, bytes);
                sum += (random(3, row) | 1) * rowHash(lanes);
            }
            total += (random(4, block) | 1) * (sum ^ (sum >>> 32));
        }
        return total;
    }

    private static void fill(int[] lanes, ByteBuffer bytes) {
        if (bytes.remaining() >= ROW_BYTES) {
            bytes.asIntBuffer().get(lanes);
            bytes.position(bytes.position() + ROW_BYTES);
            return;
        }
        ByteBuffer row = ByteBuffer.allocate(ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        row.put(bytes).rewind();
        row.asIntBuffer().get(lanes);
    }

    private static long rowHash(int[] lanes) {
        long hash = 0;
        for (int sum = 0; sum < SUMS; sum++) {
            int[] weights = LANE_WEIGHTS[sum];
            long exact = 0;
            for (int lane = 0; lane < LANES; lane++) {
                exact += (long) weights[lane] * lanes[lane];
            }
            hash += (random(2, sum) | 1) * exact;
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
