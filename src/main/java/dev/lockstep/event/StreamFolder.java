package dev.lockstep.event;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes the folder that a run's processes write their streams into, gives the run as a source.
///
/// New streams are found each time {@link #processes} is asked, in the order of their names. The
/// folder need not exist yet.
public final class StreamFolder implements RunSource, Closeable {
    private final Path folder;
    private final BooleanSupplier ended;
    private final Supplier<@Nullable Integer> exitStatus;
    private final List<Stream> sources = new ArrayList<>();
    private final Set<String> known = new HashSet<>();
    private boolean complete;

    /// Follows a folder.
    ///
    /// @param ended says whether every process of the run has ended; once true it stays true
    /// @param exitStatus gives the experiment's exit status once it is known
    public StreamFolder(
            Path folder, BooleanSupplier ended, Supplier<@Nullable Integer> exitStatus) {
        this.folder = folder;
        this.ended = ended;
        this.exitStatus = exitStatus;
    }

    @Override
    public List<EventSource> processes() throws IOException {
        if (complete) {
            return List.copyOf(sources);
        }
        boolean over = ended.getAsBoolean();
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.cbor")) {
            for (Path file : files) {
                if (!known.contains(name(file))) {
                    found.add(file);
                }
            }
        } catch (NoSuchFileException e) {
            complete = over;
            return List.copyOf(sources);
        }
        found.sort((left, right) -> name(left).compareTo(name(right)));
        for (Path file : found) {
            known.add(name(file));
            sources.add(new Stream(file, ended));
        }
        complete = over;
        return List.copyOf(sources);
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".cbor") ? name.substring(0, name.length() - 5) : name;
    }

    @Override
    public boolean ended() {
        return ended.getAsBoolean();
    }

    @Override
    public @Nullable Integer exitStatus() {
        return exitStatus.get();
    }

    @Override
    public void close() throws IOException {
        for (Stream source : sources) {
            source.close();
        }
    }

    /// A stream's file is opened when it is first read and given back as soon as the rest is in
    /// memory: a run may have more processes than a process may have open files.
    private static final class Stream implements EventSource {
        private final Path file;
        private final BooleanSupplier ended;
        private @Nullable EventReader reader;

        /// Whether all that the file will ever hold is in memory.
        private boolean whole;

        Stream(Path file, BooleanSupplier ended) {
            this.file = file;
            this.ended = ended;
        }

        @Override
        public String name() {
            return StreamFolder.name(file);
        }

        @Override
        public Next next() throws IOException {
            // Asked before reading: what was written before the end is then certainly seen.
            boolean over = ended.getAsBoolean();
            EventReader open = reader;
            boolean fresh = open == null;
            if (open == null) {
                open = EventReader.open(file);
                reader = open;
            }
            // What was in memory before the end need not be all: the last look counts.
            if (over && !whole && (fresh || open.drained()) && open.drain()) {
                whole = true;
                open.close();
            }
            Item item = open.poll();
            if (item != null) {
                return item;
            }
            return over ? new Ended(open.rest()) : NothingYet.NOTHING_YET;
        }

        void close() throws IOException {
            if (reader != null) {
                reader.close();
            }
        }
    }
}
