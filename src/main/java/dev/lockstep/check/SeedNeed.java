package dev.lockstep.check;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a call draws from because it was given no seed.
///
/// @param parameter the one that takes the seed, empty when none does
/// @param position of it among the positional arguments, or -1
/// @param origins empty when nothing is drawn
record SeedNeed(String parameter, int position, Set<Packages.Origin> origins) {
    static final SeedNeed NONE = new SeedNeed("", -1, Packages.Origin.none());

    SeedNeed {
        origins =
                origins.isEmpty() ? EnumSet.noneOf(Packages.Origin.class) : EnumSet.copyOf(origins);
    }

    boolean isNone() {
        return origins.isEmpty();
    }

    /// One line, which {@link #parse} reads.
    @Override
    public String toString() {
        return isNone()
                ? "-"
                : parameter
                        + " "
                        + position
                        + " "
                        + String.join(
                                ",", new TreeSet<>(origins.stream().map(Enum::name).toList()));
    }

    /// Null when the text is none of ours.
    static @Nullable SeedNeed parse(String text) {
        if (text.equals("-")) {
            return NONE;
        }
        List<String> parts = List.of(text.split(" ", -1));
        if (parts.size() != 3) {
            return null;
        }
        try {
            var origins = EnumSet.noneOf(Packages.Origin.class);
            for (String name : parts.get(2).split(",", -1)) {
                origins.add(Packages.Origin.valueOf(name));
            }
            return new SeedNeed(parts.get(0), Integer.parseInt(parts.get(1)), origins);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
