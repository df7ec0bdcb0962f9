package dev.lockstep.record;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventReader;
import dev.lockstep.event.Item;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Takes a run, gives one zip file to send or to put beside a paper: a folder named by the run's id
/// with the run's files in it.
///
/// What goes in is known before anything is written. The same run gives the same bytes.
public final class Pack {
    /// What stands where a data file's path stood.
    static final String LEFT_OUT = "(left out)";

    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final RunRecord record;
    private final Set<Content> without;
    private final List<Part> parts = new ArrayList<>();
    private final List<String> staying = new ArrayList<>();

    /// One file of the run.
    ///
    /// @param name relative to the run's folder, with `/`
    public record Part(String name, Content content, long size) {}

    /// What the events of a run name beside numbers.
    ///
    /// @param folders absolute folders and programs, of processes
    /// @param modules the project's own source files
    /// @param data files that were read and folders that were listed
    /// @param packages how many packages with their versions
    public record Named(Set<String> folders, Set<String> modules, Set<String> data, int packages) {}

    private Pack(RunRecord record, Set<Content> without) {
        this.record = record;
        this.without = without;
    }

    /// Looks at what a run consists of.
    ///
    /// @param without what does not go along: of {@link Content#CODE}, {@link Content#DATA_PATHS}
    ///   and {@link Content#DATA}; data never goes without its paths
    public static Pack of(RunRecord record, Set<Content> without) throws IOException {
        Set<Content> left = EnumSet.copyOf(without);
        if (left.contains(Content.DATA_PATHS)) {
            left.add(Content.DATA);
        }
        Pack pack = new Pack(record, left);
        Path root = record.root();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files =
                    walk.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                            .sorted()
                            .toList();
        }
        for (Path file : files) {
            String name = root.relativize(file).toString().replace('\\', '/');
            Content content =
                    Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Content.of(name) : null;
            if (content != null && !pack.without.contains(content)) {
                pack.parts.add(new Part(name, content, Files.size(file)));
            } else if (!name.equals(RunUse.FILE)) {
                pack.staying.add(name);
            }
        }
        return pack;
    }

    /// Gives what does not go along.
    public Set<Content> without() {
        return Collections.unmodifiableSet(without);
    }

    /// Gives the files that go along.
    public List<Part> parts() {
        return List.copyOf(parts);
    }

    /// Gives the files of the run's folder that stay.
    public List<String> staying() {
        return List.copyOf(staying);
    }

    /// Gives what the events name.
    ///
    /// @throws dev.lockstep.event.Unreadable when a stream is damaged
    public Named named() throws IOException {
        Set<String> folders = new TreeSet<>();
        Set<String> modules = new TreeSet<>();
        Set<String> data = new TreeSet<>();
        Set<String> packages = new TreeSet<>();
        for (Path stream : streams()) {
            try (EventReader reader = EventReader.open(stream)) {
                for (Item item = reader.poll(); item != null; item = reader.poll()) {
                    switch (item.kind()) {
                        case "process" -> {
                            Event.Process process = (Event.Process) item.event();
                            add(folders, process.cwd());
                            add(folders, process.executable());
                        }
                        case "open" -> add(data, ((Event.Open) item.event()).path());
                        case "listing" -> add(data, ((Event.Listing) item.event()).path());
                        case "packages" -> {
                            Event.Packages all = (Event.Packages) item.event();
                            all.modules().forEach(one -> modules.add(one.name()));
                            all.packages().forEach(one -> packages.add(one.name()));
                        }
                        default -> {}
                    }
                }
            }
        }
        return new Named(folders, modules, data, packages.size());
    }

    private static void add(Set<String> names, @Nullable String name) {
        if (name != null && !name.isEmpty()) {
            names.add(name);
        }
    }

    private List<Path> streams() {
        return parts.stream()
                .map(Part::name)
                .filter(name -> name.endsWith(".cbor"))
                .map(name -> record.root().resolve(name))
                .toList();
    }

    /// Writes the packed run, as a whole or not at all.
    ///
    /// @param target replaced when it exists
    public void write(Path target) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        try {
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(temporary))) {
                for (Part part : parts) {
                    ZipEntry entry = new ZipEntry(folder() + "/" + part.name());
                    entry.setTimeLocal(NO_TIME);
                    zip.putNextEntry(entry);
                    write(part, zip);
                    zip.closeEntry();
                }
            }
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// A packed run keeps the folder that it came with, whatever its file is called.
    private String folder() {
        Path name = record.root().getFileName();
        String id = name == null ? record.id() : name.toString().replace("/", "");
        return RunStore.isId(id) ? id : RunStore.id(record.manifest());
    }

    private void write(Part part, OutputStream out) throws IOException {
        Path file = record.root().resolve(part.name());
        boolean paths = !without.contains(Content.DATA_PATHS);
        if (part.name().equals("manifest.json") && !without.isEmpty()) {
            ObjectNode manifest = Json.read(file, "manifest");
            Set<String> left = new TreeSet<>();
            manifest.path("left_out").forEach(one -> left.add(one.asString()));
            without.forEach(content -> left.add(content.text()));
            manifest.set("left_out", Json.tree(left));
            if (!paths) {
                manifest.remove("data");
            }
            out.write(Json.bytes(manifest));
        } else if (part.name().endsWith(".cbor") && !paths) {
            withoutDataPaths(file, out);
        } else {
            Files.copy(file, out);
        }
    }

    private static void withoutDataPaths(Path stream, OutputStream out) throws IOException {
        try (EventReader reader = EventReader.open(stream)) {
            for (Item item = reader.poll(); item != null; item = reader.poll()) {
                switch (item.kind()) {
                    case "open" -> {}
                    case "listing" -> out.write(item.bytesWith("path", LEFT_OUT));
                    default -> out.write(item.bytes());
                }
            }
        }
    }
}
