package dev.lockstep.comparison;

import dev.lockstep.comparison.EnvironmentDifference.Group;
import dev.lockstep.event.Event;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one run ran in and on: its command, code, data files, packages, torch, interpreter,
/// variables and machine.
public final class RunEnvironment {
    /// Stands for what a run has not.
    public static final String NONE = "–";

    /// Stands for a variable without a value.
    public static final String NOT_SET = "not set";

    /// Stands for a file that is gone.
    public static final String NOT_THERE = "not there";

    /// Where a pin lets a run keep its caches: a folder of that run alone.
    private static final Pattern OWN_CACHE =
            Pattern.compile(".*/\\.lockstep/.*/scratch(/(inductor|triton))?");

    private static final Set<String> TOLD_BY_TORCH = Set.of("CUDA devices", "instructions in use");

    /// A shared library's name up to its version.
    private static final Pattern LIBRARY = Pattern.compile("^([A-Za-z_+]+).*");

    /// What computes, the likeliest cause first.
    private static final List<String> COMPUTE =
            List.of("torch", "numpy", "scipy", "scikit-learn", "torchvision", "torchaudio");

    /// What carries no number into a result.
    private static final Set<String> TOOLS =
            Set.of(
                    "setuptools",
                    "pip",
                    "wheel",
                    "packaging",
                    "typing-extensions",
                    "six",
                    "tqdm",
                    "certifi",
                    "requests",
                    "urllib3",
                    "filelock",
                    "colorama",
                    "click",
                    "rich");

