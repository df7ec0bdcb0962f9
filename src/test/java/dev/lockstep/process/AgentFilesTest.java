package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentFilesTest {
    @TempDir Path temp;

    @Test
    void isLaidOutOnceAndAgainWhenDamaged() throws IOException {
        var cache = temp.resolve("cache");
        var folder = AgentFiles.layOut(cache, temp.resolve("other"));
        assertThat(folder).startsWith(cache);
        var supervisor = folder.resolve("lockstep_agent/supervise.py");
        assertThat(supervisor).isRegularFile();
        assertThat(folder.resolve("lockstep_agent/site/sitecustomize.py")).isRegularFile();
        var kept = folder.resolve("kept");
        Files.writeString(kept, "x");
        assertThat(AgentFiles.layOut(cache, temp.resolve("other"))).isEqualTo(folder);
        assertThat(kept).exists();

        var content = Files.readString(supervisor);
        Files.writeString(supervisor, "damaged");
        assertThat(AgentFiles.layOut(cache, temp.resolve("other"))).isEqualTo(folder);
        assertThat(supervisor).hasContent(content);
    }

    @Test
    void goesElsewhereWhenTheCacheCannotBeWritten() throws IOException {
        var file = temp.resolve("file");
        Files.writeString(file, "no folder");
        var other = temp.resolve("other");
        assertThat(AgentFiles.layOut(file.resolve("cache"), other)).startsWith(other);
    }
}
