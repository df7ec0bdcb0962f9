package dev.lockstep.check;

import java.io.IOException;

/// Gives the bytes of one file when it is asked.
@FunctionalInterface
public interface Contents {
    byte[] read() throws IOException;
}
