package dev.lockstep.record;

import dev.lockstep.event.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes the JSON files of a run.
final class Json {
    /// No file may be longer than this many bytes.
    private static final int LARGEST = 32 << 20;

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode tree(@Nullable Object value) {
        return MAPPER.valueToTree(value);
    }

    /// Gives the object in a file.
    ///
    /// @throws Unreadable when it is absent, cut short or not an object
    static ObjectNode read(Path file, String what) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw Unreadable.absent(what, file.toString());
        }
        if (bytes.length > LARGEST) {
            throw Unreadable.damaged(
                    file.toString(), "it is longer than " + (LARGEST >> 20) + " MiB");
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || text.startsWith("{") && !text.endsWith("}")) {
            throw Unreadable.incomplete(file.toString(), "after " + bytes.length + " bytes");
        }
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw Unreadable.damaged(file.toString(), e.getOriginalMessage());
        }
        throw Unreadable.damaged(file.toString(), "it is not a JSON object");
    }

    /// Gives the text of a value as it is written.
    static byte[] bytes(JsonNode value) {
        return (MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Replaces a file as a whole.
    static void write(Path file, JsonNode value) throws IOException {
        // Two commands may write the same file at once.
        Path temporary =
                file.resolveSibling(file.getFileName() + ".tmp-" + ProcessHandle.current().pid());
        Files.write(temporary, bytes(value));
        try {
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
