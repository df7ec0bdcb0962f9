package dev.lockstep.cli;

import dev.lockstep.comparison.RunTexts;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a recorded run printed. What it wrote is not part of a record.
record RecordTexts(RunRecord record) implements RunTexts {
    @Override
    public @Nullable InputStream open(String file) throws IOException {
        Path text =
                file.equals("stdout.log") || file.equals("stderr.log") ? record.text(file) : null;
        return text == null ? null : Files.newInputStream(text);
    }

    @Override
    public List<String> folders() {
        List<String> folders = new ArrayList<>();
        folders.add(record.path().toAbsolutePath().normalize().toString());
        folders.add(record.manifest().directory());
        try {
            String project = record.agent().get("project");
            if (project != null) {
                folders.add(project);
            }
        } catch (IOException e) {
            // Without it a path may show as a difference; nothing is hidden.
        }
        return folders;
    }
}
