package dev.lockstep.event;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/// Takes events, appends their bytes to a stream: for producers that are not the agent, such as
/// tests.
public final class EventWriter implements Closeable {
    private final OutputStream out;

    /// Begins a stream by writing its format.
    public EventWriter(OutputStream out) throws IOException {
        this.out = out;
        write(new Event.Stream(EventReader.FORMAT));
    }

    /// Appends one event.
    public void write(Event event) throws IOException {
        out.write(bytes(event));
    }

    /// Gives the bytes of one event.
    public static byte[] bytes(Event event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        Cbor.write(bytes, EventCodec.map(event));
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
