package dev.lockstep.check;

import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/// What is known at one point of a program: how each generator stands, and the values of names.
final class GeneratorStates {
    /// How one generator stands.
    enum Seeding {
        /// Nobody seeded it.
        NEVER,
        /// It was seeded on one way here and not on another.
        PERHAPS,
        SEEDED
    }

    /// @param drawn whether it was drawn from since it was seeded last
    /// @param seed the place of the last seed, or null
    /// @param reason why the seed may be missing, for `PERHAPS`: "only when --seed is given"
    record One(Seeding seeding, boolean drawn, @Nullable Waypoint seed, String reason) {
        static final One FRESH = new One(Seeding.NEVER, false, null, "");
    }

    private final EnumMap<GlobalGenerator, One> generators;
    private Values values;

    /// Whether control never gets here.
    private boolean dead;

    private GeneratorStates(EnumMap<GlobalGenerator, One> generators, Values values, boolean dead) {
        this.generators = generators;
        this.values = values;
        this.dead = dead;
    }

    static GeneratorStates fresh() {
        var generators = new EnumMap<GlobalGenerator, One>(GlobalGenerator.class);
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            generators.put(generator, One.FRESH);
        }
        return new GeneratorStates(generators, Values.EMPTY, false);
    }

    GeneratorStates copy() {
        return new GeneratorStates(new EnumMap<>(generators), values, dead);
    }

    /// How the generators stand, for a memory that needs no values and must not keep them.
    GeneratorStates withoutValues() {
        return new GeneratorStates(new EnumMap<>(generators), Values.EMPTY, dead);
    }

    /// How well the generators are seeded, whoever seeded and drew from them.
    GeneratorStates withoutPlaces() {
        var plain = new EnumMap<GlobalGenerator, One>(GlobalGenerator.class);
        generators.forEach((generator, one) ->
                plain.put(generator, new One(one.seeding(), false, null, one.reason())));
        return new GeneratorStates(plain, Values.EMPTY, dead);
    }

    /// How well each generator is seeded.
    EnumMap<GlobalGenerator, Seeding> seedings() {
        var seedings = new EnumMap<GlobalGenerator, Seeding>(GlobalGenerator.class);
        generators.forEach((generator, one) -> seedings.put(generator, one.seeding()));
        return seedings;
    }

    One get(GlobalGenerator generator) {
        return java.util.Objects.requireNonNull(generators.get(generator));
    }

    void put(GlobalGenerator generator, One state) {
        generators.put(generator, state);
    }

    /// Whether no generator was seeded or drawn from.
    boolean isFresh() {
        return !dead && generators.values().stream().allMatch(One.FRESH::equals);
    }

    /// This, with the values that are known in `other`.
    GeneratorStates with(GeneratorStates other) {
        GeneratorStates both = copy();
        both.values = values.with(other.values);
        return both;
    }

    @Nullable Value value(String key) {
        return values.get(key);
    }

    void value(String key, Value value) {
        values = values.with(key, value);
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    /// How all generators stand, as a key.
    String key() {
        var key = new StringBuilder();
        generators.forEach((generator, one) ->
                key.append(one.seeding().ordinal()).append(one.drawn() ? 'd' : '-'));
        return key.toString();
    }

    /// How all generators stand, with the reasons that are given for it.
    String fullKey() {
        var key = new StringBuilder(key());
        generators.values().forEach(one -> key.append('|').append(one.reason()));
        return key.toString();
    }

    /// This, with each generator as well seeded as it is here or in `other`.
    GeneratorStates bestOf(GeneratorStates other) {
        GeneratorStates best = copy();
        best.dead = false;
        other.generators.forEach((generator, there) ->
                best.generators.merge(
                        generator,
                        there,
                        (a, b) -> a.seeding().compareTo(b.seeding()) >= 0 ? a : b));
        return best;
    }

    /// What holds when either this or `other` was the way here.
    ///
    /// @param reason what is said of a seed that is on one of the two ways alone
    GeneratorStates or(GeneratorStates other, String reason) {
        if (dead) {
            return other.copy();
        }
        if (other.dead) {
            return copy();
        }
        GeneratorStates joined = copy();
        other.generators.forEach((generator, there) ->
                joined.generators.merge(generator, there, (a, b) -> join(a, b, reason)));
        joined.values = values.join(other.values, GeneratorStates::either);
        return joined;
    }

    private static Value either(Value first, Value second) {
        if (first instanceof Value.Varying) {
            return first;
        }
        return second instanceof Value.Varying ? second : Value.UNKNOWN;
    }

    private static One join(One a, One b, String reason) {
        boolean drawn = a.drawn() || b.drawn();
        Waypoint seed = a.seed() != null ? a.seed() : b.seed();
        if (a.seeding() == b.seeding()) {
            return new One(
                    a.seeding(), drawn, seed, a.reason().isEmpty() ? b.reason() : a.reason());
        }
        String why = a.reason().isEmpty() ? b.reason() : a.reason();
        return new One(Seeding.PERHAPS, drawn, seed, why.isEmpty() ? reason : why);
    }
}
