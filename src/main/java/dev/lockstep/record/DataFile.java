package dev.lockstep.record;

import org.jspecify.annotations.Nullable;

/// A file that a run opened for reading, as it was then.
///
/// @param path relative to the project with `/`, absolute when it lies outside
/// @param bytes its length
/// @param modified when it was last modified, in nanoseconds since 1970, or null when unknown
/// @param sha256 of its content in hexadecimal digits; null when it was too large to be hashed, or
///   was written before the run had ended
/// @param kept whether the record holds its content
public record DataFile(
        String path, long bytes, @Nullable Long modified, @Nullable String sha256, boolean kept) {
    /// Stands for what the run read from its standard input.
    public static final String STANDARD_INPUT = "/dev/stdin";

    /// Whether it certainly holds something else than another one: the content decides where both
    /// hashes are known, else length and time.
    public boolean differsFrom(DataFile other) {
        if (bytes != other.bytes) {
            return true;
        }
        if (sha256 != null && other.sha256 != null) {
            return !sha256.equals(other.sha256);
        }
        return modified != null && !modified.equals(other.modified);
    }
}
