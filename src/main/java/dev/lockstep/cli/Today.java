package dev.lockstep.cli;

import dev.lockstep.comparison.RunEnvironment;
import dev.lockstep.process.InstalledPackages;
import dev.lockstep.process.Python;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at what a record names as it is today, before anything is started.
///
/// Versions of packages are asked of the interpreter, which takes its time: once.
final class Today {
    private static final long LARGEST_CODE = 4 << 20;
    private static final long LARGEST_DATA = 1L << 30;

    private Today() {}

    /// What a run would be made of if it began now.
    ///
    /// @param then what the record says
    /// @param installed the record's packages as the interpreter has them
    static RunEnvironment of(
            Session session,
            RunRecord record,
            Session.Order order,
            RunEnvironment then,
            List<InstalledPackages.Installed> installed)
            throws IOException {
        var today =
                RunEnvironment.of(
                        record.manifest(),
                        RunRecord.flat(session.environment(order, then.asked())));
        for (var path : then.codeFiles()) {
            today.code(path, codeNow(session.project(), path));
        }
        for (var file : then.dataFiles()) {
            if (file.path().equals(DataFile.STANDARD_INPUT)) {
                today.data(
                        DataKeeper.inputNow(
                                order.input() != null ? order.input() : session.input()));
            } else if (file.bytes() <= LARGEST_DATA) {
                today.data(DataKeeper.now(session.project(), file));
            }
        }
        installed.forEach(one -> today.installed(one.name(), one.version(), one.hash()));
        return today;
    }

    /// The record's packages as an interpreter has them.
    static List<InstalledPackages.Installed> installed(
            Session session, Python python, RunEnvironment then) {
        return InstalledPackages.of(
                python, session.agent(), session.surroundings().environment(), then.packages());
    }

    private static @Nullable String codeNow(Path project, String path) {
        try {
            var file = project.resolve(path);
            return Files.isRegularFile(file) && Files.size(file) <= LARGEST_CODE
                    ? RunRecord.sha256(Files.readAllBytes(file))
                    : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }
}
