package dev.lockstep.check;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A release of torch as far as behaviour depends on it.
public record TorchVersion(int major, int minor) {
    private static final Pattern TEXT = Pattern.compile("v?(\\d+)\\.(\\d+)(?:[.+\\-a-z].*)?");

    /// Takes `2.13`, `2.13.0+cpu` or the like.
    public static Optional<TorchVersion> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        return matcher.matches()
                ? Optional.of(
                        new TorchVersion(
                                Integer.parseInt(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /// Tells whether this release is older than the given one.
    public boolean before(int otherMajor, int otherMinor) {
        return major != otherMajor ? major < otherMajor : minor < otherMinor;
    }
}
