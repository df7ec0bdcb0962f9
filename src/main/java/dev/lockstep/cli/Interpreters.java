package dev.lockstep.cli;

import dev.lockstep.process.Python;
import dev.lockstep.process.PythonSearch;
import dev.lockstep.process.PythonSetup;
import org.jspecify.annotations.Nullable;

/// Finds the interpreter for a command, or makes one, or says what each place lacked.
final class Interpreters {
    private Interpreters() {}

    static Python find(Surroundings surroundings, @Nullable String explicit) {
        var search =
                new PythonSearch(
                        surroundings.environment(), surroundings.folder(), surroundings.checkout());
        var candidates = search.candidates(explicit, false);
        var best = candidates.getLast();
        if (best.lacks() == null && best.python() != null) {
            return best.python();
        }
        var lacks = new StringBuilder();
        for (var candidate : candidates) {
            lacks.append(candidate.where())
                    .append(": ")
                    .append(candidate.executable())
                    .append(' ')
                    .append(candidate.lacks())
                    .append('\n');
        }
        if (explicit != null) {
            throw new CannotTell(
                    "the Python given with --python cannot be used",
                    lacks + "install torch into it, or leave --python out to have one looked for");
        }
        var checkout = surroundings.checkout();
        if (checkout == null) {
            throw new CannotTell(
                    "no Python with torch was found",
                    lacks + "name one: lockstep verify --python /path/to/python …");
        }
        surroundings.err().print("no Python with torch was found:\n" + lacks.toString().indent(2));
        surroundings
                .err()
                .println(
                        "setting one up in "
                                + checkout.resolve(".venv")
                                + " (once; a download of some minutes, --python EXE avoids it)");
        try {
            var result =
                    new PythonSetup(
                                    search,
                                    checkout,
                                    line -> surroundings.err().println("  " + line))
                            .make();
            if (result.python() != null) {
                return result.python();
            }
            throw new CannotTell(result.problem(), result.next());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotTell(
                    "interrupted while setting up Python", "run the command again to go on");
        }
    }
}
