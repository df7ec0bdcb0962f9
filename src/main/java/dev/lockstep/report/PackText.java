package dev.lockstep.report;

import dev.lockstep.record.Content;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.Pack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Takes what a packed run will hold, gives it as text: everything that leaves the machine with it.
public final class PackText {
    private static final int MOST = 6;
    private static final int HEAD = 14;

    private final List<String> lines = new ArrayList<>();

    private PackText() {}

    /// Gives the list, with a newline at its end.
    ///
    /// @param environment of the record, nested names joined by a dot
    /// @param agent what the agent was told, likewise
    /// @param secrets options of the command whose names say that they hold a secret
    public static String text(
            String id,
            Manifest manifest,
            Map<String, String> environment,
            Map<String, String> agent,
            Pack pack,
            Pack.Named named,
            Collection<String> secrets) {
        PackText text = new PackText();
        boolean code = !pack.without().contains(Content.CODE);
        boolean dataPaths = !pack.without().contains(Content.DATA_PATHS);
        text.lines.add(
                Amounts.plain(
                        "This leaves the machine with "
                                + id
                                + (manifest.name() == null ? "" : " (" + manifest.name() + ")")
                                + ":"));
        text.line("command", Amounts.command(manifest.command()));
        if (!secrets.isEmpty()) {
            text.line(
                    "",
                    String.join(", ", secrets)
                            + ": looks like a secret, and goes along as it was given");
        }
        if (manifest.note() != null) {
            text.line("note", manifest.note());
        }
        Set<String> places = new LinkedHashSet<>();
        places.add(manifest.directory());
        agent.forEach((key, value) -> {
            if (key.equals("project") || key.equals("origin")) {
                places.add(value);
            }
        });
        places.addAll(named.folders());
        text.line("folders", some(places));
        // Whoever sends a value has to see its name.
        text.line("variables", some(under(environment, "variables."), Integer.MAX_VALUE));
        text.line("machine", some(under(environment, "machine.")));
        List<String> git = under(environment, "git.");
        if (!git.isEmpty()) {
            text.line("git", some(git));
        }
        text.line(
                "packages",
                named.packages() == 0
                        ? "none noted"
                        : VerdictText.number(named.packages()) + ", with their versions");
        text.line(
                "code",
                (code ? files(pack, Content.CODE) : "left out")
                        + (named.modules().isEmpty()
                                ? ""
                                : "; names and hashes of " + some(named.modules()))
                        + (code && has(pack, Content.CODE) ? "   (--without-code)" : ""));
        text.line(
                "data files",
                !dataPaths
                        ? "paths left out"
                        : named.data().isEmpty() && !has(pack, Content.DATA_PATHS)
                                ? "none noted"
                                : "paths and sizes of "
                                        + some(named.data())
                                        + "   (--without-data-paths)");
        if (has(pack, Content.DATA)) {
            text.line("data", "what stands in " + files(pack, Content.DATA));
        }
        text.line("printed text", files(pack, Content.PRINTED) + ", as it was printed");
        text.line(
                "events",
                files(pack, Content.EVENTS)
                        + ": fingerprints and losses, names of files, functions and tensors");
        if (!pack.staying().isEmpty()) {
            text.line("stays here", some(pack.staying(), 3));
        }
        return String.join("\n", text.lines) + "\n";
    }

    private void line(String head, String text) {
        lines.add(Amounts.plain("  " + head + " ".repeat(HEAD - head.length()) + text));
    }

    private static boolean has(Pack pack, Content content) {
        return pack.parts().stream().anyMatch(part -> part.content() == content);
    }

    private static String files(Pack pack, Content content) {
        List<Pack.Part> parts =
                pack.parts().stream().filter(part -> part.content() == content).toList();
        if (parts.isEmpty()) {
            return "no files";
        }
        long size = parts.stream().mapToLong(Pack.Part::size).sum();
        return VerdictText.number(parts.size())
                + (parts.size() == 1 ? " file, " : " files, ")
                + Amounts.bytes(size);
    }

    private static List<String> under(Map<String, String> facts, String prefix) {
        return facts.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    private static String some(Collection<String> names) {
        return some(names, MOST);
    }

    private static String some(Collection<String> names, int most) {
        List<String> shown = names.stream().filter(name -> !name.isEmpty()).limit(most).toList();
        return shown.isEmpty()
                ? "none"
                : String.join(", ", shown)
                        + (names.size() > most
                                ? " and " + VerdictText.number(names.size() - most) + " more"
                                : "");
    }
}
