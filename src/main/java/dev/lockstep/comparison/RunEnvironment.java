package dev.lockstep.comparison;

import dev.lockstep.comparison.EnvironmentDifference.Group;
import dev.lockstep.event.Event;
import dev.lockstep.record.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one run ran in and on: its command, code, packages, torch, interpreter, variables and
/// machine.
public final class RunEnvironment {
    private static final String NONE = "–";

    private record Key(Group group, String what) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byGroup = group.compareTo(other.group);
            return byGroup != 0 ? byGroup : what.compareTo(other.what);
        }
    }

    private final Map<Key, String> values = new TreeMap<>();

    private RunEnvironment() {}

    /// Gives what is known about one run.
    ///
    /// @param environment the record's environment, nested names joined by a dot
    /// @param observations what its processes showed
    public static RunEnvironment of(
            Manifest manifest, Map<String, String> environment, Observations observations) {
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
        observations.events(Event.Torch.class).stream().limit(1).forEach(known::torch);
        observations.events(Event.Process.class).stream()
                .limit(1)
                .forEach(process -> known.put(Group.PYTHON, "python", process.python()));
        for (Event.Packages packages : observations.events(Event.Packages.class)) {
            packages.packages().forEach(one -> known.put(Group.PACKAGE, one.name(), one.value()));
            packages.modules()
                    .forEach(one -> known.put(Group.CODE, one.name(), brief(one.value())));
            for (String library : packages.libraries()) {
                known.put(Group.PACKAGE, "library " + fileName(library), library);
            }
        }
        for (Event.Open open : observations.events(Event.Open.class)) {
            if (!open.path().startsWith("/")) {
                known.put(Group.DATA, open.path(), open.bytes() + " bytes");
            }
        }
        return known;
    }

    private void environment(String key, String value) {
        int dot = key.indexOf('.');
        String group = dot < 0 ? key : key.substring(0, dot);
        String rest = dot < 0 ? key : key.substring(dot + 1);
        switch (group) {
            case "variables" -> put(Group.VARIABLE, rest, value);
            case "machine" -> put(Group.MACHINE, rest, value);
            // Packages and torch are told more exactly by the run itself, but not by one that died.
            case "packages" -> put(Group.PACKAGE, rest, value);
            case "torch" -> put(Group.TORCH, rest, value);
            case "python" -> {
                if (!rest.equals("version") && !rest.equals("torch")) {
                    put(Group.PYTHON, rest, value);
                }
            }
            default -> put(Group.OTHER, key, value);
        }
    }

    private void torch(Event.Torch torch) {
        put(Group.TORCH, "torch", torch.version());
        put(Group.TORCH, "threads", Long.toString(torch.threads()));
        put(Group.TORCH, "interop threads", Long.toString(torch.interop()));
        put(Group.TORCH, "CUDA devices", Long.toString(torch.cuda()));
        put(Group.TORCH, "CUDA", torch.cudaVersion());
        put(Group.TORCH, "cuDNN", torch.cudnnVersion());
        torch.flags().forEach((name, value) -> put(Group.TORCH, name, String.valueOf(value)));
    }

    private void put(Group group, String what, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            values.put(new Key(group, what), value);
        }
    }

    private static @Nullable String brief(@Nullable String hash) {
        return hash == null || hash.length() < 12 ? hash : hash.substring(0, 12);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Gives in what two runs differ, the likeliest cause first.
    ///
    /// What one run names and the other does not counts only where a run that ended orderly names
    /// everything: commands, pins and variables. A package that one run has not imported yet when
    /// it was stopped is no difference.
    public static List<EnvironmentDifference> differences(
            RunEnvironment reference, RunEnvironment candidate) {
        Map<Key, String> all = new TreeMap<>(reference.values);
        candidate.values.forEach(all::putIfAbsent);
        Map<Key, EnvironmentDifference> differences = new LinkedHashMap<>();
        for (Key key : all.keySet()) {
            String left = reference.values.get(key);
            String right = candidate.values.get(key);
            boolean named =
                    left != null && right != null
                            || switch (key.group()) {
                                case COMMAND, PINS, VARIABLE, MACHINE -> true;
                                case CODE, DATA, PACKAGE, TORCH, PYTHON, OTHER -> false;
                            };
            if (named && !java.util.Objects.equals(left, right)) {
                differences.put(
                        key,
                        new EnvironmentDifference(
                                key.group(),
                                key.what(),
                                left == null ? NONE : left,
                                right == null ? NONE : right));
            }
        }
        return new ArrayList<>(differences.values());
    }
}
