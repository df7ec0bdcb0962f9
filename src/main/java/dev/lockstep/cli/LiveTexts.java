package dev.lockstep.cli;

import dev.lockstep.comparison.RunTexts;
import dev.lockstep.process.Workspace;
import dev.lockstep.record.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a run printed and wrote, as long as its mirror is there.
record LiveTexts(RunFolder folder, Workspace workspace, double clockRate) implements RunTexts {
    @Override
    public @Nullable InputStream open(String file) throws IOException {
        if (file.equals("stdout.log") || file.equals("stderr.log")) {
            Path printed = file.equals("stdout.log") ? folder.stdout() : folder.stderr();
            return Files.exists(printed) ? Files.newInputStream(printed) : null;
        }
        Path path;
        try {
            path = workspace.project().resolve(file);
        } catch (InvalidPathException e) {
            return null;
        }
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                ? Files.newInputStream(path)
                : null;
    }

    @Override
    public List<String> folders() {
        return workspace.mirrored()
                ? List.of(
                        folder.path().toString(),
                        workspace.project().toString(),
                        workspace.folder().toString())
                : List.of(folder.path().toString());
    }
}
