package dev.lockstep.cli;

import java.io.InputStream;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The whole command line: takes arguments and the three standard streams, gives the exit code.
///
/// Nothing below ever calls `System.exit`, so a test runs a command exactly as a person does.
@Command(
        name = "lockstep",
        version = "lockstep 0.1.0",
        mixinStandardHelpOptions = true,
        description =
                "Says whether a PyTorch experiment repeats bit for bit, where two runs part, why, and how to fix it.",
        subcommands = {ExplainCommand.class, HazardsCommand.class})
public final class Cli {
    private Cli() {}

    /// Runs one command.
    ///
    /// @return 0 identical or no finding, 1 the runs part or there are findings, 2 could not tell,
    ///   3 a bug in Lockstep
    public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        var line = new CommandLine(new Cli());
        line.setOut(new java.io.PrintWriter(out, true, out.charset()));
        line.setErr(new java.io.PrintWriter(err, true, err.charset()));
        return line.execute(args);
    }
}
