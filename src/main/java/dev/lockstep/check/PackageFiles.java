package dev.lockstep.check;

import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// The installed packages of an interpreter, from whoever may touch files.
public interface PackageFiles {
    /// No package is known.
    PackageFiles NONE =
            new PackageFiles() {
                @Override
                public Set<String> names() {
                    return Set.of();
                }

                @Override
                public SortedSet<String> paths(String name) {
                    return new java.util.TreeSet<>();
                }

                @Override
                public byte @Nullable [] read(String path) {
                    return null;
                }

                @Override
                public @Nullable String remembered(String name, String question) {
                    return null;
                }

                @Override
                public void remember(String name, String question, String answer) {}
            };

    /// What can be imported: `sklearn`, `six`.
    Set<String> names();

    /// The `.py` and `.pyi` files of one of them: `sklearn/cluster/__init__.py`.
    SortedSet<String> paths(String name);

    /// The bytes of a file, or null when it cannot be read.
    byte @Nullable [] read(String path);

    /// What was remembered of this version of a package, or null.
    @Nullable String remembered(String name, String question);

    /// Remembers an answer about this version of a package.
    void remember(String name, String question, String answer);
}
