package dev.lockstep.event;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thing that the agent saw in a process: a record for each kind of `docs/reference/stream.md`.
///
/// Key by key the records are what the stream holds. A key that the agent left out is null, zero or
/// empty. Values whose type the stream leaves open (`args`, `flags`, `defaults`) are String, Long,
/// Double, Boolean, null, or a List or Map of these.
public sealed interface Event {
    /// First item of every stream.
    record Stream(long format) implements Event {}

    /// Second item of every stream: which process this is.
    record Process(
            long pid,
            long ppid,
            List<String> argv,
            Role role,
            @Nullable String python,
            @Nullable String executable,
            @Nullable String cwd,
            @Nullable String method,
            boolean hashRandomization,
            @Nullable String agent)
            implements Event {
        public Process {
            argv = List.copyOf(argv);
        }
    }

    /// torch was imported.
    record Torch(
            @Nullable String version,
            long threads,
            long interop,
            long cuda,
            @Nullable String cudaVersion,
            @Nullable String cudnnVersion,
            Map<String, @Nullable Object> flags)
            implements Event {
        public Torch {
            flags = ordered(flags);
        }
    }

    /// A generator was seeded.
    record Seed(
            String generator,
            List<@Nullable Object> args,
            @Nullable Site site,
            @Nullable String via,
            long ordinal)
            implements Event {
        public Seed {
            args = list(args);
        }

        /// Whether the arguments fix the generator's state: no arguments, or a null, mean entropy.
        public boolean fixes() {
            return !args.isEmpty() && !args.contains(null);
        }
    }

    /// A draw from a generator that nobody had seeded.
    record Draw(
            String generator,
            @Nullable String function,
            @Nullable Site site,
            @Nullable String via,
            @Nullable String feeds,
            long ordinal,
            @Nullable String during)
            implements Event {}

    /// Operating-system entropy was taken, or a generator made without a seed.
    ///
    /// @param value the hexadecimal digits of what `uuid4` or `secrets` took, which a script may
    ///   use as a name
    record Entropy(
            String source,
            @Nullable Site site,
            @Nullable String via,
            long ordinal,
            @Nullable String value)
            implements Event {}

    /// An iterator over a loader begins.
    record Loader(
            long loader,
            long iterator,
            @Nullable Long batchSize,
            long workers,
            @Nullable String sampler,
            boolean shuffles,
            boolean generator,
            boolean workerInitFn,
            boolean persistentWorkers,
            boolean dropLast,
            boolean inOrder,
            @Nullable Long length,
            @Nullable Site site)
            implements Event {}

    /// A loader gave a batch.
    record Batch(
            long loader,
            long iterator,
            long n,
            @Nullable List<Long> indices,
            @Nullable Fingerprint order,
            @Nullable Long size,
            @Nullable Fingerprint content,
            List<Leaf> leaves,
            @Nullable Long worker,
            @Nullable Long real)
            implements Event {
        public Batch {
            indices = indices == null ? null : List.copyOf(indices);
            leaves = List.copyOf(leaves);
        }
    }

    /// An optimizer was made.
    record OptimizerMade(
            long optimizer,
            @Nullable String className,
            long parameters,
            List<String> names,
            List<List<Long>> shapes,
            List<String> dtypes,
            Map<String, @Nullable Object> defaults,
            @Nullable Fingerprint content,
            List<Leaf> leaves,
            @Nullable Site site)
            implements Event {
        public OptimizerMade {
            names = List.copyOf(names);
            shapes = List.copyOf(shapes);
            dtypes = List.copyOf(dtypes);
            defaults = ordered(defaults);
            leaves = List.copyOf(leaves);
        }
    }

    /// `backward` was called where there is no optimizer.
    record Backward(long n, @Nullable Fingerprint loss, @Nullable Double value, @Nullable Site site)
            implements Event {}

    /// An optimizer stepped.
    ///
    /// @param lr the learning rate of each parameter group
    record Step(
            long n,
            long optimizer,
            @Nullable Fingerprint loss,
            @Nullable Double value,
            @Nullable Fingerprint gradients,
            @Nullable Fingerprint parameters,
            Map<String, Fingerprint> generators,
            List<Double> lr,
            @Nullable Double scale,
            @Nullable Site site)
            implements Event {
        public Step {
            generators = ordered(generators);
            lr = List.copyOf(lr);
        }
    }

    /// The fingerprints under a step's roots, in the order of the optimizer's parameters.
    record Leaves(long n, long optimizer, List<Leaf> gradients, List<Leaf> parameters)
            implements Event {
        public Leaves {
            gradients = List.copyOf(gradients);
            parameters = List.copyOf(parameters);
        }
    }

    /// A directory was listed.
    record Listing(
            @Nullable String function,
            String path,
            long count,
            @Nullable Fingerprint order,
            boolean sorted,
            @Nullable Site site,
            @Nullable String via)
            implements Event {}

