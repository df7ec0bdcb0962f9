package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class StandardInputTest {
    @TempDir Path temp;

    @Test
    void whatIsPipedInIsKept() throws Exception {
        var in = new ByteArrayInputStream("seven\n".getBytes(StandardCharsets.UTF_8));
        var kept = StandardInput.keep(in, temp.resolve("none"), temp.resolve("spool"));
        assertThat(kept).isNotNull().hasContent("seven\n");
    }

    @Test
    void anOpenEmptyPipeDoesNotMakeUsWait() throws Exception {
        try (var in = new PipedInputStream();
                var writer = new PipedOutputStream(in)) {
            assertThat(StandardInput.keep(in, temp.resolve("none"), temp.resolve("spool")))
                    .isNull();
            writer.write(1);
        }
    }

    @Test
    void aFileIsTakenAsItIs() throws Exception {
        var file = temp.toRealPath().resolve("input.txt");
        Files.writeString(file, "x");
        var in = new ByteArrayInputStream(new byte[0]);
        assertThat(StandardInput.keep(in, file, temp.resolve("spool"))).isEqualTo(file);
        assertThat(temp.resolve("spool")).doesNotExist();
    }
}
