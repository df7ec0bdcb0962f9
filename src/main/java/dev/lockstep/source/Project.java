package dev.lockstep.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// A folder of Python files whose imports are resolved between them; a file is read when it is
/// needed. May be used by several threads at once.
///
/// An import is looked up as it would be when the importing file is started as a script, or when it
/// is imported from the project's folder or its `src`: from the file's own folder outwards. A
/// folder that is a package is skipped, unless the file has a main guard.
public final class Project {
    private static final Set<String> NEVER_A_FOLDER =
            Set.of(
                    "torch",
                    "numpy",
                    "sklearn",
                    "scipy",
                    "pandas",
                    "tensorflow",
                    "jax",
                    "torchvision",
                    "transformers");

    /// One import, as it stands in one file.
    private record Wanted(String path, String dotted, int level) {}

    private final ProjectFiles files;
    private final SortedSet<String> paths;
    private final Set<String> present;
    private final Set<String> folders = new HashSet<>();
    private final Resolver resolver;
    private final ConcurrentMap<String, Optional<Symbol>> places = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, PythonModule> modules = new ConcurrentHashMap<>();
    private final ConcurrentMap<Wanted, Optional<Symbol>> found = new ConcurrentHashMap<>();
    private final ConcurrentMap<Wanted, Optional<String>> roots = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Identifiers> identifiers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Parser> parsers = new ConcurrentLinkedQueue<>();

    public Project(ProjectFiles files, Installed installed) {
        this.files = files;
        this.paths = files.paths();
        this.present = new HashSet<>(paths);
        this.resolver = new Resolver(this, installed);
        for (String path : paths) {
            if (isPython(path)) {
                for (String folder = parent(path); !folder.isEmpty(); folder = parent(folder)) {
                    if (!folders.add(folder)) {
                        break;
                    }
                }
            }
        }
    }

    private static boolean isPython(String path) {
        return path.endsWith(".py") || path.endsWith(".ipynb");
    }

    /// A text file of another kind, such as a configuration; null when it cannot be read.
    public @Nullable Source text(String path) {
        byte[] bytes = files.read(path);
        return bytes == null ? null : Source.of(path, bytes);
    }

    /// The Python files and notebooks that an identifier may stand in, sorted. The first question
    /// reads all files; notebooks, whose text is written in JSON's way, may hold any.
    public List<String> mentioning(String identifier) {
        return paths().stream()
                .filter(path -> path.endsWith(".ipynb") || identifiers(path).mayHold(identifier))
                .toList();
    }

