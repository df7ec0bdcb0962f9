package dev.lockstep.cli;

/// Starts {@link Cli} on the process's own streams.
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(args, System.in, System.out, System.err));
    }
}
