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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
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
    private final ConcurrentMap<String, Once<Execution>> finished = new ConcurrentHashMap<>();

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
    Execution finished(GeneratorStates end) {
        // Whether a generator was drawn from, and where it was seeded, changes nothing any more.
        GeneratorStates plain = end.withoutPlaces();
        return finished.computeIfAbsent(plain.fullKey(), key -> new Once<>())
                .get(() -> Execution.finish(shared, this, plain));
    }

    /// Something that whoever asks first works out, while others wait.
    private static final class Once<T> {
        private final AtomicReference<@Nullable CompletableFuture<@Nullable T>> first =
                new AtomicReference<>();

        T get(Supplier<T> work) {
            while (true) {
                var own = new CompletableFuture<@Nullable T>();
                CompletableFuture<@Nullable T> other = first.compareAndExchange(null, own);
                if (other == null) {
                    return result(own, work);
                }
                T value = other.join();
                if (value != null) {
                    return value;
                }
            }
        }

        /// Where the work fails, as one that is too deep in calls already does, who waits tries.
        private T result(CompletableFuture<@Nullable T> own, Supplier<T> work) {
            T value = null;
            try {
                value = work.get();
                return value;
            } finally {
                if (value == null) {
                    first.set(null);
                }
                own.complete(value);
            }
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

        /// Whether importing a module imports one that is looked for, as far as the statements
        /// outside functions say.
        boolean leadsTo(PythonModule module, Predicate<PythonModule> wanted) {
            Set<PythonModule> all = closures.get(module);
            if (all != null) {
                return all.stream().anyMatch(wanted);
            }
            all = Collections.newSetFromMap(new IdentityHashMap<>());
            var waiting = new ArrayDeque<PythonModule>();
            all.add(module);
            waiting.add(module);
            while (!waiting.isEmpty()) {
                PythonModule at = waiting.poll();
                if (wanted.test(at)) {
                    return true;
                }
                for (PythonModule other : nextTo(at)) {
                    if (all.add(other)) {
                        waiting.add(other);
                    }
                }
            }
            closures.put(module, all);
            return false;
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
