package dev.lockstep.record;

import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.EventReader;
import dev.lockstep.event.Item;
import dev.lockstep.event.RunSource;
import dev.lockstep.event.StreamFolder;
import dev.lockstep.event.Unreadable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One run to read: a folder, or the zip file that it was packed into.
///
/// Streams are read event by event and never held; several readers may read one record at a time.
public final class RunRecord implements Closeable {
    /// No kept source file is longer.
    private static final int LARGEST_KEPT = 16 << 20;

    /// No data file that is kept is longer.
    public static final int LARGEST_DATA = 256 << 20;

    private static final int MOST_FILES = 100_000;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Path shown;
    private final Path root;
    private final @Nullable FileSystem zip;
    private final Manifest manifest;
    private final RunUse use;
    private final List<StreamFolder> opened = new ArrayList<>();

    private RunRecord(Path shown, Path root, @Nullable FileSystem zip, Manifest manifest) {
        this.shown = shown;
        this.root = root;
        this.zip = zip;
        this.manifest = manifest;
        this.use = RunUse.reading(shown);
    }

    /// Opens a run's folder or its zip file.
    ///
    /// @throws Unreadable when it is absent, incomplete, of another format or damaged
    public static RunRecord open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return open(path, path, null);
        }
        if (!Files.isRegularFile(path)) {
            throw Unreadable.absent("run", path.toString());
        }
        Packed.check(path);
        FileSystem zip;
        try {
            zip = FileSystems.newFileSystem(path, Map.of("accessMode", "readOnly"));
        } catch (ProviderNotFoundException | IOException | ZipError e) {
            throw Unreadable.damaged(
                    path.toString(), "it is no packed run (" + e.getMessage() + ")");
        }
        try {
            return open(path, rootOf(zip), zip);
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /// A packed run holds its files at the top, or in one folder named by its id.
    private static Path rootOf(FileSystem zip) throws IOException {
        Path top = zip.getPath("/");
        if (Files.exists(top.resolve("manifest.json"))) {
            return top;
        }
        try (Stream<Path> entries = Files.list(top)) {
            List<Path> folders =
                    entries.filter(entry -> Files.exists(entry.resolve("manifest.json"))).toList();
            return folders.size() == 1 ? folders.getFirst() : top;
        }
    }

    private static RunRecord open(Path shown, Path root, @Nullable FileSystem zip)
            throws IOException {
        RunFolder folder = new RunFolder(root);
        ObjectNode json = Json.read(folder.manifest(), "manifest of a run");
        long format = json.path("format").asLong(0);
        if (format < Manifest.OLDEST_FORMAT) {
            throw Unreadable.tooOld(shown.toString(), format, Manifest.OLDEST_FORMAT);
        }
        if (format > Manifest.FORMAT) {
            throw Unreadable.tooNew(shown.toString(), format, Manifest.FORMAT);
        }
        return new RunRecord(shown, root, zip, Manifest.of(json));
    }

    /// Gives the folder that holds the run's files, which may lie in a packed run.
    Path root() {
        return root;
    }

    /// Gives the run's id: the folder's name, or the file's without its ending.
    public String id() {
        Path absolute = shown.toAbsolutePath().normalize();
        String name = String.valueOf(absolute.getFileName());
        return zip != null && name.endsWith(".lockstep")
                ? name.substring(0, name.length() - ".lockstep".length())
                : name;
    }

    /// Gives the folder or file that was opened.
    public Path path() {
        return shown;
    }

    /// Whether the run is packed into one file.
    public boolean packed() {
        return zip != null;
    }

    /// Whether somebody is still recording it.
    public boolean inUse() throws IOException {
        return zip == null && RunUse.written(root);
    }

    /// Gives what Lockstep knows about the run.
    public Manifest manifest() {
        return manifest;
    }

    /// Gives the events of all its processes; closed with this record.
    public RunSource source() {
        StreamFolder folder =
                new StreamFolder(root.resolve("streams"), () -> true, manifest::exitStatus);
        opened.add(folder);
        return folder;
    }

    /// Gives what the run ran in, nested names joined by a dot, sorted; empty when nothing was
    /// noted.
    public Map<String, String> environment() throws IOException {
        return flat("environment.json");
    }

    /// Gives what the agent was told, nested names joined by a dot, sorted; empty when not kept.
    public Map<String, String> agent() throws IOException {
        return flat("agent.json");
    }

    /// Gives what another run must be told to be compared with this one; as in an ordinary run when
    /// that was not kept.
    public AgentSettings settings() throws IOException {
        Path file = root.resolve("agent.json");
        return Files.exists(file)
                ? AgentSettings.of(Json.read(file, "agent.json"))
                : AgentSettings.plain();
    }

    /// Gives the project's files that the run executed, as they were then: by path with `/`, where
    /// each is kept. Empty when none were kept.
    public SortedMap<String, Path> code() throws IOException {
        SortedMap<String, Path> code = new TreeMap<>();
        Path top = root.resolve("code");
        if (!Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
            return code;
        }
        try (Stream<Path> files = Files.walk(top)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && !file.toString().endsWith(".part")) {
                    code.put(top.relativize(file).toString().replace('\\', '/'), file);
                }
                if (code.size() > MOST_FILES) {
                    throw Unreadable.damaged(top.toString(), "it holds too many files");
                }
            }
        }
        return code;
    }

    /// Gives the content of a kept file.
    ///
    /// @throws Unreadable when it is longer than any that is kept
    public static byte[] content(Path kept) throws IOException {
        return content(kept, LARGEST_KEPT);
    }

    private static byte[] content(Path kept, int most) throws IOException {
        try (InputStream in = Files.newInputStream(kept)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw Unreadable.damaged(
                        kept.toString(), "it is longer than " + (most >> 20) + " MiB");
            }
            return bytes;
        }
    }

    /// Gives the files that the run opened for reading, in the order of their paths.
    public List<DataFile> dataFiles() throws IOException {
        Path file = root.resolve("data.json");
        List<DataFile> found = new ArrayList<>();
        if (Files.exists(file)) {
            for (JsonNode one : Json.read(file, "data.json").path("files")) {
                JsonNode hash = one.path("sha256");
                found.add(
                        new DataFile(
                                one.path("path").asString(""),
                                one.path("bytes").asLong(0),
                                one.path("modified").isIntegralNumber()
                                        ? one.path("modified").asLong()
                                        : null,
                                hash.isString() && HASH.matcher(hash.asString()).matches()
                                        ? hash.asString()
                                        : null,
                                one.path("kept").asBoolean(false)));
            }
        }
        return found;
    }

    /// Gives the kept content with this SHA-256, or null when the record does not hold it whole.
    public byte @Nullable [] data(String sha256) throws IOException {
        if (!HASH.matcher(sha256).matches()) {
            return null;
        }
        Path file = root.resolve("data").resolve(sha256);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        byte[] bytes = content(file, LARGEST_DATA);
        return sha256(bytes).equals(sha256) ? bytes : null;
    }

    /// Gives the SHA-256 of bytes in hexadecimal digits.
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Gives nested maps as {@link #environment} gives them.
    public static Map<String, String> flat(Map<String, ? extends @Nullable Object> nested) {
        Map<String, String> flat = new TreeMap<>();
        flatten("", Json.tree(nested), flat);
        return flat;
    }

    private Map<String, String> flat(String file) throws IOException {
        Map<String, String> flat = new TreeMap<>();
        if (Files.exists(root.resolve(file))) {
            flatten("", Json.read(root.resolve(file), file), flat);
        }
        return flat;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        switch (node) {
            case ObjectNode object -> {
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    flatten(
                            prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                            entry.getValue(),
                            into);
                }
            }
            case ArrayNode array when isListOfPairs(array) -> {
                for (JsonNode pair : array) {
                    into.put(prefix + "." + pair.get(0).asString(), pair.get(1).asString());
                }
            }
            default -> into.put(prefix, node.isValueNode() ? node.asString() : node.toString());
        }
    }

    private static boolean isListOfPairs(ArrayNode array) {
        for (JsonNode member : array) {
            if (!(member instanceof ArrayNode pair)
                    || pair.size() != 2
                    || !pair.get(0).isString()
                    || !pair.get(1).isValueNode()) {
                return false;
            }
        }
        return !array.isEmpty();
    }

    /// Gives the file that holds the printed text, or null when it was not kept.
    ///
    /// @param name `stdout.log` or `stderr.log`
    public @Nullable Path text(String name) {
        Path file = root.resolve(name);
        return Files.isRegularFile(file) ? file : null;
    }

    /// Gives how many bytes the record takes on disk.
    public long size() throws IOException {
        if (zip != null) {
            return Files.size(shown);
        }
        long size = 0;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.isRegularFile(file)) {
                    size += Files.size(file);
                }
            }
        } catch (NoSuchFileException | java.io.UncheckedIOException e) {
            // A file went away while we counted: the run is being written.
            return size;
        }
        return size;
    }

    /// Gives the count of its streams: the manifest's, or counted now.
    ///
    /// @throws Unreadable when a stream is damaged
    public Manifest.Summary summary() throws IOException {
        Manifest.Summary noted = manifest.summary();
        if (noted != null) {
            return noted;
        }
        long processes = 0;
        long events = 0;
        long steps = 0;
        Double lastLoss = null;
        Path streams = root.resolve("streams");
        List<Path> files = List.of();
        if (Files.isDirectory(streams)) {
            try (Stream<Path> list = Files.list(streams)) {
                files = list.filter(file -> file.toString().endsWith(".cbor")).sorted().toList();
            }
        }
        for (Path file : files) {
            processes++;
            try (EventReader reader = EventReader.open(file)) {
                Item last = null;
                for (Item item = reader.poll(); item != null; item = reader.poll()) {
                    if (item.kind().equals("step")) {
                        steps++;
                        if (item.has("value")) {
                            last = item.kept();
                        }
                    } else if (item.kind().equals("backward") && item.has("value")) {
                        last = item.kept();
                    }
                }
                events += reader.count();
                if (last != null && last.fields().get("value") instanceof Double value) {
                    lastLoss = value;
                }
            }
        }
        return new Manifest.Summary(processes, events, steps, lastLoss);
    }

    @Override
    public void close() throws IOException {
        for (StreamFolder folder : opened) {
            folder.close();
        }
        use.close();
        if (zip != null) {
            zip.close();
        }
    }
}
