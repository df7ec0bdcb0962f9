package dev.lockstep.cli;

import dev.lockstep.process.Experiment;
import dev.lockstep.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is said about notebooks: how they run, and places by cell and line.
///
/// A run names a notebook's lines as they are numbered over all its code cells.
final class Notebooks {
    private static final Pattern PLACE = Pattern.compile("([^\\s:#“(]+\\.ipynb):(\\d+)");

    private Notebooks() {}

    /// Says how a notebook runs; nothing for any other experiment.
    static Optional<String> note(Experiment experiment, Path folder) {
        if (!(experiment instanceof Experiment.Script script) || !script.isNotebook()) {
            return Optional.empty();
        }
        var source = read(folder.resolve(script.path()));
        if (source == null || source.cellStarts().length == 0) {
            throw new CannotTell(
                    script.path() + " holds no code cell that can be read",
                    "open it in Jupyter and save it again");
        }
        long magic = source.text().lines().filter(line -> line.strip().matches("[%!?].*")).count();
        return Optional.of(
                "the "
                        + source.cellStarts().length
                        + " code cells of "
                        + script.path()
                        + " run in order, as a script"
                        + (magic == 0
                                ? ""
                                : "; magic and shell lines (" + magic + ") are left out"));
    }

    /// The same text with each place in a notebook by its cell: `train.ipynb#3:2`.
    static String named(Path folder, String text) {
        Map<String, Optional<Source>> known = new HashMap<>();
        return PLACE.matcher(text)
                .replaceAll(match -> {
                    var source =
                            known.computeIfAbsent(
                                    match.group(1),
                                    path -> Optional.ofNullable(read(folder.resolve(path))));
                    int line = Integer.parseInt(match.group(2));
                    if (source.isEmpty() || line < 1 || line > source.get().lineCount()) {
                        return Matcher.quoteReplacement(match.group());
                    }
                    var position = source.get().position(source.get().lineStart(line));
                    return Matcher.quoteReplacement(
                            match.group(1) + "#" + position.cell() + ":" + position.line());
                });
    }

    /// A line of a notebook's code, as a run numbers them; null when it cannot be had.
    static @Nullable String line(Path file, int line) {
        var source = read(file);
        return source == null || line < 1 || line > source.lineCount()
                ? null
                : source.lineText(line);
    }

    private static @Nullable Source read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Source.of(file.toString(), Files.readAllBytes(file))
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
