package dev.lockstep.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FingerprintsTest {
    private static JsonNode vectors(String key) throws Exception {
        try (InputStream in =
                Objects.requireNonNull(
                        FingerprintsTest.class.getResourceAsStream("fingerprints.json"))) {
            JsonNode vectors = JsonMapper.shared().readTree(in).get(key);
            assertThat(vectors.size()).isPositive();
            return vectors;
        }
    }

    @Test
    void tensorsHaveTheFingerprintsOfTheVectors() throws Exception {
        for (JsonNode vector : vectors("tensors")) {
            var sizes = new ArrayList<Long>();
            vector.get("sizes").forEach(size -> sizes.add(size.asLong()));
            byte[] bytes =
                    vector.has("bytes")
                            ? HexFormat.of().parseHex(vector.get("bytes").asString())
                            : noise(vector.get("seed").asInt(), vector.get("count").asInt());
            Fingerprint fingerprint =
                    Fingerprints.ofTensor(
                            vector.get("dtype").asString(), sizes, ByteBuffer.wrap(bytes));
            assertThat(fingerprint.hex())
                    .as("%s %s", vector.get("dtype"), sizes)
                    .isEqualTo(vector.get("fingerprint").asString());
        }
    }

    @Test
    void rootsAndTextsAreThoseOfTheVectors() throws Exception {
        for (JsonNode vector : vectors("roots")) {
            var members = new ArrayList<@Nullable Fingerprint>();
            vector.get("members").forEach(member -> members.add(fingerprint(member)));
            assertThat(Fingerprints.root(members).hex()).isEqualTo(vector.get("root").asString());
        }
        for (JsonNode vector : vectors("leaves")) {
            var leaves = new ArrayList<Leaf>();
            vector.get("leaves")
                    .forEach(leaf ->
                            leaves.add(new Leaf(leaf.get(0).asString(), fingerprint(leaf.get(1)))));
            assertThat(Fingerprints.rootOfLeaves(leaves).hex())
                    .isEqualTo(vector.get("root").asString());
        }
        for (JsonNode vector : vectors("texts")) {
            assertThat(Fingerprints.ofText(vector.get("text").asString()).hex())
                    .isEqualTo(vector.get("fingerprint").asString());
        }
    }

    @Test
    void oneLaneAndTheTwoEndsOfARowAlwaysShow() {
        int last = Fingerprints.LANES - 1;
        for (int lane = 0; lane <= last; lane++) {
            assertThat(Fingerprints.laneWeight(0, lane) & 1).isOne();
        }
        // With an odd determinant no two numbers but zeros give zeros in both sums.
        int determinant =
                Fingerprints.laneWeight(0, 0) * Fingerprints.laneWeight(1, last)
                        - Fingerprints.laneWeight(0, last) * Fingerprints.laneWeight(1, 0);
        assertThat(determinant & 1).isOne();
        for (int sum = 2; sum < Fingerprints.SUMS; sum++) {
            assertThat(Fingerprints.laneWeight(sum, last)).isZero();
        }
    }

    @Property
    void oneFlippedBitIsSeen(
            @ForAll @Size(min = 1, max = 5000) byte[] bytes, @ForAll @IntRange(min = 0) int place) {
        byte[] other = bytes.clone();
        other[place % bytes.length] ^= (byte) (1 << (place / bytes.length % 8));
        assertThat(of(other)).isNotEqualTo(of(bytes));
    }

    @Property
    void twoFlipsOfOneBitAreSeen(
            @ForAll @Size(min = 2, max = 600) int[] lanes,
            @ForAll @IntRange(min = 0, max = 599) int first,
            @ForAll @IntRange(min = 0, max = 599) int second,
            @ForAll @IntRange(min = 0, max = 31) int bit) {
        int[] other = lanes.clone();
        other[first % lanes.length] ^= 1 << bit;
        other[second % lanes.length] ^= 1 << bit;
        boolean same = first % lanes.length == second % lanes.length;
        assertThat(of(other).equals(of(lanes))).isEqualTo(same);
    }

    @Property
    void swappedRowsAreSeen(
            @ForAll @Size(min = 4, max = 4000) int[] lanes,
            @ForAll @IntRange(min = 1, max = 1000) int width) {
        int size = Math.min(width, lanes.length / 2);
        int[] other = lanes.clone();
        System.arraycopy(lanes, 0, other, size, size);
        System.arraycopy(lanes, size, other, 0, size);
        assertThat(of(other).equals(of(lanes))).isEqualTo(java.util.Arrays.equals(other, lanes));
    }

    @Property
    void zerosOfOtherLengthsAndShapesDiffer(
            @ForAll @IntRange(min = 0, max = 5000) int one,
            @ForAll @IntRange(min = 0, max = 5000) int other) {
        assertThat(of(new byte[one]).equals(of(new byte[other]))).isEqualTo(one == other);
        assertThat(Fingerprints.ofTensor("uint8", List.of(1L, (long) one), zeros(one)))
                .isNotEqualTo(of(new byte[one]));
        assertThat(Fingerprints.ofTensor("int8", List.of((long) one), zeros(one)))
                .isNotEqualTo(of(new byte[one]));
    }

    @Test
    void negatedDoublesDiffer() {
        for (int count = 1; count < 1100; count += 13) {
            ByteBuffer plus = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer minus = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                plus.putDouble(8 * i, 1 + i % 3);
                minus.putDouble(8 * i, -1 - i % 3);
            }
            List<Long> sizes = List.of((long) count);
            assertThat(Fingerprints.ofTensor("float64", sizes, plus))
                    .isNotEqualTo(Fingerprints.ofTensor("float64", sizes, minus));
        }
    }

    private static Fingerprint of(byte[] bytes) {
        return Fingerprints.ofTensor("uint8", List.of((long) bytes.length), ByteBuffer.wrap(bytes));
    }

    private static Fingerprint of(int[] lanes) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * lanes.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(lanes);
        return Fingerprints.ofTensor("int32", List.of((long) lanes.length), bytes);
    }

    private static ByteBuffer zeros(int count) {
        return ByteBuffer.allocate(count);
    }

    private static byte[] noise(int seed, int count) {
        ByteBuffer bytes = ByteBuffer.allocate((count + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.putLong(Fingerprints.random(seed, i));
        }
        return java.util.Arrays.copyOf(bytes.array(), count);
    }

    private static @Nullable Fingerprint fingerprint(JsonNode hex) {
        return hex.isNull() ? null : new Fingerprint(Long.parseUnsignedLong(hex.asString(), 16));
    }
}
