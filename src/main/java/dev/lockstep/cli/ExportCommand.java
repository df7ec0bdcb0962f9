package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.process.Machine;
import dev.lockstep.record.Content;
import dev.lockstep.record.Pack;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunUse;
import dev.lockstep.report.PackText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lockstep export RUN`: packs one recorded run into a file to send.
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description =
                "Pack a recorded run into one file, after listing what leaves the machine with it.",
        footer = {
            "",
            "RUN is an id, the beginning of one, a name, a path to a run's folder or packed file, or `last`.",
            "Every command that takes RUN takes the file too; `lockstep import` unpacks it.",
            "",
            "Examples:",
            "  lockstep export baseline -o paper.lockstep",
            "  lockstep export last --without-code --without-data-paths --dry-run"
        })
final class ExportCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RecordOptions records;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write; default: the run's name or id, with .lockstep, here.")
    private @Nullable Path output;

    @Option(
            names = "--without-code",
            description = "Leave out the text of the source files; their names and hashes stay.")
    private boolean withoutCode;

    @Option(
            names = "--without-data-paths",
            description =
                    "Leave out the names of the data files that were read and the folders that were listed.")
    private boolean withoutDataPaths;

    @Option(
            names = "--with-data",
            description = "Pack also what stands in the small data files that the record keeps.")
    private boolean withData;

    @Option(names = "--dry-run", description = "Only list what would leave the machine.")
    private boolean dryRun;

    @Option(names = "--force", description = "Replace the file when it exists.")
    private boolean force;

    @Parameters(paramLabel = "RUN", description = "The run to pack.")
    @SuppressWarnings("NullAway.Init")
    private String run;

    ExportCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        try (var record = records.open(surroundings, run)) {
            var target = target(record);
            if (RunUse.written(record.path())) {
                throw new CannotTell(
                        record.id() + " is still being written", "export it when it has ended");
            }
            if (!dryRun && !force && Files.exists(target)) {
                throw new CannotTell(
                        target + " exists",
                        "name another file with -o, or give --force to replace it");
            }
            return export(record, target);
        }
    }

    private int export(RunRecord record, Path target) throws IOException {
        var without = EnumSet.noneOf(Content.class);
        if (withoutCode) {
            without.add(Content.CODE);
        }
        if (withoutDataPaths) {
            without.add(Content.DATA_PATHS);
        }
        if (!withData) {
            without.add(Content.DATA);
        }
        var pack = Pack.of(record, without);
        try {
            surroundings
                    .out()
                    .print(
                            PackText.text(
                                    record.id(),
                                    record.manifest(),
                                    record.environment(),
                                    record.agent(),
                                    pack,
                                    pack.named(),
                                    Machine.secretOptions(record.manifest().command())));
            if (dryRun) {
                surroundings.out().println("nothing was written");
                return 0;
            }
            pack.write(target);
        } catch (Unreadable e) {
            throw new CannotTell(
                    String.valueOf(e.getMessage()),
                    "lockstep dump " + run + " prints what stands before");
        } catch (IOException e) {
            throw new CannotTell(
                    target
                            + " cannot be written: "
                            + e.getClass().getSimpleName()
                            + " "
                            + e.getMessage(),
                    "name another place with -o");
        }
        var shown =
                target.startsWith(surroundings.folder())
                        ? surroundings.folder().relativize(target)
                        : target;
        surroundings.out().println("wrote " + shown + ": " + Files.size(target) + " bytes");
        surroundings
                .out()
                .println(
                        "next:  lockstep diff "
                                + shown
                                + " last      lockstep import "
                                + shown
                                + "      lockstep rerun "
                                + shown);
        return 0;
    }

    private Path target(RunRecord record) {
        var name = record.manifest().name();
        // A name in a stranger's record may hold anything.
        var plain = name != null && name.matches("[\\p{L}\\p{N}_][\\p{L}\\p{N}._+-]*");
        return surroundings
                .folder()
                .resolve(
                        output != null
                                ? output
                                : Path.of((plain ? name : record.id()) + ".lockstep"))
                .normalize();
    }
}
