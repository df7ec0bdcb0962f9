package dev.lockstep.cli;

import picocli.CommandLine.Option;

/// How pairs are run, for every command that runs some.
final class PairOptions {
    @Option(
            names = "--sequential",
            description = "One run at a time, when two don't fit into memory.")
    boolean sequential;

    @Option(
            names = "--in-place",
            description =
                    "Run in the folder itself, one run after the other, each seeing what the one before wrote.")
    boolean inPlace;
}
