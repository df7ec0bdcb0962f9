package dev.lockstep.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What Lockstep knows about one run: the content of `manifest.json`.
///
/// @param lockstep the version that made the run
/// @param name a name that the user gave the run, or null
/// @param note what the user noted about the run, or null
/// @param command the experiment as it was given: script or module with its arguments
/// @param directory the folder that the experiment was started in, absolute
/// @param seed the seed that pins used, or null
/// @param pins the names of the pins that were applied
/// @param stepLimit after how many steps the run was to stop, or null
/// @param started when it began
/// @param ended when its last process ended, or null when the run was not closed properly
/// @param exitStatus the experiment's exit status, negative for a signal, or null when unknown
/// @param stopped why Lockstep ended the run before its own end, or null: `limit`, `divergence`,
///   `interrupted`
/// @param summary what its streams hold, or null when nobody has counted
/// @param lastComparison what the last comparison of this run said, or null
public record Manifest(
        String lockstep,
        @Nullable String name,
        @Nullable String note,
        List<String> command,
        String directory,
        @Nullable Long seed,
        List<String> pins,
        @Nullable Long stepLimit,
        Instant started,
        @Nullable Instant ended,
        @Nullable Integer exitStatus,
        @Nullable String stopped,
        @Nullable Summary summary,
        @Nullable LastComparison lastComparison) {
    /// The format that is written.
    public static final int FORMAT = 2;

    /// The oldest format that is read.
    public static final int OLDEST_FORMAT = 2;

    public Manifest {
        command = List.copyOf(command);
        pins = List.copyOf(pins);
    }

    /// What a run's streams hold.
    ///
    /// @param lastLoss the last value that a loss had, or null when there was none
    public record Summary(long processes, long events, long steps, @Nullable Double lastLoss) {}

    /// What a comparison of this run with another said.
    ///
    /// @param with the id of the other run
    /// @param verdict `identical`, `diverged` or `unknown`
    /// @param step where the runs parted, or null
    public record LastComparison(String with, String verdict, @Nullable Long step) {}

    /// Gives the manifest of a run that begins.
    public static Manifest begin(
            String lockstep, List<String> command, String directory, Instant started) {
        return new Manifest(
                lockstep, null, null, command, directory, null, List.of(), null, started, null,
                null, null, null, null);
    }

    /// Gives the same with a name.
    public Manifest withName(@Nullable String newName) {
        return withName(newName, note);
    }

    /// Gives the same with a name and a note.
    public Manifest withName(@Nullable String newName, @Nullable String newNote) {
        return new Manifest(
                lockstep,
                newName,
                newNote,
                command,
                directory,
                seed,
                pins,
                stepLimit,
                started,
                ended,
                exitStatus,
                stopped,
                summary,
                lastComparison);
    }

    /// Gives the same with what Lockstep did to the run.
    public Manifest withPins(
            @Nullable Long newSeed, List<String> newPins, @Nullable Long newLimit) {
        return new Manifest(
                lockstep,
                name,
                note,
                command,
                directory,
                newSeed,
                newPins,
                newLimit,
                started,
                ended,
                exitStatus,
                stopped,
                summary,
                lastComparison);
    }

    /// Gives the same after the run's end.
    public Manifest withEnd(
            Instant newEnded, @Nullable Integer newExitStatus, @Nullable String newStopped) {
        return new Manifest(
                lockstep,
                name,
                note,
                command,
                directory,
                seed,
                pins,
                stepLimit,
                started,
                newEnded,
                newExitStatus,
                newStopped,
                summary,
                lastComparison);
    }

    /// Gives the same with the count of its streams.
    public Manifest withSummary(@Nullable Summary newSummary) {
        return new Manifest(
                lockstep,
                name,
                note,
                command,
                directory,
                seed,
                pins,
                stepLimit,
                started,
                ended,
                exitStatus,
                stopped,
                newSummary,
                lastComparison);
    }

    /// Gives the same with another last comparison.
    public Manifest withLastComparison(@Nullable LastComparison comparison) {
        return new Manifest(
                lockstep,
                name,
                note,
                command,
                directory,
                seed,
                pins,
                stepLimit,
                started,
                ended,
                exitStatus,
                stopped,
                summary,
                comparison);
    }

    static Manifest of(ObjectNode json) {
        return new Manifest(
                text(json, "lockstep", "unknown"),
                textOrNull(json.get("name")),
                textOrNull(json.get("note")),
                texts(json.get("command")),
                text(json, "directory", ""),
                longOrNull(json.get("seed")),
                texts(json.get("pins")),
                longOrNull(json.get("step_limit")),
                instant(json, "started"),
                json.hasNonNull("ended") ? instant(json, "ended") : null,
                json.hasNonNull("exit_status") ? json.get("exit_status").asInt() : null,
                textOrNull(json.get("stopped")),
                summary(json.get("summary")),
                comparison(json.get("last_comparison")));
    }

    /// Lays the values over a JSON object; keys that this version does not know stay.
    void into(ObjectNode json) {
        json.put("format", FORMAT);
        json.put("lockstep", lockstep);
        json.put("name", name);
        json.put("note", note);
        json.set("command", Json.tree(command));
        json.put("directory", directory);
        json.put("seed", seed);
        json.set("pins", Json.tree(pins));
        json.put("step_limit", stepLimit);
        json.put("started", started.toString());
        json.put("ended", ended == null ? null : ended.toString());
        json.put("exit_status", exitStatus);
        json.put("stopped", stopped);
        if (summary == null) {
            json.putNull("summary");
        } else {
            ObjectNode node = json.putObject("summary");
            node.put("processes", summary.processes());
            node.put("events", summary.events());
            node.put("steps", summary.steps());
            node.put("last_loss", summary.lastLoss());
        }
        if (lastComparison == null) {
            json.putNull("last_comparison");
        } else {
            ObjectNode node = json.putObject("last_comparison");
            node.put("with", lastComparison.with());
            node.put("verdict", lastComparison.verdict());
            node.put("step", lastComparison.step());
        }
    }

    private static String text(ObjectNode json, String key, String absent) {
        String text = textOrNull(json.get(key));
        return text == null ? absent : text;
    }

    private static @Nullable String textOrNull(@Nullable JsonNode node) {
        return node == null || !node.isString() ? null : node.stringValue();
    }

    private static @Nullable Long longOrNull(@Nullable JsonNode node) {
        return node == null || !node.isIntegralNumber() ? null : node.asLong();
    }

    private static List<String> texts(@Nullable JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node instanceof ArrayNode array) {
            for (JsonNode member : array) {
                texts.add(member.isString() ? member.stringValue() : member.toString());
            }
        }
        return texts;
    }

    private static Instant instant(ObjectNode json, String key) {
        String text = text(json, key, "");
        try {
            return Instant.parse(text);
        } catch (java.time.format.DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static @Nullable Summary summary(@Nullable JsonNode node) {
        if (!(node instanceof ObjectNode json)) {
            return null;
        }
        JsonNode loss = json.get("last_loss");
        return new Summary(
                json.path("processes").asLong(0),
                json.path("events").asLong(0),
                json.path("steps").asLong(0),
                // NaN and the infinities have no number in JSON; Jackson writes them as text.
                loss == null || loss.isNull() ? null : loss.asDouble(Double.NaN));
    }

    private static @Nullable LastComparison comparison(@Nullable JsonNode node) {
        return node instanceof ObjectNode json
                ? new LastComparison(
                        text(json, "with", ""),
                        text(json, "verdict", "unknown"),
                        longOrNull(json.get("step")))
                : null;
    }
}
