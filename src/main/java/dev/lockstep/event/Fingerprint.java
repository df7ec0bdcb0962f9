package dev.lockstep.event;

/// 64 bits over the exact bits, dtype and shape of one tensor.
public record Fingerprint(long bits) {
    /// Gives the 16 hexadecimal digits that stand for it in text.
    public String hex() {
        return String.format(java.util.Locale.ROOT, "%016x", bits);
    }
}
