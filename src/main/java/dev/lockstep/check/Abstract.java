package dev.lockstep.check;

import java.util.List;
import java.util.Map;

/// What is known of a value inside an installed package, when it is asked where a missing seed
/// leads.
sealed interface Abstract {
    Abstract ANY = new Any();
    Abstract PRESENT = new Present();
    Abstract NONE = new Nothing();
    Abstract SEED = new Seed();

    /// Nothing is known.
    record Any() implements Abstract {}

    /// Anything but `None`.
    record Present() implements Abstract {}

    /// A `None` that has nothing to do with seeds.
    record Nothing() implements Abstract {}

    /// The `None` that stands where a seed is asked for.
    record Seed() implements Abstract {}

    /// A string, a truth value, 0 or 1.
    record Known(Object value) implements Abstract {}

    /// A generator that no seed of the caller's reaches.
    record Unseeded(Packages.Origin origin) implements Abstract {}

    /// A tuple, list or set.
    record Items(List<Abstract> elements) implements Abstract {}

    /// What `**rest` collected.
    record Rest(Map<String, Abstract> passed) implements Abstract {}

    /// Whether it comes from the missing seed.
    default boolean isTainted() {
        return this instanceof Seed || this instanceof Unseeded;
    }

    default boolean isNone() {
        return this instanceof Nothing || this instanceof Seed;
    }

    /// As a part of a key.
    default String shown() {
        return switch (this) {
            case Any _, Items _, Rest _ -> "?";
            case Present _ -> "!";
            case Nothing _ -> "None";
            case Seed _ -> "seed";
            case Known k -> k.value() instanceof String s ? "'" + s + "'" : k.value().toString();
            case Unseeded u -> u.origin().name();
        };
    }

    /// Either of two; what comes from the missing seed stays.
    static Abstract either(Abstract one, Abstract other) {
        if (one.equals(other)) {
            return one;
        }
        if (one instanceof Unseeded || other instanceof Unseeded) {
            return one instanceof Unseeded ? one : other;
        }
        if (one.isTainted() || other.isTainted()) {
            return one.isTainted() && other.isNone() || other.isTainted() && one.isNone()
                    ? SEED
                    : ANY;
        }
        return one.isNone() || other.isNone() || one instanceof Any || other instanceof Any
                ? ANY
                : PRESENT;
    }
}
