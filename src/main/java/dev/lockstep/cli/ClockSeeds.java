package dev.lockstep.cli;

import dev.lockstep.comparison.Comparison;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says whether the seeds of a run can come from the clock, though two runs had the same.
///
/// Runs side by side begin in the same second, and a seed of whole seconds, or of today's date, is
/// then the same in both. Only a run at another time tells; it is worth its time where a seed is no
/// number in the source and the clock was read before it.
final class ClockSeeds {
    /// A line that does nothing but call one function with a number.
    private static final Pattern LITERAL =
            Pattern.compile(
                    "\\s*([\\w.]+\\s*=\\s*)?[\\w.]+\\(\\s*(\\w+\\s*=\\s*)?\\d[\\d_]*\\s*\\)\\s*(#.*)?");

    /// The agent does not see `datetime` read the clock in a run without pins.
    private static final String DATETIME = "datetime";

    private ClockSeeds() {}

    /// After how many steps every seed that can come from the clock has been set; empty where none
    /// can.
    static OptionalInt steps(Comparison comparison, Path project, @Nullable String entry) {
        // The first seed of each line tells: a loop seeds again by the same expression.
        var first = new HashMap<Site, Long>();
        for (var seen : comparison.reference().of(Event.Seed.class)) {
            if (seen.event() instanceof Event.Seed seed
                    && seed.site() != null
                    && !(seen.role() instanceof Role.Worker)
                    && computed(seed, project)) {
                first.merge(seed.site(), seen.step(), Math::min);
            }
        }
        if (first.isEmpty()
                || !comparison.clockBeforeSeed() && !readsDates(comparison, project, entry)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(
                (int) Math.min(Collections.max(first.values()) + 1, Integer.MAX_VALUE));
    }

    private static boolean computed(Event.Seed seed, Path project) {
        var site = seed.site();
        return site != null && seed.fixes() && !LITERAL.matcher(line(project, site)).matches();
    }

    private static String line(Path project, Site site) {
        var line = Shown.source(project, site);
        return line == null ? "" : line;
    }

    private static boolean readsDates(Comparison comparison, Path project, @Nullable String entry) {
        var files = new LinkedHashSet<String>();
        if (entry != null) {
            files.add(entry);
        }
        for (var packages : comparison.reference().events(Event.Packages.class)) {
            packages.modules().forEach(module -> files.add(module.name()));
        }
        return files.stream().anyMatch(file -> holds(project, file));
    }

    private static boolean holds(Path project, String file) {
        try {
            return Files.readString(project.resolve(file)).contains(DATETIME);
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }
}
