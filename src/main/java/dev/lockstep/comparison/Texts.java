package dev.lockstep.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes one text of each run, gives the first line that differs when both are masked.
final class Texts {
    private static final int LONGEST_LINE = 1 << 16;

    /// Above this many different lines an order of lines is not forgiven: too much to hold.
    private static final int MOST_LINES = 1 << 16;

    private Texts() {}

    /// @param anyOrder several processes print into the text, so the order of lines says nothing
    /// @param prefix one text may stop before the other: the runs were stopped
    /// @param clockRate how much faster the candidate's clock ran; numbers that differ as the
    ///   clocks do are times
    static @Nullable TextDifference compare(
            String file,
            InputStream reference,
            Masking referenceMasking,
            InputStream candidate,
            Masking candidateMasking,
            boolean anyOrder,
            boolean prefix,
            double clockRate)
            throws IOException {
        BufferedReader left = reader(reference);
        BufferedReader right = reader(candidate);
        TextDifference first = null;
        Map<String, Integer> balance = new HashMap<>();
        for (long line = 1; ; line++) {
            String leftLine = line(left);
            String rightLine = line(right);
            if (leftLine == null && rightLine == null) {
                break;
            }
            if (prefix && (leftLine == null || rightLine == null)) {
                break;
            }
            if (Objects.equals(leftLine, rightLine)) {
                continue;
            }
            String leftMasked = leftLine == null ? null : referenceMasking.mask(leftLine);
            String rightMasked = rightLine == null ? null : candidateMasking.mask(rightLine);
            if (Objects.equals(leftMasked, rightMasked)
                    || leftMasked != null
                            && rightMasked != null
                            && clockRate != 1
                            && ClockRate.explains(leftMasked, rightMasked, clockRate)) {
                continue;
            }
            if (first == null) {
                first = new TextDifference(file, line, leftLine, rightLine);
            }
            if (!anyOrder) {
                return first;
            }
            count(balance, leftMasked, 1);
            count(balance, rightMasked, -1);
            if (balance.size() > MOST_LINES) {
                return first;
            }
        }
        return balance.isEmpty() ? null : first;
    }

    private static void count(Map<String, Integer> balance, @Nullable String line, int by) {
        if (line != null && balance.merge(line, by, Integer::sum) == 0) {
            balance.remove(line);
        }
    }

    private static BufferedReader reader(InputStream in) {
        // Bytes that are no UTF-8 become replacement characters: equal bytes stay equal.
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// Reads up to a newline alone; `\r` is part of the line. A line beyond the bound is cut into
    /// several.
    private static @Nullable String line(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') {
                return line.toString();
            }
            line.append((char) c);
            if (line.length() >= LONGEST_LINE) {
                return line.toString();
            }
        }
        return line.isEmpty() ? null : line.toString();
    }
}
