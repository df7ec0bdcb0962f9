package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Takes a `truth.json` and gives what is known of each script in it, found by running the scripts
/// many times without Lockstep.
///
/// A place names a file and a text that stands in it once, never a line number, so that a script
/// can be edited without its truth going stale.
public record Truth(int format, List<Script> scripts) {
    /// @param group `example`, `hazard` (shows one hazard), `absent` (the same without it) or
    ///   `style`
    /// @param command as after `lockstep verify`, started in the folder of the `truth.json`
    /// @param verdict from torch version (`1.13`, `2.13`; `cuda` for any version with a CUDA
    ///   device) to verdict; a version that is absent cannot run the script
    /// @param first where identical launches part; null when they don't
    /// @param causes why identical launches part; all of them
    /// @param latent what identical launches cannot show, and the factor that does
    /// @param seen hazards that are there and part nothing
    public record Script(
            String name,
            String group,
            List<String> command,
            Map<String, String> verdict,
            @Nullable First first,
            List<Cause> causes,
            List<Latent> latent,
            List<String> seen,
            String note) {
        public Script {
            latent = Objects.requireNonNullElse(latent, List.of());
            seen = Objects.requireNonNullElse(seen, List.of());
        }

        /// The hazards of the causes and of what can stand for them.
        Stream<Cause> everyCause() {
            return Stream.concat(
                    causes.stream(), causes.stream().flatMap(cause -> cause.or().stream()));
        }

        Stream<Place> everyPlace() {
            return Stream.concat(
                    everyCause().flatMap(cause -> cause.places().stream()),
                    latent.stream().flatMap(one -> one.places().stream()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// @param step null when chance decides it
    /// @param event every kind of event that may rightly be called the first
    public record First(@Nullable Integer step, List<String> event) {}

    /// @param places where it lies: the expected place first, then others that are as true
    /// @param or what names the same mistake as truly
    public record Cause(String hazard, List<Place> places, List<Cause> or) {
        public Cause {
            or = Objects.requireNonNullElse(or, List.of());
        }
    }

    /// @param vary the factor of `--vary` that shows it
    public record Latent(String vary, String hazard, List<Place> places) {}

    public record Place(String file, String text) {
        /// Gives the line of the text's first character that is not white space, counted from 1.
        public int line(Path folder) throws IOException {
            String content = Files.readString(folder.resolve(file)).replace("\r\n", "\n");
            int at = content.indexOf(text);
            if (at < 0 || content.indexOf(text, at + 1) >= 0) {
                throw new AssertionError(
                        (at < 0 ? "not in " : "more than once in ") + file + ": " + text);
            }
            int first = at + text.length() - text.stripLeading().length();
            return (int) content.substring(0, first).lines().count()
                    + (content.charAt(first - (first > 0 ? 1 : 0)) == '\n' ? 1 : 0);
        }
    }

    public static Truth read(Path file) throws IOException {
        var truth = JsonMapper.builder().build().readValue(Files.readString(file), Truth.class);
        if (truth.format() != 1) {
            throw new AssertionError(file + " has format " + truth.format());
        }
        return truth;
    }
}
