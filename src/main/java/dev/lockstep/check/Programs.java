package dev.lockstep.check;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known about the programs that a file is part of.
///
/// @param always what every such program does
/// @param ever what at least one of them does
/// @param torch the torch version that they run on, or null when nobody said
/// @param seeding what following all programs of the project showed
/// @param packages what is installed
public record Programs(
        Set<Fact> always,
        Set<Fact> ever,
        @Nullable TorchVersion torch,
        Seeding seeding,
        Packages packages) {
    /// Nothing is known.
    public static final Programs NONE =
            new Programs(Set.of(), Set.of(), null, Seeding.NONE, new Packages(PackageFiles.NONE));

    public Programs {
        always = always.isEmpty() ? EnumSet.noneOf(Fact.class) : EnumSet.copyOf(always);
        ever = ever.isEmpty() ? EnumSet.noneOf(Fact.class) : EnumSet.copyOf(ever);
    }

    /// The same, with what following all programs showed.
    Programs with(Seeding seeding) {
        return new Programs(always, ever, torch, seeding, packages);
    }

    /// Tells whether every program that the file is part of does this.
    public boolean always(Fact fact) {
        return always.contains(fact);
    }

    /// Tells whether some program that the file is part of does this.
    public boolean ever(Fact fact) {
        return ever.contains(fact);
    }
}
