package dev.lockstep.cli;

import dev.lockstep.check.Baseline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes a baseline as JSON, one entry a line of a project's old findings.
final class BaselineFile {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private BaselineFile() {}

    static Baseline read(Path file) {
        try {
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (root.path("format").asInt(0) != 1) {
                throw new CannotTell(
                        file + " is no baseline of this version",
                        "write it anew: lockstep check --write-baseline " + file + " PATH…");
            }
            var entries = new ArrayList<Baseline.Entry>();
            for (JsonNode node : root.path("findings")) {
                entries.add(
                        new Baseline.Entry(
                                node.path("hazard").asString(""),
                                node.path("file").asString(""),
                                node.path("text").asString(""),
                                node.path("count").asInt(1)));
            }
            return Baseline.ofEntries(entries);
        } catch (IOException e) {
            throw new CannotTell(
                    "the baseline " + file + " cannot be read: " + PythonFiles.why(e),
                    "write one: lockstep check --write-baseline " + file + " PATH…");
        } catch (JacksonException e) {
            throw new CannotTell(
                    "the baseline " + file + " is not JSON: " + e.getOriginalMessage(),
                    "write it anew: lockstep check --write-baseline " + file + " PATH…");
        }
    }

    static void write(Path file, Baseline baseline) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", 1);
        var findings = root.putArray("findings");
        for (Baseline.Entry entry : baseline.entries()) {
            findings.addObject()
                    .put("hazard", entry.hazard())
                    .put("file", entry.file())
                    .put("text", entry.text())
                    .put("count", entry.count());
        }
        try {
            Files.writeString(file, MAPPER.writeValueAsString(root).replace("\r\n", "\n") + "\n");
        } catch (IOException e) {
            throw new CannotTell(
                    "the baseline " + file + " cannot be written: " + PythonFiles.why(e));
        }
    }
}
