package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.Position;
import dev.lockstep.source.Source;

/// A stretch of one file.
///
/// @param file path relative to the folder that the check was started in, with `/`
/// @param cell the notebook's code cell, from 1; 0 in a plain file
/// @param line from 1, inside the cell when there is one
/// @param column from 1, in code points
/// @param endColumn column behind the last character
/// @param start offset of the first character in the {@link Source}'s text
/// @param end offset behind the last character
public record Place(
        String file, int cell, int line, int column, int endLine, int endColumn, int start, int end)
        implements Comparable<Place> {

    /// Takes offsets into a source, gives their place.
    public static Place of(Source source, int start, int end) {
        Position from = source.position(start);
        Position to = source.position(end);
        return new Place(
                source.path(),
                from.cell(),
                from.line(),
                from.column(),
                to.line(),
                to.column(),
                start,
                end);
    }

    /// Takes a node of a source, gives its place.
    public static Place of(Source source, Node node) {
        return of(source, node.start(), node.end());
    }

    /// Gives `train.py:12`, or `notes.ipynb#3:12` for a line of a notebook's cell.
    public String fileAndLine() {
        return cell == 0 ? file + ":" + line : file + "#" + cell + ":" + line;
    }

    @Override
    public int compareTo(Place other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        int byStart = Integer.compare(start, other.start);
        return byStart != 0 ? byStart : Integer.compare(end, other.end);
    }
}
