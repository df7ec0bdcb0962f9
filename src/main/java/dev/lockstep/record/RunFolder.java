package dev.lockstep.record;

import dev.lockstep.event.Unreadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The folder of one run, to write into: where each file stands, and how the JSON files are
/// replaced.
///
/// @param path the run's folder; its last name is the run's id
public record RunFolder(Path path) {
    /// Gives the run's id.
    public String id() {
        return String.valueOf(path.getFileName());
    }

    /// Gives the folder that processes append their streams in.
    public Path streams() {
        return path.resolve("streams");
    }

    /// Gives where the experiment's standard output goes.
    public Path stdout() {
        return path.resolve("stdout.log");
    }

    /// Gives where the experiment's standard error goes.
    public Path stderr() {
        return path.resolve("stderr.log");
    }

    /// Gives where the agent reads what to do.
    public Path agent() {
        return path.resolve("agent.json");
    }

    /// Gives where the agent keeps the project's files that the run executed, by their paths.
    public Path code() {
        return path.resolve("code");
    }

    /// Gives where the content of small data files is kept, named by its SHA-256.
    public Path data() {
        return path.resolve("data");
    }

    Path dataFiles() {
        return path.resolve("data.json");
    }

    Path manifest() {
        return path.resolve("manifest.json");
    }

    Path environment() {
        return path.resolve("environment.json");
    }

    /// Makes the folders.
    public void create() throws IOException {
        Files.createDirectories(streams());
    }

    /// Writes the manifest, as a whole; keys in the file that this version does not know stay.
    public void write(Manifest manifest) throws IOException {
        ObjectNode json;
        try {
            json = Json.read(manifest(), "manifest");
        } catch (Unreadable e) {
            json = Json.object();
        }
        manifest.into(json);
        Json.write(manifest(), json);
    }

    /// Writes what the run ran in: nested maps and lists of text, numbers, booleans and nulls.
    public void writeEnvironment(Map<String, ? extends @Nullable Object> environment)
            throws IOException {
        Json.write(environment(), Json.tree(environment));
    }

    /// Writes what the agent is told to do.
    public void writeAgent(Map<String, ? extends @Nullable Object> agent) throws IOException {
        Json.write(agent(), Json.tree(agent));
    }

    /// Writes which files the run opened for reading.
    public void writeDataFiles(List<DataFile> files) throws IOException {
        Json.write(dataFiles(), Json.tree(Map.of("files", files)));
    }

    /// Gives the run to read.
    public RunRecord read() throws IOException {
        return RunRecord.open(path);
    }
}
