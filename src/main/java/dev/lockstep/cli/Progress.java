package dev.lockstep.cli;

import java.io.PrintStream;
import java.util.Locale;

/// Shows that something long is going on: a live line on a terminal, plain lines now and then
/// elsewhere.
///
/// One instance shows one activity. Nothing is shown for what ends within two seconds, apart from
/// the closing line.
final class Progress implements AutoCloseable {
    private static final long LIVE_EVERY = 200;
    private static final long[] PLAIN_AT = {2, 10, 30, 60};

    private final Surroundings surroundings;
    private final String activity;
    private final long begun = System.nanoTime();
    private String stage = "";
    private long lastLive;
    private int plain;
    private boolean shown;

    Progress(Surroundings surroundings, String activity) {
        this.surroundings = surroundings;
        this.activity = activity;
    }

    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    /// Names the part of the activity that begins; it stands before each state.
    void stage(String name) {
        stage = name + ", ";
    }

    /// Called often; prints only now and then.
    void now(String what) {
        var state = stage + what;
        long elapsed = (System.nanoTime() - begun) / 1_000_000;
        if (surroundings.terminalErr()) {
            if (elapsed - lastLive >= LIVE_EVERY) {
                lastLive = elapsed;
                shown = true;
                var line =
                        activity
                                + " … "
                                + state
                                + (state.isEmpty() ? "" : " · ")
                                + seconds(elapsed);
                err().print("\r\u001b[K" + (line.length() > 118 ? line.substring(0, 118) : line));
                err().flush();
            }
        } else {
            long next =
                    plain < PLAIN_AT.length ? PLAIN_AT[plain] : (plain - PLAIN_AT.length + 2) * 60L;
            if (elapsed >= next * 1000) {
                plain++;
                err().println(
                                activity
                                        + " … "
                                        + state
                                        + (state.isEmpty() ? "" : " · ")
                                        + seconds(elapsed));
            }
        }
    }

    /// Ends the activity with a line on standard output: `ACTIVITY … OUTCOME after 1.9 s`.
    void done(String outcome) {
        clear();
        long elapsed = (System.nanoTime() - begun) / 1_000_000;
        surroundings.out().println(activity + " … " + outcome + " after " + seconds(elapsed));
    }

    /// Takes the live line away so that something else can be printed.
    void clear() {
        if (shown) {
            err().print("\r\u001b[K");
            err().flush();
            shown = false;
        }
    }

    @Override
    public void close() {
        clear();
    }

    private PrintStream err() {
        return surroundings.err();
    }

    static String seconds(long milliseconds) {
        if (milliseconds < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", milliseconds / 1000.0);
        }
        long seconds = milliseconds / 1000;
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
    }
}
