package dev.lockstep.check;

import java.util.Set;
import java.util.regex.Pattern;

/// Files beside the training, told by their names: those that package or configure, and those that
/// show something to a person.
final class Asides {
    private static final Set<String> PACKAGING =
            Set.of("setup.py", "conftest.py", "noxfile.py", "fabfile.py", "versioneer.py");

    private static final Pattern SHOWING =
            Pattern.compile(
                    "(^|[/_])(web_?ui|gui|gradio|streamlit|dash(board)?|plot(s|ter|ting)?"
                            + "|visuali[sz](e|er|ation)|viewer)([/_.]|$)");

    private static final Pattern TELLING =
            Pattern.compile("(^|[/_])(logging|telemetry|profil(er|ing))([/_.]|$)");

    private static final Pattern TIMING = Pattern.compile("(^|/)bench(mark)?s?/");

    private Asides() {}

    /// Whether a file only packages, or sets up tests and documentation: nothing that it does
    /// reaches a result.
    static boolean isPackaging(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return PACKAGING.contains(name)
                || path.endsWith("docs/conf.py")
                || path.endsWith("docs/source/conf.py");
    }

    /// Whether a file belongs to an interface for people: it offers and shows things in some order
    /// and computes with none.
    static boolean isShowing(String path) {
        return SHOWING.matcher(path).find();
    }

    /// Whether a file keeps records of what a program did, for a report on it.
    static boolean isTelling(String path) {
        return TELLING.matcher(path).find();
    }

    /// Whether a file stands among benchmarks, whose results are times.
    static boolean isTiming(String path) {
        return TIMING.matcher(path).find();
    }
}