    private record Key(Group group, String what) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byGroup = group.compareTo(other.group);
            if (byGroup != 0) {
                return byGroup;
            }
            // Most else in its group follows from torch's own version.
            int byRank = Integer.compare(rank(), other.rank());
            return byRank != 0 ? byRank : what.compareTo(other.what);
        }

        private int rank() {
            int first = COMPUTE.indexOf(what);
            return first >= 0 ? first : TOOLS.contains(what) ? COMPUTE.size() + 1 : COMPUTE.size();
        }
    }

    private final Map<Key, String> values = new TreeMap<>();
    private final Map<String, DataFile> data = new TreeMap<>();
    private final Map<String, String> hashes = new TreeMap<>();
    private final Set<String> asked = new TreeSet<>();
    private boolean whole;
    private boolean libraries;

    private RunEnvironment() {}

    /// Gives what a record knows about one run.
    ///
    /// @param observations what its processes showed
    public static RunEnvironment of(RunRecord record, Observations observations)
            throws IOException {
        var known = of(record.manifest(), record.environment());
        known.whole = record.manifest().ended() != null && record.manifest().stopped() == null;
        known.observed(observations);
        for (Map.Entry<String, Path> file : record.code().entrySet()) {
            known.code(file.getKey(), RunRecord.sha256(RunRecord.content(file.getValue())));
        }
        record.dataFiles().forEach(known::data);
        return known;
    }

    /// Gives what is known about a run before it begins.
    ///
    /// @param environment nested names joined by a dot
    public static RunEnvironment of(Manifest manifest, Map<String, String> environment) {
        RunEnvironment known = new RunEnvironment();
        known.put(Group.COMMAND, "command", String.join(" ", manifest.command()));
        known.put(Group.PINS, "pins", String.join(", ", manifest.pins()));
        if (!manifest.pins().isEmpty() && manifest.seed() != null) {
            known.put(Group.PINS, "seed of the pins", manifest.seed().toString());
        }
        if (manifest.stepLimit() != null) {
            known.put(Group.COMMAND, "step limit", manifest.stepLimit().toString());
        }
        environment.forEach(known::environment);
        return known;
    }

    private void observed(Observations observations) {
        observations.events(Event.Torch.class).stream().limit(1).forEach(this::torch);
        observations.events(Event.Process.class).stream()
                .limit(1)
                .forEach(process -> put(Group.PYTHON, "python", process.python()));
        for (Event.Packages packages : observations.events(Event.Packages.class)) {
            packages.hashes().forEach(one -> hash(one.name(), one.value()));
            packages.packages().forEach(one -> put(Group.PACKAGE, one.name(), one.value()));
            packages.modules().forEach(one -> code(one.name(), one.value()));
            libraries(packages.libraries());
        }
        for (Event.Open open : observations.events(Event.Open.class)) {
            if (!open.path().startsWith("/") && open.bytes() != null) {
                data(new DataFile(open.path(), open.bytes(), open.modified(), null, false));
            }
        }
    }

    /// Notes which version of a package there is, and a hash over its files.
    public void installed(String name, @Nullable String version, @Nullable String hash) {
        put(Group.PACKAGE, name, version);
        hash(name, hash);
    }

    /// Notes the interpreter and its torch.
    public void interpreter(String python, @Nullable String torch) {
        put(Group.PYTHON, "python", python);
        put(Group.TORCH, "torch", torch);
    }

    /// Notes the SHA-256 of a file of the project that is executed; null when it is not there.
    public void code(String path, @Nullable String sha256) {
        put(
                Group.CODE,
                path,
                sha256 == null ? NOT_THERE : sha256.substring(0, Math.min(12, sha256.length())));
    }

    /// Notes a file that is read.
    public void data(DataFile file) {
        data.put(file.path(), file);
    }

    /// The names of the variables that the script's own code asked for.
    public Set<String> asked() {
        return Set.copyOf(asked);
    }

    /// The project's files that were executed.
    public Set<String> codeFiles() {
        Set<String> files = new TreeSet<>();
        for (Key key : values.keySet()) {
            if (key.group() == Group.CODE) {
                files.add(key.what());
            }
        }
        return files;
    }

    /// The files that were read.
    public Collection<DataFile> dataFiles() {
        return List.copyOf(data.values());
    }

    /// The names of the packages that are known.
    public Set<String> packages() {
        Set<String> names = new TreeSet<>(hashes.keySet());
        for (Key key : values.keySet()) {
            if (key.group() == Group.PACKAGE && !key.what().startsWith("library ")) {
                names.add(key.what());
            }
        }
        return names;
    }

    private void hash(String name, @Nullable String hash) {
        if (hash != null && !hash.isEmpty()) {
            hashes.put(name, hash);
        }
    }

    private void environment(String key, String value) {
        int dot = key.indexOf('.');
        String group = dot < 0 ? key : key.substring(0, dot);
        String rest = dot < 0 ? key : key.substring(dot + 1);
        switch (group) {
            case "variables" -> {
                if (!OWN_CACHE.matcher(value).matches()) {
                    put(Group.VARIABLE, rest, value);
                }
            }
            case "asked" -> {
                asked.add(rest);
                if (value.equals(NOT_SET)) {
                    put(Group.VARIABLE, rest, value);
                }
            }
            case "machine" -> put(Group.MACHINE, rest, value);
            // Packages and torch are told more exactly by the run itself, but not by one that died.
            case "packages" -> put(Group.PACKAGE, rest, value);
            case "torch" -> put(Group.TORCH, rest, value);
            case "python" -> {
                switch (rest) {
                    case "version" -> put(Group.PYTHON, "python", value);
                    case "torch" -> put(Group.TORCH, "torch", value);
                    default -> put(Group.PYTHON, rest, value);
                }
            }
            case "git" -> {
                if (rest.equals("commit")) {
                    put(Group.OTHER, "git commit", value);
                }
            }
            default -> put(Group.OTHER, key, value);
        }
    }

    private void torch(Event.Torch torch) {
        put(Group.TORCH, "torch", torch.version());
        put(Group.FLAG, "threads", Long.toString(torch.threads()));
        put(Group.FLAG, "interop threads", Long.toString(torch.interop()));
        put(Group.MACHINE, "CUDA devices", Long.toString(torch.cuda()));
        put(Group.TORCH, "CUDA", torch.cudaVersion());
        put(Group.TORCH, "cuDNN", torch.cudnnVersion());
        torch.flags()
                .forEach((name, value) -> {
                    if (name.equals("cpu_capability")) {
                        put(
                                Group.MACHINE,
                                "instructions in use",
                                value == null ? null : value.toString());
                    } else {
                        put(Group.FLAG, name, String.valueOf(value));
                    }
                });
    }

    /// The file's name tells the version; where it lies says nothing.
    private void libraries(List<String> paths) {
        libraries = true;
        for (String path : paths) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            String what = "library " + LIBRARY.matcher(name).replaceFirst("$1");
            values.merge(
                    new Key(Group.PACKAGE, what),
                    name,
                    (one, two) ->
                            one.contains(two)
                                    ? one
                                    : one.compareTo(two) < 0 ? one + " " + two : two + " " + one);
        }
    }

    private void put(Group group, String what, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            values.put(new Key(group, what), value);
        }
    }

    /// Gives in what two runs differ, the likeliest cause first.
    ///
    /// What one run names and the other does not counts only where every run names everything
    /// (commands, pins, variables, machine), or where the other run went on to its own end (code
    /// and data of the project). A package that one run has not imported yet when it was stopped is
    /// no difference.
    public static List<EnvironmentDifference> differences(
            RunEnvironment reference, RunEnvironment candidate) {
        Set<Key> keys = new TreeSet<>(reference.values.keySet());
        keys.addAll(candidate.values.keySet());
        reference.data.keySet().forEach(path -> keys.add(new Key(Group.DATA, path)));
        candidate.data.keySet().forEach(path -> keys.add(new Key(Group.DATA, path)));
        reference.hashes.keySet().forEach(name -> keys.add(new Key(Group.PACKAGE, name)));
        List<EnvironmentDifference> differences = new ArrayList<>();
        boolean torch = false;
        for (Key key : keys) {
            EnvironmentDifference one =
                    key.group() == Group.DATA
                            ? data(key.what(), reference, candidate)
                            : value(key, reference, candidate);
            if (one == null || torch && key.equals(new Key(Group.PACKAGE, "torch"))) {
                continue;
            }
            torch |= key.equals(new Key(Group.TORCH, "torch"));
            differences.add(one);
        }
        return differences;
    }

    private static @Nullable EnvironmentDifference value(
            Key key, RunEnvironment reference, RunEnvironment candidate) {
        String left = reference.values.get(key);
        String right = candidate.values.get(key);
        boolean library = key.what().startsWith("library ");
        if (key.group() == Group.PACKAGE && !library) {
            String one = reference.hashes.get(key.what());
            String two = candidate.hashes.get(key.what());
            if (one != null && two != null) {
                if (one.equals(two)) {
                    // The same files call themselves the same, whoever was asked.
                    return null;
                }
                if (left == null || right == null || left.equals(right)) {
                    left = (left == null ? "" : left + ", ") + "files " + one;
                    right = (right == null ? "" : right + ", ") + "files " + two;
                }
            }
        }
        if (Objects.equals(left, right) || !named(key, left, right, reference, candidate)) {
            return null;
        }
        return new EnvironmentDifference(
                key.group(), key.what(), left == null ? NONE : left, right == null ? NONE : right);
    }

    private static boolean named(
            Key key,
            @Nullable String left,
            @Nullable String right,
            RunEnvironment reference,
            RunEnvironment candidate) {
        if (left != null && right != null) {
            return true;
        }
        return switch (key.group()) {
            case COMMAND, PINS -> true;
            // Whether a run that never asked for it had it, nobody noted.
            case VARIABLE ->
                    !reference.asked.contains(key.what()) && !candidate.asked.contains(key.what());
            // These two torch tells, which a run need not have come to.
            case MACHINE -> !TOLD_BY_TORCH.contains(key.what());
            case CODE ->
                    inProject(key.what()) && (left == null ? reference : candidate).knowsCode();
            case PACKAGE ->
                    key.what().startsWith("library ") && reference.libraries && candidate.libraries;
            case DATA, TORCH, PYTHON, FLAG, OTHER -> false;
        };
    }

    private boolean knowsCode() {
        return whole && values.keySet().stream().anyMatch(key -> key.group() == Group.CODE);
    }

    private static boolean inProject(String path) {
        return !path.startsWith("/");
    }

    private static @Nullable EnvironmentDifference data(
            String path, RunEnvironment reference, RunEnvironment candidate) {
        DataFile left = reference.data.get(path);
        DataFile right = candidate.data.get(path);
        if (left != null && right != null) {
            return left.differsFrom(right)
                    ? new EnvironmentDifference(
                            Group.DATA, path, text(left, right), text(right, left))
                    : null;
        }
        if (!inProject(path) || !(left == null ? reference : candidate).whole) {
            return null;
        }
        return new EnvironmentDifference(
                Group.DATA,
                path,
                left == null ? NONE : text(left, left),
                right == null ? NONE : text(right, right));
    }

    /// Says of a file what tells it from another one.
    private static String text(DataFile file, DataFile other) {
        if (file.bytes() < 0) {
            return NOT_THERE;
        }
        String text = file.bytes() + " bytes";
        String hash = file.sha256();
        if (hash != null && (other.sha256() != null || other.bytes() != file.bytes())) {
            return text + ", " + hash.substring(0, 12);
        }
        Long modified = file.modified();
        return modified == null || other.bytes() != file.bytes()
                ? text
                : text
                        + ", of "
                        + Instant.ofEpochSecond(0, modified).truncatedTo(ChronoUnit.MILLIS);
    }
}
