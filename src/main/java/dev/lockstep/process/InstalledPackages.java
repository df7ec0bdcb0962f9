package dev.lockstep.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks an interpreter which version of some packages it has, and for a hash over their files,
/// without importing any.
public final class InstalledPackages {
    private static final long LIMIT_SECONDS = 60;

    private static final String QUESTION = "from lockstep_agent import installed; installed.tell()";

    private InstalledPackages() {}

    /// A package that is there.
    ///
    /// @param version null for a module that belongs to no distribution
    /// @param hash 16 digits over its files, null when it has none
    public record Installed(String name, @Nullable String version, @Nullable String hash) {}

    /// Asks about these packages.
    ///
    /// @param agent the folder that {@link AgentFiles} gave; the question is started in it, so that
    ///   no file of the user's takes the place of a module
    /// @param environment the variables of the user, which may name more folders of packages
    /// @return those that are there; empty when the interpreter gives no answer
    public static List<Installed> of(
            Python python, Path agent, Map<String, String> environment, Collection<String> names) {
        var found = new ArrayList<Installed>();
        if (names.isEmpty()) {
            return found;
        }
        var builder =
                new ProcessBuilder(python.executable().toString(), "-c", QUESTION)
                        .directory(agent.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("PYTHONIOENCODING", "utf-8");
        try {
            var process = builder.start();
            try (var out = process.outputWriter(StandardCharsets.UTF_8)) {
                out.write(String.join("\n", names));
            }
            var lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            for (var line : lines) {
                var fields = line.split("\t", -1);
                if (fields.length == 3) {
                    found.add(
                            new Installed(
                                    fields[0],
                                    fields[1].isEmpty() ? null : fields[1],
                                    fields[2].isEmpty() ? null : fields[2]));
                }
            }
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return found;
    }
}
