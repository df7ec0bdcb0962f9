package dev.lockstep.record;

import org.jspecify.annotations.Nullable;

/// What a file of a run's folder is, by its name alone.
///
/// Packing and unpacking know no other rule: a file without a content stays where it is.
public enum Content {
    /// What the run was: its manifest, environment and settings.
    RECORD("record"),
    /// What its processes saw.
    EVENTS("events"),
    /// What it printed.
    PRINTED("printed text"),
    /// The text of the project's own source files, under `code/`.
    CODE("code"),
    /// The list of the data files that it read.
    DATA_PATHS("data paths"),
    /// What stood in small data files, under `data/`, each named by its SHA-256.
    DATA("data");

    private static final int DEEPEST = 64;
    private static final int LONGEST = 1024;

    private final String text;

    Content(String text) {
        this.text = text;
    }

    /// Gives it in words.
    public String text() {
        return text;
    }

    /// Gives the content of a file.
    ///
    /// @param name relative to the run's folder, with `/`
    /// @return null for a file that is no part of a record
    public static @Nullable Content of(String name) {
        if (wrong(name) != null) {
            return null;
        }
        return switch (name) {
            case "manifest.json", "environment.json", "agent.json" -> RECORD;
            case "stdout.log", "stderr.log" -> PRINTED;
            case "data.json" -> DATA_PATHS;
            case "streams/main" -> EVENTS;
            default -> {
                if (name.startsWith("code/")) {
                    yield CODE;
                }
                if (name.matches("data/[0-9a-f]{64}")) {
                    yield DATA;
                }
                boolean stream =
                        name.startsWith("streams/")
                                && name.indexOf('/', "streams/".length()) < 0
                                && (name.endsWith(".cbor") || name.endsWith(".failed"));
                yield stream ? EVENTS : null;
            }
        };
    }

    /// Gives what is wrong with the name of a file in a packed run, or null.
    ///
    /// A good name goes down from the run's folder by plain steps and is the same on every system.
    static @Nullable String wrong(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return "its name has " + name.length() + " characters";
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return "its name holds a control character";
        }
        if (name.startsWith("/") || name.indexOf('\\') >= 0 || name.matches("[A-Za-z]:.*")) {
            return "its name does not start in the run's folder";
        }
        String[] steps = name.split("/", -1);
        if (steps.length > DEEPEST) {
            return "it lies " + steps.length + " folders deep";
        }
        for (String step : steps) {
            if (step.equals("..")) {
                return "its name leads out of the run's folder";
            }
            if (step.isEmpty() || step.equals(".")) {
                return "its name has an empty part";
            }
        }
        return null;
    }
}
