package dev.lockstep.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything outside that a command may look at.
///
/// @param in standard input
/// @param out standard output; UTF-8 whatever the locale says
/// @param err standard error; UTF-8 too
/// @param environment the environment variables
/// @param folder the folder the command was started in
/// @param checkout where Lockstep itself lies, for its own `.venv`; null when unknown
/// @param terminalIn standard input is a terminal
/// @param terminalOut standard output is a terminal
/// @param terminalErr standard error is a terminal
public record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> environment,
        Path folder,
        @Nullable Path checkout,
        boolean terminalIn,
        boolean terminalOut,
        boolean terminalErr) {

    public Surroundings {
        environment = Map.copyOf(environment);
        folder = folder.toAbsolutePath().normalize();
    }

    /// The process's own surroundings; which streams are terminals the launcher says.
    static Surroundings ofProcess(InputStream in, PrintStream out, PrintStream err) {
        var checkout = System.getProperty("lockstep.home");
        var terminals = System.getProperty("lockstep.terminals", "");
        return new Surroundings(
                in,
                out,
                err,
                environment(System.getenv(), System.getProperty("lockstep.locale")),
                Path.of(""),
                checkout == null ? null : Path.of(checkout).toAbsolutePath().normalize(),
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"));
    }

    /// The user's own variables.
    ///
    /// @param locale what `LC_ALL` was before the launcher set it, `unset` where it was not set;
    ///   null when the launcher left it alone
    static Map<String, String> environment(Map<String, String> here, @Nullable String locale) {
        if (locale == null) {
            return here;
        }
        var own = new HashMap<>(here);
        if (locale.equals("unset")) {
            own.remove("LC_ALL");
        } else {
            own.put("LC_ALL", locale);
        }
        return own;
    }

    /// The same with another standard output, for a verdict that goes there as JSON.
    Surroundings textTo(PrintStream text, boolean terminal) {
        return new Surroundings(
                in, text, err, environment, folder, checkout, terminalIn, terminal, terminalErr);
    }

    /// The same as if the command had been started in another folder.
    Surroundings in(Path other) {
        return new Surroundings(
                in, out, err, environment, other, checkout, terminalIn, terminalOut, terminalErr);
    }

    /// Writes a file that an option names, relative to the folder.
    ///
    /// @throws CannotTell when that is not possible
    void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new CannotTell(
                    file
                            + " cannot be written: "
                            + (e instanceof NoSuchFileException
                                    ? "its folder is not there"
                                    : PythonFiles.why(e)),
                    "name a file in a folder that is there and may be written");
        }
    }

    /// The cache folder: `$XDG_CACHE_HOME/lockstep`, else `~/.cache/lockstep`, else in the folder.
    Path cache() {
        var named = environment.get("XDG_CACHE_HOME");
        if (named != null && named.startsWith("/")) {
            return Path.of(named, "lockstep");
        }
        var home = environment.get("HOME");
        return home != null && home.startsWith("/")
                ? Path.of(home, ".cache", "lockstep")
                : folder.resolve(".lockstep/cache");
    }

    /// Colour only on a terminal, and not when `NO_COLOR` is set.
    boolean colour() {
        var no = environment.get("NO_COLOR");
        return terminalOut
                && (no == null || no.isEmpty())
                && !"dumb".equals(environment.get("TERM"));
    }
}
