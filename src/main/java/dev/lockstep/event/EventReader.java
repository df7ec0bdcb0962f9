package dev.lockstep.event;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes one stream, which may still grow, and gives its whole events in order.
///
/// {@link #poll} stops at the last whole item and goes on there when more bytes have come. It keeps
/// one item in memory at a time.
public final class EventReader implements Closeable {
    /// The format that is written.
    public static final int FORMAT = 2;

    /// The oldest format that is read.
    public static final int OLDEST_FORMAT = 2;

    /// Runs can have hundreds of processes with a handful of events each.
    private static final int FIRST_BUFFER = 1 << 13;

    private static final int USUAL_BUFFER = 1 << 17;

    private final ReadableByteChannel channel;
    private final String where;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int from;
    private int limit;
    private long offset;
    private long count;

    /// Whether the bytes at hand are known to hold no whole item.
    private boolean starved;

    private boolean drained;

    /// Takes an open channel and the name by which messages call it.
    public EventReader(ReadableByteChannel channel, String where) {
        this.channel = channel;
        this.where = where;
    }

    /// Opens a file.
    public static EventReader open(Path file) throws IOException {
        try {
            // A channel on a file of a packed run would hold all of it.
            boolean packed = file.getFileSystem() != FileSystems.getDefault();
            return new EventReader(
                    packed
                            ? Channels.newChannel(Files.newInputStream(file))
                            : Files.newByteChannel(file),
                    file.toString());
        } catch (NoSuchFileException e) {
            throw Unreadable.absent("stream", file.toString());
        }
    }

    /// Gives the next whole event, or null when there is none (yet). The first item, which says the
    /// format, is checked and given too.
    ///
    /// @throws Unreadable when the stream is damaged, too old or too new
    public @Nullable Item poll() throws IOException {
        boolean grown = false;
        while (true) {
            if (from < limit && (grown || !starved)) {
                int end;
                Item item;
                try {
                    end = Cbor.end(buffer, from, limit);
                    item = end < 0 ? null : Item.of(buffer, from, end);
                } catch (Cbor.Malformed e) {
                    throw damaged(e);
                }
                if (item != null) {
                    if (count == 0) {
                        checkFormat(item);
                    }
                    count++;
                    offset += end - from;
                    from = end;
                    starved = false;
                    return item;
                }
            }
            if (!fill()) {
                starved = true;
                return null;
            }
            grown = true;
        }
    }

    /// Reads as much as there is room for, so that a long item is measured a few times, not often.
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, limit - from);
            limit -= from;
            from = 0;
        }
        if (limit == buffer.length || offset > FIRST_BUFFER && buffer.length < USUAL_BUFFER) {
            long larger = Math.max(USUAL_BUFFER, 2L * buffer.length);
            buffer = Arrays.copyOf(buffer, (int) Math.min(larger, Cbor.LARGEST_ITEM + 16L));
        }
        int before = limit;
        while (limit < buffer.length) {
            if (!channel.isOpen()) {
                break;
            }
            int read = channel.read(ByteBuffer.wrap(buffer, limit, buffer.length - limit));
            if (read <= 0) {
                drained = true;
                break;
            }
            drained = false;
            limit += read;
        }
        return limit > before;
    }

    private Unreadable damaged(Cbor.Malformed e) {
        return Unreadable.damaged(
                where, "at byte " + offset + ", event " + count + ", stands " + e.getMessage());
    }

    private void checkFormat(Item item) throws Unreadable {
        long format = item.integer("format", -1);
        if (!item.kind().equals("stream") || format < 0) {
            throw Unreadable.damaged(where, "it does not begin with the format of a stream");
        }
        if (format < OLDEST_FORMAT) {
            throw Unreadable.tooOld(where, format, OLDEST_FORMAT);
        }
        if (format > FORMAT) {
            throw Unreadable.tooNew(where, format, FORMAT);
        }
    }

    /// Gives how many bytes the events given so far take.
    public long offset() {
        return offset;
    }

    /// Gives how many events were given, the first item included.
    public long count() {
        return count;
    }

    /// Whether everything that the file held at the last look is in memory.
    boolean drained() {
        return drained;
    }

    /// Looks at the file once more and tells whether everything that it holds is in memory now.
    boolean drain() throws IOException {
        if (fill()) {
            starved = false;
        }
        return drained;
    }

    /// Gives how many bytes stand behind the last whole event.
    public long rest() {
        return limit - from;
    }

    /// Gives what to throw when a reader needs the event that was cut off.
    public Unreadable incomplete() {
        return Unreadable.incomplete(
                where, "in the middle of event " + count + ", at byte " + offset);
    }

    /// Gives the file back to the system; the whole events that were read of it are still given.
    /// For a stream that will not grow, after {@link #poll} gave null.
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
