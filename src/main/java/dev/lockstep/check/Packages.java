package dev.lockstep.check;

import dev.lockstep.source.Project;
import dev.lockstep.source.ProjectFiles;
import dev.lockstep.source.Symbol;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Takes the name and the arguments of a call outside the project, gives the generators that it
/// draws from for want of a seed, as the installed package's own source says.
///
/// A package's files are read when a call leads to them; what came out is remembered by the
/// package's version.
public final class Packages {
    /// Other rules speak of these and know their generators by name.
    private static final Set<String> KNOWN_BY_NAME =
            Set.of("torch", "numpy", "pip", "setuptools", "lockstep");

    private final PackageFiles files;
    private final ConcurrentMap<String, Project> projects = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, SeedNeed> needs = new ConcurrentHashMap<>();

    Packages(PackageFiles files) {
        this.files = files;
    }

    /// The names of packages that are looked into.
    Set<String> names() {
        var names = new TreeSet<>(files.names());
        names.removeAll(KNOWN_BY_NAME);
        return names;
    }

    /// What a call needs a seed for.
    ///
    /// @param callee qualified, `sklearn.cluster.KMeans`
    SeedNeed need(String callee, CallArguments arguments) {
        String top = top(callee);
        if (KNOWN_BY_NAME.contains(top) || !files.names().contains(top)) {
            return SeedNeed.NONE;
        }
        String question = callee + " " + arguments;
        SeedNeed known = needs.get(question);
        if (known == null) {
            String remembered = files.remembered(top, question);
            known = remembered == null ? null : SeedNeed.parse(remembered);
            if (known == null) {
                known = look(callee, arguments);
                files.remember(top, question, known.toString());
            }
            needs.put(question, known);
        }
        return known;
    }

    private SeedNeed look(String callee, CallArguments arguments) {
        try {
            Symbol symbol = symbol(callee);
            return symbol == null ? SeedNeed.NONE : new SeedFlow(this).need(symbol, arguments);
        } catch (StackOverflowError e) {
            return SeedNeed.NONE;
        }
    }

    /// What a qualified name stands for in the package that it is imported from, or null.
    @Nullable Symbol symbol(String name) {
        String top = top(name);
        if (KNOWN_BY_NAME.contains(top) || !files.names().contains(top)) {
            return null;
        }
        return follow(project(top).named(name), 0);
    }

    /// A package's own name for something of another package is looked up there.
    private @Nullable Symbol follow(@Nullable Symbol symbol, int depth) {
        if (symbol instanceof Symbol.External e && depth < 4) {
            String top = top(e.name());
            return KNOWN_BY_NAME.contains(top) || !files.names().contains(top)
                    ? null
                    : follow(project(top).named(e.name()), depth + 1);
        }
        return symbol;
    }

    private static String top(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private Project project(String top) {
        return projects.computeIfAbsent(
                top, key -> new Project(new Sources(files, key), (module, name) -> false));
    }

    /// A package as a project: a stub stands in where the module itself is compiled, or brings its
    /// names when they are asked for.
    private static final class Sources implements ProjectFiles {
        private final PackageFiles files;
        private final SortedSet<String> all;

        Sources(PackageFiles files, String top) {
            this.files = files;
            this.all = files.paths(top);
        }

        @Override
        public SortedSet<String> paths() {
            var paths = new TreeSet<String>();
            for (String path : all) {
                paths.add(path.endsWith(".pyi") ? path.substring(0, path.length() - 1) : path);
            }
            return paths;
        }

        @Override
        public byte @Nullable [] read(String path) {
            byte[] bytes = all.contains(path) ? files.read(path) : null;
            boolean lazy =
                    bytes != null
                            && path.endsWith("__init__.py")
                            && new String(bytes, StandardCharsets.ISO_8859_1)
                                    .contains("attach_stub");
            return (bytes == null || lazy) && all.contains(path + "i")
                    ? files.read(path + "i")
                    : bytes;
        }
    }

    /// The generators that something may draw from.
    enum Origin {
        /// Made anew from the operating system's entropy.
        FRESH(null),
        PYTHON(GlobalGenerator.PYTHON),
        NUMPY(GlobalGenerator.NUMPY),
        TORCH(GlobalGenerator.TORCH);

        private final @Nullable GlobalGenerator shared;

        Origin(@Nullable GlobalGenerator shared) {
            this.shared = shared;
        }

        /// The generator that everybody shares, or null.
        @Nullable GlobalGenerator shared() {
            return shared;
        }

        static Set<Origin> none() {
            return EnumSet.noneOf(Origin.class);
        }
    }
}
