package dev.lockstep.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.InvalidPathException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The whole command line: takes arguments and surroundings, gives the exit code.
///
/// Nothing below ever calls `System.exit`, so a test runs a command exactly as a person does.
@Command(
        name = "lockstep",
        version = Cli.NAME_AND_VERSION,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Says whether a PyTorch experiment repeats bit for bit, where two runs part, why, and how to fix it.",
        footer = {
            "",
            "Example:",
            "  lockstep verify train.py --epochs 1",
            "",
            "Exit codes: 0 identical or no finding, 1 the runs part or there are findings,",
            "2 could not tell, 3 a bug in Lockstep."
        })
public final class Cli implements Runnable {
    static final String VERSION = "0.1.0";
    static final String NAME_AND_VERSION = "lockstep " + VERSION;

    private final Surroundings surroundings;

    private Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// Runs one command in the process's own environment and folder.
    ///
    /// @return 0 identical or no finding, 1 the runs part or there are findings, 2 could not tell,
    ///   3 a bug in Lockstep
    public static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
        return run(args, Surroundings.ofProcess(in, out, err));
    }

    /// Runs one command in the given surroundings.
    public static int run(String[] args, Surroundings surroundings) {
        var line = line(surroundings, args);
        line.setOut(new PrintWriter(surroundings.out(), true, surroundings.out().charset()));
        line.setErr(new PrintWriter(surroundings.err(), true, surroundings.err().charset()));
        line.setUsageHelpWidth(100);
        line.setUsageHelpAutoWidth(false);
        line.setExecutionExceptionHandler((e, _, _) -> failed(e, args, surroundings));
        line.setParameterExceptionHandler(new Misspelt(line.getParameterExceptionHandler()));
        try {
            return line.execute(args);
        } catch (RuntimeException | Error e) {
            return failed(e, args, surroundings);
        }
    }

    /// Every command, in the order of the help text.
    private static Map<String, Supplier<Object>> commands(Surroundings surroundings) {
        var commands = new LinkedHashMap<String, Supplier<Object>>();
        commands.put("verify", () -> new VerifyCommand(surroundings));
        commands.put("fix", () -> new FixCommand(surroundings));
        commands.put("run", () -> new RunCommand(surroundings));
        commands.put("rerun", () -> new RerunCommand(surroundings));
        commands.put("diff", () -> new DiffCommand(surroundings));
        commands.put("runs", () -> new RunsCommand(surroundings));
        commands.put("show", () -> new ShowCommand(surroundings));
        commands.put("dump", () -> new DumpCommand(surroundings));
        commands.put("export", () -> new ExportCommand(surroundings));
        commands.put("import", () -> new ImportCommand(surroundings));
        commands.put("forget", () -> new ForgetCommand(surroundings));
        commands.put("prune", () -> new PruneCommand(surroundings));
        commands.put("check", () -> new CheckCommand(surroundings));
        commands.put("explain", ExplainCommand::new);
        commands.put("doctor", () -> new DoctorCommand(surroundings));
        commands.put("hazards", HazardsCommand::new);
        return commands;
    }

    /// The command line with as many commands as these arguments can need: to read the options of
    /// all of them takes longer than most starts, and only the help text and the answer to a
    /// misspelt name know of the others.
    private static CommandLine line(Surroundings surroundings, String[] args) {
        var line = new CommandLine(new Cli(surroundings));
        var commands = commands(surroundings);
        var first = args.length == 0 ? "" : args[0];
        if (commands.containsKey(first)) {
            commands.keySet().retainAll(Set.of(first));
        } else if (first.equals("--version")) {
            commands.clear();
        }
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        for (var command : line.getSubcommands().values()) {
            if (command.getCommandSpec().mixins().values().stream()
                    .anyMatch(mixin -> mixin.userObject() instanceof ExperimentOptions)) {
                // What follows the script is the script's own.
                command.setStopAtPositional(true);
            }
        }
        return line;
    }

    @Override
    public void run() {
        CommandLine.usage(this, surroundings.out());
    }

    private static String unnameable(InvalidPathException e) {
        return e.getInput().indexOf('\0') >= 0
                ? "a file's name cannot hold a zero byte"
                : "the file name "
                        + e.getInput()
                        + " cannot be said in this locale\n  start it as: LC_ALL=C.UTF-8 lockstep …";
    }

    private static int failed(Throwable e, String[] args, Surroundings surroundings) {
        if (e instanceof CannotTell told) {
            surroundings.err().println("lockstep: " + told.getMessage());
            return 2;
        }
        if (e instanceof InvalidPathException unnamed) {
            surroundings.err().println("lockstep: " + unnameable(unnamed));
            return 2;
        }
        var trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        surroundings
                .err()
                .println(
                        "lockstep: this is a bug in Lockstep "
                                + VERSION
                                + ": "
                                + e
                                + "\n  Please report it with these lines, the command ("
                                + String.join(" ", args)
                                + ")\n  and what `lockstep doctor` prints.\n"
                                + trace);
        return 3;
    }
}
