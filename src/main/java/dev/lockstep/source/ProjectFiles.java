package dev.lockstep.source;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// The files of a project, from whoever may touch them.
public interface ProjectFiles {
    /// Every file that may matter (`.py`, `.ipynb`, `pyproject.toml`, `setup.cfg`), as a path
    /// relative to the project's folder with `/` between its parts.
    SortedSet<String> paths();

    /// The bytes of a file, or null when it cannot be read.
    byte @Nullable [] read(String path);

    /// The tree of a file that was parsed already, or null.
    default @Nullable Tree tree(String path) {
        return null;
    }
}