    private Identifiers identifiers(String path) {
        return identifiers.computeIfAbsent(
                path,
                key -> {
                    byte[] bytes = files.read(key);
                    return Identifiers.of(bytes == null ? new byte[0] : bytes);
                });
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String join(String folder, String rest) {
        return folder.isEmpty() ? rest : folder + "/" + rest;
    }

    ProjectFiles files() {
        return files;
    }

    /// The Python files and notebooks, sorted.
    public List<String> paths() {
        return paths.stream().filter(Project::isPython).toList();
    }

    /// Whether the module of a file has been read.
    public boolean isRead(String path) {
        return modules.containsKey(path);
    }

    /// The module of a file, or null when there is no such file.
    public @Nullable PythonModule module(String path) {
        PythonModule known = modules.get(path);
        if (known != null || !present.contains(path) || !isPython(path)) {
            return known;
        }
        // Who asks while another reads it waits.
        return modules.computeIfAbsent(path, this::read);
    }

    private @Nullable PythonModule read(String path) {
        Tree tree = files.tree(path);
        if (tree == null) {
            byte[] bytes = files.read(path);
            if (bytes == null) {
                return null;
            }
            Parser parser = parsers.poll();
            if (parser == null) {
                parser = new Parser();
            }
            tree = parser.parse(Source.of(path, bytes));
            parsers.add(parser);
        }
        return new PythonModule(this, path, dotted(path), tree);
    }

    private static String dotted(String path) {
        String name = path.substring(0, path.lastIndexOf('.'));
        if (name.endsWith("/__init__")) {
            name = parent(name);
        }
        return name.replace('/', '.');
    }

    /// What a qualified name stands for when it is imported from the project's folder, or null.
    /// `pandas.read_csv().sample` is the method of what the function gives.
    public @Nullable Symbol named(String name) {
        return resolver.named(name);
    }

    /// What an expression stands for when it is evaluated in a scope, or null.
    public @Nullable Symbol resolve(Expression expression, Scope scope) {
        return resolver.resolve(expression, scope, Bound.NOTHING);
    }

    /// What an expression stands for when its function was called with known arguments, or null.
    public @Nullable Symbol resolve(Expression expression, Scope scope, Bound bound) {
        return resolver.resolve(expression, scope, bound);
    }

    /// A class's direct bases, as far as they are known.
    public List<Symbol> bases(Symbol.Class definition) {
        return resolver.bases(definition);
    }

    /// Whether a class is, or comes from, the class called `name`.
    public boolean isKindOf(Symbol.Class definition, String name) {
        return resolver.isKindOf(definition, name, new HashSet<>());
    }

    /// A method of a class, looked up through its bases of the project; null when it has none.
    public Symbol.@Nullable Function method(Symbol.Class definition, String name) {
        return resolver.attributeOf(definition, name) instanceof Symbol.Function function
                ? function
                : null;
    }

    /// The function that a `def` of the project defines.
    public Symbol.Function function(PythonModule module, Statement.FunctionDefinition definition) {
        return resolver.function(module, definition);
    }

    /// The scope of a function, class or lambda definition.
    public Scope scope(PythonModule module, Node definition) {
        Scope scope = module.scopes().byNode().get(definition);
        if (scope == null) {
            throw new IllegalArgumentException("this defines no scope");
        }
        return scope;
    }

    boolean hasFolder(String folder) {
        return folders.contains(folder);
    }

    /// The module or package that `dotted` names in `from`, or null when it is not of the project.
    ///
    /// @param level the dots before it
    @Nullable Symbol find(PythonModule from, String dotted, int level) {
        var wanted = new Wanted(from.path(), dotted, level);
        Optional<Symbol> known = found.get(wanted);
        if (known == null) {
            known = Optional.ofNullable(search(from, dotted, level));
            found.put(wanted, known);
        }
        return known.orElse(null);
    }

    private @Nullable Symbol search(PythonModule from, String dotted, int level) {
        String path = locate(from, dotted, level);
        return path == null ? null : at(path);
    }

    /// The files that an import of `dotted` runs, those of outer packages first; none is read.
    List<String> filesOf(PythonModule from, String dotted, int level) {
        var found = new ArrayList<String>();
        int dot = -1;
        do {
            dot = dotted.indexOf('.', dot + 1);
            String path = locate(from, dot < 0 ? dotted : dotted.substring(0, dot), level);
            String file = path == null ? null : file(path);
            if (file != null) {
                found.add(file);
            }
        } while (dot >= 0);
        return found;
    }

    /// The folder that `dotted` names in `from`, or null when it names none of the project's.
    @Nullable String folderOf(PythonModule from, String dotted, int level) {
        String path = locate(from, dotted, level);
        return path != null && (path.isEmpty() || folders.contains(path)) ? path : null;
    }

    /// The file of a module or package in a folder, or null.
    @Nullable String fileIn(String folder, String name) {
        return file(join(folder, name));
    }

    /// The file of a module or package at a path without its ending, or null.
    private @Nullable String file(String path) {
        if (folders.contains(path) && present.contains(path + "/__init__.py")) {
            return path + "/__init__.py";
        }
        return present.contains(path + ".py") ? path + ".py" : null;
    }

    /// The path of a module or package without its ending, or null when it is not of the project.
    private @Nullable String locate(PythonModule from, String dotted, int level) {
        String rest = dotted.replace('.', '/');
        if (level > 0) {
            String folder = parent(from.path());
            for (int k = 1; k < level; k++) {
                folder = parent(folder);
            }
            return rest.isEmpty() ? folder : join(folder, rest);
        }
        if (rest.isEmpty()) {
            return null;
        }
        String first = rest.indexOf('/') < 0 ? rest : rest.substring(0, rest.indexOf('/'));
        var wanted = new Wanted(from.path(), first, 0);
        Optional<String> root = roots.get(wanted);
        if (root == null) {
            root = Optional.ofNullable(root(from, first));
            roots.put(wanted, root);
        }
        return root.isEmpty() ? null : join(root.get(), rest);
    }

    /// The folder in which an import finds a module or package of that name, or null.
    private @Nullable String root(PythonModule from, String first) {
        List<String> roots = roots(from, first);
        for (String root : roots) {
            String path = join(root, first);
            if (present.contains(path + ".py") || present.contains(path + "/__init__.py")) {
                return root;
            }
        }
        if (WordList.STANDARD_LIBRARY.contains(first) || NEVER_A_FOLDER.contains(first)) {
            return null;
        }
        for (String root : roots) {
            if (folders.contains(join(root, first))) {
                return root;
            }
        }
        return null;
    }

    private List<String> roots(PythonModule from, String first) {
        var roots = new ArrayList<String>();
        var packages = new ArrayList<String>();
        String folder = parent(from.path());
        boolean inPackage = true;
        while (true) {
            inPackage = inPackage && present.contains(join(folder, "__init__.py"));
            if (inPackage && !folder.isEmpty()) {
                packages.add(folder);
            } else {
                roots.add(folder);
            }
            if (folder.isEmpty()) {
                break;
            }
            folder = parent(folder);
        }
        if (hasFolder("src") && !roots.contains("src")) {
            roots.add("src");
        }
        if (!packages.isEmpty()
                && !WordList.STANDARD_LIBRARY.contains(first)
                && !NEVER_A_FOLDER.contains(first)
                && from.mainGuard() != null) {
            roots.addAll(packages);
        }
        return roots;
    }

    /// The module or package at a path without its ending.
    @Nullable Symbol at(String path) {
        Optional<Symbol> known = places.get(path);
        if (known == null) {
            known = Optional.ofNullable(lookAt(path));
            places.put(path, known);
        }
        return known.orElse(null);
    }

    private @Nullable Symbol lookAt(String path) {
        PythonModule file = path.isEmpty() ? null : module(path + ".py");
        if (folders.contains(path) || path.isEmpty()) {
            PythonModule init = module(join(path, "__init__.py"));
            if (init != null || file == null) {
                return new Symbol.Package(path, init);
            }
        }
        return file == null ? null : new Symbol.Module(file);
    }

    /// The modules of the project that an import of `dotted` runs, outer packages first.
    List<PythonModule> importedBy(PythonModule from, String dotted, int level) {
        var found = new ArrayList<PythonModule>();
        int dot = -1;
        do {
            dot = dotted.indexOf('.', dot + 1);
            String part = dot < 0 ? dotted : dotted.substring(0, dot);
            switch (find(from, part, level)) {
                case Symbol.Module module -> found.add(module.module());
                case Symbol.Package folder -> {
                    if (folder.init() != null) {
                        found.add(folder.init());
                    }
                }
                case null, default -> {}
            }
        } while (dot >= 0);
        return found;
    }
}
