package dev.lockstep.diagnosis;

import dev.lockstep.event.Site;
import org.jspecify.annotations.Nullable;

/// A line of the user's code at which a hazard shows.
///
/// @param via the library's function that the line called, or null when the line did it itself
/// @param feeds what the value went into (`weights`, `order`, …), or null when that is not known
/// @param process the process, as a person names it
public record Place(Site site, @Nullable String via, @Nullable String feeds, String process) {
    private static final String SEED = "seed";
    private static final String TASKS = "tasks";
    private static final String OWN = "its own generator";
    private static final String NOTICED = "drawn before here";

    /// A line of the main process that was read and not run.
    public static Place read(String file, int line, @Nullable String function) {
        return new Place(new Site(file, line, function), null, null, "main");
    }

    /// The file, as the site names it.
    public String file() {
        return site.file();
    }

    /// The line, from 1.
    public int line() {
        return site.line();
    }

    /// The function's name, or null.
    public @Nullable String function() {
        return site.function();
    }

    /// The same line, said to stand in another function.
    public Place in(String function) {
        return new Place(new Site(site.file(), site.line(), function), via, feeds, process);
    }

    /// The line at which a generator's state told that something had drawn, whose line no tap saw.
    static Place noticedAt(Site site, String process) {
        return new Place(site, null, NOTICED, process);
    }

    /// Whether what happened here happened somewhere before the line.
    boolean noticed() {
        return NOTICED.equals(feeds);
    }

    /// A line that called a package which seeds a generator of its own.
    static Place ofPackage(Site site, String via, String process) {
        return new Place(site, via, OWN, process);
    }

    /// Whether a package seeds a generator of its own here, with what it drew or got.
    boolean isOfPackage() {
        return OWN.equals(feeds);
    }

    /// A line that hands tasks to a pool.
    static Place ofTasks(Site site, String process) {
        return new Place(site, null, TASKS, process);
    }

    /// Whether the line hands tasks to a pool.
    public boolean givesTasks() {
        return TASKS.equals(feeds);
    }

    /// The same line, said to draw what a seed is made of.
    Place givingSeed() {
        return new Place(site, via, SEED, process);
    }

    /// Whether what the line draws is made into a seed.
    public boolean givesSeed() {
        return SEED.equals(feeds);
    }

    /// Gives `train.py:48`.
    public String text() {
        return site.text();
    }
}
