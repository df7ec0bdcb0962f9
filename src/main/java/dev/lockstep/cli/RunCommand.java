package dev.lockstep.cli;

import dev.lockstep.event.AgentSettings;
import dev.lockstep.event.PinSetting;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `lockstep run`: one recorded run in the user's own folder, pinned so that it repeats.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run an experiment once, recorded and pinned so that it repeats.",
        footer = {
            "",
            "What the experiment prints goes where it always goes; Lockstep's own lines go to standard error.",
            "",
            "Examples:",
            "  lockstep run train.py --epochs 1",
            "  lockstep run --seed 7 --name baseline train.py",
            "  lockstep run -m package.train",
            "  lockstep run -- torchrun --nproc-per-node 2 train.py"
        })
final class RunCommand implements Callable<Integer> {
    private static final Pattern NAME =
            Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}._+-]{0,99}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([KkMm]?)");

    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ExperimentOptions options;

    @Option(names = "--name", paramLabel = "NAME", description = "A name for the run.")
    private @Nullable String name;

    @Option(names = "--note", paramLabel = "TEXT", description = "A note that stays with the run.")
    private @Nullable String note;

    @Option(
            names = "--keep-data",
            paramLabel = "SIZE",
            description =
                    "How large a data file of the project may be to be kept with the run, so that `rerun` can put it back: 500K, 20M; at most 256M, default: 1M.")
    private @Nullable String keepData;

    @Option(names = "--no-pins", description = "Record the run as it is, with nothing pinned.")
    private boolean noPins;

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        if (name != null && (name.equals("last") || !NAME.matcher(name).matches())) {
            throw new CannotTell(
                    "--name "
                            + (name.isBlank() ? "without a name" : name)
                            + ": no run can be named so",
                    "give it letters, digits and . _ - +, and another name than `last`");
        }
        long largest = keepData == null ? DataKeeper.USUAL : size(keepData);
        var session = Session.open(surroundings, options);
        var pins = new ArrayList<>(noPins ? List.of() : RunPins.settings(session));
        pins.addAll(options.pins());
        var settings =
                AgentSettings.plain()
                        .withPins(pins)
                        .withSeed(options.seed)
                        .withStopAfterSteps(options.steps);
        var order = new Session.Order(settings, Map.of(), Map.of(), false, false);
        try (var run = session.start(session.runs(), order)) {
            return follow(session, run, order, pins, largest);
        } finally {
            session.close();
        }
    }

    private static long size(String text) {
        var parts = SIZE.matcher(text);
        long bytes =
                parts.matches()
                        ? Long.parseLong(parts.group(1))
                                << switch (parts.group(2).toUpperCase(Locale.ROOT)) {
                                    case "K" -> 10;
                                    case "M" -> 20;
                                    default -> 0;
                                }
                        : -1;
        if (bytes < 0 || bytes > RunRecord.LARGEST_DATA) {
            throw new CannotTell(
                    "--keep-data " + text + " is not the size of a file that can be kept",
                    "give bytes, or as in 500K or 20M; at most "
                            + (RunRecord.LARGEST_DATA >> 20)
                            + "M");
        }
        return bytes;
    }

    private int follow(
            Session session,
            ActiveRun run,
            Session.Order order,
            List<PinSetting> pins,
            long largest)
            throws IOException, InterruptedException {
        var folder = run.folder();
        if (name != null || note != null) {
            run.name(name, note);
        }
        boolean limited = false;
        try (var out = new LogTail(folder.stdout(), surroundings.out());
                var err = new LogTail(folder.stderr(), surroundings.err());
                var steps = new StepCount(run.source())) {
            while (run.live().alive() && !Interrupt.requested()) {
                boolean some = out.copy() | err.copy();
                steps.look();
                if (steps.limitReached() && !limited) {
                    limited = true;
                    run.live().stop();
                }
                run.live().await(some ? 10 : 50);
            }
            if (Interrupt.requested()) {
                run.live().stop();
            }
            var ending =
                    run.finish(limited ? "limit" : Interrupt.requested() ? "interrupted" : null);
            out.copy();
            err.copy();
            steps.look();
            DataKeeper.keep(run, ending, steps.opened(), largest);
            session.asked(run, order, steps.asked(), Map.of());
            run.summarise();
            // What runs when Lockstep ends an experiment was not left running by it.
            int left = ending.stopped() ? 0 : ending.left();
            return close(session, folder, pins, steps.steps(), ending.status(), limited, left);
        }
    }

    private int close(
            Session session,
            RunFolder folder,
            List<PinSetting> pins,
            long steps,
            @Nullable Integer status,
            boolean limited,
            int left) {
        var err = surroundings.err();
        var id = folder.id();
        if (!pins.isEmpty()) {
            err.println(
                    "pinned with seed "
                            + options.seed
                            + ": "
                            + pins.stream().map(PinSetting::pin).collect(Collectors.joining(", ")));
        }
        if (left > 0) {
            err.println(
                    left
                            + (left == 1 ? " process" : " processes")
                            + " that the experiment had left running ended with it");
        }
        var recorded =
                "recorded as "
                        + (name == null ? id : name + " (" + id + ")")
                        + ": "
                        + steps
                        + (steps == 1 ? " step" : " steps");
        if (Interrupt.requested()) {
            err.println(recorded + ", interrupted");
            err.println("next:  lockstep rerun " + id + "      does it again as far as it went");
            return 2;
        }
        if (!limited && (status == null || status != 0)) {
            err.println(
                    "lockstep: the experiment failed with exit status " + status + "; " + recorded);
            err.println("  " + Endings.advice(folder, session.python()));
            return 2;
        }
        err.println(recorded);
        err.println("next:  lockstep rerun " + id + "      lockstep show " + id);
        return 0;
    }
}
