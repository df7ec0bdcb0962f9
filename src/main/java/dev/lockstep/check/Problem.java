package dev.lockstep.check;

/// Why a file, or a part of it, could not be checked.
///
/// @param file path relative to the folder that the check was started in
/// @param line from 1, or 0 when it is about the whole file
/// @param message one sentence without the place
/// @param unread whether nothing of the file was checked
public record Problem(String file, int line, String message, boolean unread)
        implements Comparable<Problem> {
    @Override
    public int compareTo(Problem other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        int byLine = Integer.compare(line, other.line);
        return byLine != 0 ? byLine : message.compareTo(other.message);
    }
}
