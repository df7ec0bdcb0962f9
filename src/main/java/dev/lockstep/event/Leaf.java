package dev.lockstep.event;

import org.jspecify.annotations.Nullable;

/// One tensor under a root fingerprint.
///
/// @param name the tensor's name, or null when the event gives fingerprints in order alone
/// @param fingerprint null where there was no tensor (a parameter without a gradient)
public record Leaf(@Nullable String name, @Nullable Fingerprint fingerprint) {}
