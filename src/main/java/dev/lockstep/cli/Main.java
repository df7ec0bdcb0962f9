package dev.lockstep.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Starts {@link Cli} on the process's own streams, in UTF-8 whatever the locale says.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        var out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var err =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        var gate = new Interrupt.Gate();
        int code = Cli.run(args, System.in, out, err);
        out.flush();
        err.flush();
        gate.ended(code);
        System.exit(code);
    }
}