    /// A checkpoint was written.
    ///
    /// @param beside another thread than the main one wrote it, so that which comes first of
    ///   several is luck
    record Save(
            @Nullable String path,
            @Nullable String function,
            @Nullable Fingerprint content,
            List<Leaf> leaves,
            @Nullable Site site,
            boolean generators,
            boolean optimizer,
            boolean beside)
            implements Event {
        public Save {
            leaves = List.copyOf(leaves);
        }
    }

    /// A checkpoint was read.
    record Load(
            @Nullable String path,
            @Nullable String function,
            @Nullable Fingerprint content,
            @Nullable Site site,
            boolean generators)
            implements Event {}

    /// A data file was opened for reading.
    record Open(String path, @Nullable Long bytes, @Nullable Long modified) implements Event {}

    /// At exit: a file that the process wrote and that still exists.
    ///
    /// @param sha256 in hexadecimal digits, or null when it was not computed
    /// @param unseen whether the writing itself was not seen, as when compiled code opens a file
    record Write(String path, @Nullable Long bytes, @Nullable String sha256, boolean unseen)
            implements Event {}

    /// At exit: the state of a root module.
    record State(
            @Nullable String name,
            @Nullable String className,
            @Nullable Fingerprint content,
            List<Leaf> leaves,
            boolean training)
            implements Event {
        public State {
            leaves = List.copyOf(leaves);
        }
    }

    /// At exit: the states of the seeded generators.
    record Generators(Map<String, Fingerprint> generators) implements Event {
        public Generators {
            generators = ordered(generators);
        }
    }

    /// The user's own code read the clock or the process id.
    record Clock(@Nullable String function, @Nullable Site site) implements Event {}

    /// Results whose order is not fixed.
    record Concurrent(@Nullable String function, @Nullable Site site) implements Event {
        /// Whether it is work on a CUDA device, which goes on beside other work there, in a process
        /// that has no thread more for it.
        public boolean onDevice() {
            return function != null
                    && (function.startsWith("torch.cuda.") || function.startsWith("torch.Tensor."));
        }
    }

    /// A process was started.
    record Start(@Nullable String how, List<String> argv, @Nullable Site site, boolean python)
            implements Event {
        public Start {
            argv = List.copyOf(argv);
        }
    }

    /// A pin changed something for the first time in this process.
    record Pin(String name, @Nullable String function, @Nullable Site site, @Nullable String via)
            implements Event {}

    /// The script set an environment variable that matters.
    record Variable(String name, @Nullable String value, @Nullable Site site) implements Event {}

    /// A switch had this value or was set.
    record Flag(String name, @Nullable Object value, @Nullable Site site) implements Event {}

    /// torch warned of a nondeterministic operation.
    record Warning(@Nullable String text, @Nullable String operation, @Nullable Site site)
            implements Event {}

    /// One operation of a traced run.
    record Operation(
            long n,
            long i,
            String operation,
            List<Leaf> inputs,
            List<Leaf> outputs,
            @Nullable Site site,
            @Nullable String phase,
            @Nullable Long threads)
            implements Event {
        public Operation {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }

    /// Traced run: a tensor changed between the operations that wrote and read it.
    record Mutation(long n, long i, @Nullable String what) implements Event {}

    /// The agent could not tap something.
    record Untapped(@Nullable String what, @Nullable String why) implements Event {}

    /// An error of the agent's own.
    record Problem(@Nullable String text) implements Event {}

    /// The step limit was reached.
    record Limit(long steps) implements Event {}

    /// At exit: versions and files that made up the program.
    ///
    /// @param hashes over the files of each package
    /// @param asked names of environment variables that the script's own code asked for
    record Packages(
            List<Named> packages,
            List<Named> modules,
            List<String> libraries,
            List<Named> hashes,
            List<String> asked)
            implements Event {
        public Packages {
            packages = List.copyOf(packages);
            modules = List.copyOf(modules);
            libraries = List.copyOf(libraries);
            hashes = List.copyOf(hashes);
            asked = List.copyOf(asked);
        }
    }

    /// A package with its version, or a project file with its hash.
    record Named(String name, @Nullable String value) {}

    /// Orderly end of the process.
    record End(
            @Nullable Long status,
            @Nullable String exception,
            @Nullable String text,
            @Nullable Site site,
            long steps,
            long batches)
            implements Event {}

    /// A kind that this version does not know, kept as it is.
    record Other(String kind, Map<String, @Nullable Object> fields) implements Event {
        public Other {
            fields = ordered(fields);
        }
    }

    private static <V extends @Nullable Object> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static List<@Nullable Object> list(List<@Nullable Object> values) {
        return Collections.unmodifiableList(new ArrayList<>(values));
    }
}
