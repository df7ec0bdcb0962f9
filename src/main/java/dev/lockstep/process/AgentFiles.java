package dev.lockstep.process;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;

/// Lays the Python agent out of the jar into a folder, once for each content.
///
/// The folder is named by a hash over all files, written beside and moved into place in one step,
/// so that two starts at the same time and an interrupted one do no harm. A folder whose content
/// was changed since is not used.
public final class AgentFiles {
    private static final String PREFIX = "dev/lockstep/process/agent/";

    private AgentFiles() {}

    /// Gives the folder that holds `site/sitecustomize.py`, `supervise.py` and the agent.
    ///
    /// @param cache preferred place
    /// @param otherwise used when the preferred place cannot be written
    public static Path layOut(Path cache, Path otherwise) throws IOException {
        var files = files();
        var name = "agent-" + hash(files);
        for (var place : new Path[] {cache, otherwise}) {
            var folder = place.resolve(name);
            if (holds(folder, files)) {
                return folder;
            }
            try {
                write(folder, files);
                if (holds(folder, files)) {
                    return folder;
                }
            } catch (IOException e) {
                if (place.equals(otherwise)) {
                    throw e;
                }
            }
        }
        throw new IOException(
                "the agent cannot be laid out: neither "
                        + cache
                        + " nor "
                        + otherwise
                        + " keeps what is written");
    }

    private static void write(Path folder, Map<String, byte[]> files) throws IOException {
        var place = folder.getParent() == null ? folder : folder.getParent();
        Files.createDirectories(place);
        var partial = Files.createTempDirectory(place, "agent-partial-");
        try {
            for (var file : files.entrySet()) {
                var path = partial.resolve(file.getKey());
                Files.createDirectories(path.getParent() == null ? partial : path.getParent());
                Files.write(path, file.getValue());
            }
            if (Files.exists(folder) && !holds(folder, files)) {
                Workspace.delete(folder);
            }
            try {
                Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException
                    | java.nio.file.FileAlreadyExistsException
                    | java.nio.file.DirectoryNotEmptyException e) {
                // Another start was faster; what it laid out is checked by the caller.
            }
        } finally {
            Workspace.delete(partial);
        }
    }

    private static boolean holds(Path folder, Map<String, byte[]> files) throws IOException {
        for (var file : files.entrySet()) {
            var path = folder.resolve(file.getKey());
            if (!Files.isRegularFile(path)
                    || !Arrays.equals(Files.readAllBytes(path), file.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static String hash(Map<String, byte[]> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : files.entrySet()) {
                digest.update(file.getKey().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(
                        Integer.toString(file.getValue().length)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(file.getValue());
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, byte[]> files() throws IOException {
        Path from;
        try {
            from =
                    Path.of(
                            AgentFiles.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("Lockstep's own jar has an unusable location", e);
        }
        var files = new TreeMap<String, byte[]>();
        if (Files.isDirectory(from)) {
            var top = from.resolve(PREFIX);
            if (Files.isDirectory(top)) {
                try (var paths = Files.walk(top)) {
                    for (var path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                        files.put(top.relativize(path).toString(), Files.readAllBytes(path));
                    }
                }
            }
        } else {
            try (var jar = new JarFile(from.toFile())) {
                for (var entry : (Iterable<java.util.jar.JarEntry>) jar.stream()::iterator) {
                    if (entry.getName().startsWith(PREFIX) && !entry.isDirectory()) {
                        try (var in = jar.getInputStream(entry)) {
                            files.put(
                                    entry.getName().substring(PREFIX.length()), in.readAllBytes());
                        }
                    }
                }
            }
        }
        files.keySet().removeIf(name -> name.contains("__pycache__"));
        if (files.isEmpty()) {
            throw new IOException(
                    "Lockstep's jar holds no agent; build it again: ./build -DskipTests package");
        }
        return files;
    }
}
