package dev.lockstep.check;

import java.util.Arrays;
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

    private static final GlobalGenerator[] GENERATORS = GlobalGenerator.values();
    private static final Seeding[] SEEDINGS = Seeding.values();

    private final One[] generators;
    private Values values;

    /// Whether control never gets here.
    private boolean dead;

    private GeneratorStates(One[] generators, Values values, boolean dead) {
        this.generators = generators;
        this.values = values;
        this.dead = dead;
    }

    static GeneratorStates fresh() {
        var generators = new One[GENERATORS.length];
        Arrays.fill(generators, One.FRESH);
        return new GeneratorStates(generators, Values.EMPTY, false);
    }

    GeneratorStates copy() {
        return new GeneratorStates(generators.clone(), values, dead);
    }

    /// How the generators stand, for a memory that needs no values and must not keep them.
    GeneratorStates withoutValues() {
        return new GeneratorStates(generators.clone(), Values.EMPTY, dead);
    }

    /// How well the generators are seeded, whoever seeded and drew from them.
    GeneratorStates withoutPlaces() {
        One[] plain = generators.clone();
        Arrays.setAll(plain, k -> new One(plain[k].seeding(), false, null, plain[k].reason()));
        return new GeneratorStates(plain, Values.EMPTY, dead);
    }

    /// How well each generator is seeded.
    Standing standing() {
        int code = 0;
        for (GlobalGenerator generator : GENERATORS) {
            code |= get(generator).seeding().ordinal() << 2 * generator.ordinal();
        }
        return new Standing((byte) code);
    }

    /// How well each generator is seeded, two bits each.
    record Standing(byte code) {
        Seeding of(GlobalGenerator generator) {
            return SEEDINGS[code >> 2 * generator.ordinal() & 3];
        }

        /// Each generator as it stands in the worse of the two.
        Standing worst(Standing other) {
            int worst = 0;
            for (GlobalGenerator generator : GENERATORS) {
                int shift = 2 * generator.ordinal();
                worst |= Math.min(code >> shift & 3, other.code >> shift & 3) << shift;
            }
            return new Standing((byte) worst);
        }
    }

    One get(GlobalGenerator generator) {
        return generators[generator.ordinal()];
    }

    void put(GlobalGenerator generator, One state) {
        generators[generator.ordinal()] = state;
    }

    /// Whether no generator was seeded or drawn from.
    boolean isFresh() {
        return !dead && Arrays.stream(generators).allMatch(One.FRESH::equals);
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
    int key() {
        int key = 0;
        for (One one : generators) {
            key = key << 3 | one.seeding().ordinal() << 1 | (one.drawn() ? 1 : 0);
        }
        return key;
    }

    /// How all generators stand, with the reasons that are given for it.
    String fullKey() {
        var key = new StringBuilder().append(key());
        for (One one : generators) {
            key.append('|').append(one.reason());
        }
        return key.toString();
    }

    /// This, with each generator as well seeded as it is here or in `other`.
    GeneratorStates bestOf(GeneratorStates other) {
        GeneratorStates best = copy();
        best.dead = false;
        for (int k = 0; k < generators.length; k++) {
            if (generators[k].seeding().compareTo(other.generators[k].seeding()) < 0) {
                best.generators[k] = other.generators[k];
            }
        }
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
        for (int k = 0; k < generators.length; k++) {
            joined.generators[k] = join(generators[k], other.generators[k], reason);
        }
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
        if (a == b) {
            return a;
        }
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
