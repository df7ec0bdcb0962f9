package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/// What `[tool.lockstep]` of a `pyproject.toml` says.
///
/// @param file the file it stands in, or null when there is none
/// @param torch the torch version that the project runs on, or null
record ProjectSettings(
        @Nullable Path file,
        List<String> select,
        List<String> ignore,
        List<String> entryPoints,
        List<String> exclude,
        @Nullable String torch,
        @Nullable String baseline) {
    /// What holds where no file says anything.
    static final ProjectSettings NONE =
            new ProjectSettings(null, List.of(), List.of(), List.of(), List.of(), null, null);

    private static final Set<String> KEYS =
            Set.of("select", "ignore", "entry-points", "exclude", "torch", "baseline");

    /// Takes a folder, gives the settings of the nearest `pyproject.toml` in it or above it that
    /// has a `[tool.lockstep]` table.
    ///
    /// @throws CannotTell when the table is wrong
    static ProjectSettings find(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            Path file = at.resolve("pyproject.toml");
            if (Files.isRegularFile(file)) {
                ProjectSettings settings = read(file);
                if (settings.file() != null) {
                    return settings;
                }
            }
        }
        return NONE;
    }

    private static ProjectSettings read(Path file) {
        JsonNode table;
        try {
            String text = Files.readString(file);
            if (!text.contains("lockstep")) {
                return NONE;
            }
            table = new TomlMapper().readTree(text).path("tool").path("lockstep");
        } catch (IOException e) {
            throw new CannotTell(file + " cannot be read: " + PythonFiles.why(e));
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new CannotTell(file + ":" + line + ": " + e.getOriginalMessage());
        }
        if (table.isMissingNode()) {
            return NONE;
        }
        for (String key : table.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw new CannotTell(
                        file
                                + ": [tool.lockstep] has no setting “"
                                + key
                                + "”; it knows "
                                + String.join(", ", new java.util.TreeSet<>(KEYS)));
            }
        }
        return new ProjectSettings(
                file,
                texts(file, table, "select"),
                texts(file, table, "ignore"),
                texts(file, table, "entry-points"),
                texts(file, table, "exclude"),
                text(file, table, "torch"),
                text(file, table, "baseline"));
    }

    private static List<String> texts(Path file, JsonNode table, String key) {
        JsonNode node = table.path(key);
        if (node.isMissingNode()) {
            return List.of();
        }
        var texts = new ArrayList<String>();
        for (JsonNode item : node.isArray() ? node : List.of(node)) {
            if (!item.isString()) {
                throw new CannotTell(
                        file + ": “" + key + "” in [tool.lockstep] must be a list of strings");
            }
            texts.add(item.asString());
        }
        return List.copyOf(texts);
    }

    private static @Nullable String text(Path file, JsonNode table, String key) {
        JsonNode node = table.path(key);
        if (node.isMissingNode()) {
            return null;
        }
        if (!node.isString()) {
            throw new CannotTell(file + ": “" + key + "” in [tool.lockstep] must be a string");
        }
        return node.asString();
    }
}
