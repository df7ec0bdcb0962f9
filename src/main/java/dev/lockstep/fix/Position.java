package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.List;

/// A position for lines of their own: before a statement of a block, or behind it.
record Position(Block block, Statement statement, boolean behind) {
    static Position before(Block block, Statement statement) {
        return new Position(block, statement, false);
    }

    static Position behind(Block block, Statement statement) {
        return new Position(block, statement, true);
    }

    PythonModule module() {
        return block.module();
    }

    /// The offset before which begins what stands in front of the lines.
    int offset() {
        return statement.start() + (behind ? 1 : 0);
    }

    /// The edit that puts lines here.
    Edit edit(List<String> lines) {
        var layout = new Layout(module().source());
        return behind ? layout.after(statement, lines) : layout.before(statement, lines);
    }
}
