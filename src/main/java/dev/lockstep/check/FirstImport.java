package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What importing a module does in a program that has done nothing yet. It is the same for every
/// such program, and is followed once for all of them.
///
/// What the module hands to libraries is followed once for all programs that end with their
/// generators alike.
final class FirstImport {
    /// Stands for the import statement in the way to a place until a program takes it over.
    static final Node NOBODY = new Statement.Pass(0, 0);

    private final Shared shared;
    private final Execution after;
    private final ConcurrentMap<String, Once<Outcome>> finished = new ConcurrentHashMap<>();

    private FirstImport(Shared shared, PythonModule module) {
        this.shared = shared;
        this.after = Execution.ofImport(shared, module);
    }

    /// The program after the import; nobody goes on with it.
    Execution after() {
        return after;
    }

    /// What comes of all that the import handed over.
    ///
    /// @param end how the generators stand when the program ends
    Outcome finished(GeneratorStates end) {
        // Whether a generator was drawn from, and where it was seeded, changes nothing any more.
        GeneratorStates plain = end.withoutPlaces();
        return finished.computeIfAbsent(plain.fullKey(), key -> new Once<>())
                .get(() -> Execution.finish(shared, this, plain));
    }

    /// Something that whoever asks first works out, while others wait.
    private static final class Once<T> {
        private @Nullable T known;

        synchronized T get(Supplier<T> work) {
            T value = known;
            if (value == null) {
                value = work.get();
                known = value;
            }
            return value;
        }
    }

    /// Those that were asked for.
    static final class All {
        private final ConcurrentMap<PythonModule, Once<FirstImport>> known =
                new ConcurrentHashMap<>();
        private final ConcurrentMap<PythonModule, Set<PythonModule>> closures =
                new ConcurrentHashMap<>();
        private final ConcurrentMap<PythonModule, List<PythonModule>> next =
                new ConcurrentHashMap<>();
        private final Shared shared;

        All(Shared shared) {
            this.shared = shared;
        }

        /// The import of a module; whoever asks first follows it, others wait.
        FirstImport of(PythonModule module) {
            return known.computeIfAbsent(module, key -> new Once<>())
                    .get(() -> new FirstImport(shared, module));
        }

        /// The modules that importing one imports, as far as the statements outside functions say.
        Set<PythonModule> leadsTo(PythonModule module) {
            Set<PythonModule> all = closures.get(module);
            if (all == null) {
                all = Collections.newSetFromMap(new IdentityHashMap<>());
                var waiting = new ArrayDeque<PythonModule>();
                all.add(module);
                waiting.add(module);
                while (!waiting.isEmpty()) {
                    for (PythonModule other : nextTo(waiting.poll())) {
                        if (all.add(other)) {
                            waiting.add(other);
                        }
                    }
                }
                closures.put(module, all);
            }
            return all;
        }

        private List<PythonModule> nextTo(PythonModule module) {
            List<PythonModule> found = next.get(module);
            if (found == null) {
                found =
                        module.imports().stream()
                                .filter(site -> site.scope().running().kind() == Scope.Kind.MODULE)
                                .flatMap(site -> module.importedBy(site.statement()).stream())
                                .distinct()
                                .toList();
                next.put(module, found);
            }
            return found;
        }
    }
}
