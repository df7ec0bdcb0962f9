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
    private final List<EventSource> sources = new ArrayList<>();
    private final List<EventReader> readers = new ArrayList<>();
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
            EventReader reader = EventReader.open(file);
            readers.add(reader);
            known.add(name(file));
            sources.add(new Stream(name(file), reader, ended));
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
        for (EventReader reader : readers) {
            reader.close();
        }
    }

    private record Stream(String name, EventReader reader, BooleanSupplier ended)
            implements EventSource {
        @Override
        public Next next() throws IOException {
            // Asked before reading: what was written before the end is then certainly seen.
            boolean over = ended.getAsBoolean();
            Item item = reader.poll();
            if (item != null) {
                return item;
            }
            return over ? new Ended(reader.rest()) : NothingYet.NOTHING_YET;
        }
    }
}
