package dev.lockstep.comparison;

import java.util.regex.Pattern;

/// Tells lines that differ by times alone from lines that differ by results, when the clock of one
/// run went faster than that of the other by a known rate.
///
/// A duration that is printed, or a sum or mean of durations, is larger by the rate; a number of
/// things per second is smaller by it. What follows from a seed that was taken from the clock is
/// neither.
final class ClockRate {
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.(\\d+))?(?:[eE][-+]?\\d+)?");

    /// What rounding may make of a number, as a share of it; beyond that two numbers say nothing of
    /// their ratio.
    private static final double ROUGHEST = 0.1;

    private ClockRate() {}

    /// Whether the lines are the same but for numbers whose ratio is the rate, one way or the
    /// other.
    static boolean explains(String reference, String candidate, double rate) {
        var left = NUMBER.matcher(reference);
        var right = NUMBER.matcher(candidate);
        int leftEnd = 0;
        int rightEnd = 0;
        while (left.find()) {
            if (!right.find()
                    || !reference
                            .substring(leftEnd, left.start())
                            .stripTrailing()
                            .equals(candidate.substring(rightEnd, right.start()).stripTrailing())
                    || !left.group().equals(right.group())
                            && !scaled(left.group(), right.group(), rate)) {
                return false;
            }
            leftEnd = left.end();
            rightEnd = right.end();
        }
        return !right.find() && reference.substring(leftEnd).equals(candidate.substring(rightEnd));
    }

    private static boolean scaled(String reference, String candidate, double rate) {
        double left = Double.parseDouble(reference);
        double right = Double.parseDouble(candidate);
        double leftRounding = rounding(reference, left);
        double rightRounding = rounding(candidate, right);
        return close(left * rate, right, leftRounding * rate + rightRounding)
                || close(left / rate, right, leftRounding / rate + rightRounding);
    }

    private static boolean close(double expected, double found, double rounding) {
        return rounding <= ROUGHEST * found && Math.abs(expected - found) <= rounding;
    }

    /// The most by which a printed number is away from what it was rounded or cut from.
    private static double rounding(String text, double value) {
        int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
        String digits = exponent < 0 ? text : text.substring(0, exponent);
        int point = digits.indexOf('.');
        double last = point < 0 ? 1 : Math.pow(10, point + 1 - digits.length());
        if (exponent >= 0) {
            last *= Math.pow(10, Integer.parseInt(text.substring(exponent + 1)));
        }
        return last + value * 1e-9;
    }
}
