package dev.lockstep.event;

import org.jspecify.annotations.Nullable;

/// What a process is for in its experiment: decides with which process of the other run it is
/// compared.
public sealed interface Role {
    /// Gives the words that name it to a person: `main`, `worker 1`, `rank 1`, `child`.
    default String text() {
        return switch (this) {
            case Main _ -> "main";
            case Worker worker -> "worker " + worker.worker();
            case Rank rank -> "rank " + rank.rank();
            case Child child -> child.name() != null ? child.name() : "child";
        };
    }

    /// The process that the user started.
    record Main() implements Role {}

    /// A loader's worker.
    ///
    /// @param loader ordinal of the loader in its process
    /// @param iterator ordinal of the iterator over that loader
    /// @param worker the worker's number
    record Worker(int loader, int iterator, int worker) implements Role {}

    /// One rank of a distributed run.
    record Rank(int rank) implements Role {}

    /// Any other process that the experiment started.
    ///
    /// @param ordinal how many processes its parent had started before it, or null when unknown
    /// @param name its place among the experiment's processes, or null
    /// @param pool it takes tasks from a pool, so that what it does depends on which ones it gets
    record Child(@Nullable Integer ordinal, @Nullable String name, boolean pool) implements Role {
        private static final String PROGRAM = "program ";

        public Child(@Nullable Integer ordinal, @Nullable String name) {
            this(ordinal, name, false);
        }

        /// Whether it is a program of its own, which a shell or another tool started and no Python
        /// process: `program train.py`.
        public boolean program() {
            return name != null && name.startsWith(PROGRAM) && name.indexOf('/') < 0;
        }
    }

    /// Whether a Python process of the experiment started it for a part of its work.
    default boolean started() {
        return this instanceof Child child && !child.program();
    }

    /// Whether which part of the work the process does differs from run to run by itself.
    default boolean pooled() {
        return this instanceof Child child && child.pool();
    }
}
