package dev.lockstep.check;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.source.Comment;
import dev.lockstep.source.Source;
import dev.lockstep.source.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A comment `# lockstep: ignore[LS102, unseeded-torch] reason`.
///
/// It speaks of findings that begin or end on its own line; standing alone on a line, of those on
/// the next line that holds code. Without brackets it speaks of every hazard.
///
/// @param hazards ids; empty for every hazard
/// @param unknown what stands in the brackets and names no hazard
/// @param firstLine the first line (of the whole text) that it speaks of
/// @param reason the text behind the brackets, may be empty
public record Suppression(
        Place place, List<String> hazards, List<String> unknown, int firstLine, String reason) {
    private static final Pattern COMMENT =
            Pattern.compile("#\\s*lockstep:\\s*ignore(?:\\s*\\[([^\\]]*)\\])?(?:\\s+(.*))?\\s*");

    public Suppression {
        hazards = List.copyOf(hazards);
        unknown = List.copyOf(unknown);
    }

    /// Takes a tree, gives the suppressions in its comments.
    public static List<Suppression> of(Tree tree) {
        var found = new ArrayList<Suppression>();
        Source source = tree.source();
        for (Comment comment : tree.comments()) {
            String text = source.slice(comment.start(), comment.end());
            Matcher matcher = COMMENT.matcher(text);
            if (!text.contains("lockstep") || !matcher.matches()) {
                continue;
            }
            var hazards = new ArrayList<String>();
            var unknown = new ArrayList<String>();
            if (matcher.group(1) != null) {
                for (String word : matcher.group(1).split(",", -1)) {
                    String name = word.strip();
                    Catalogue.find(name)
                            .map(Hazard::id)
                            .ifPresentOrElse(hazards::add, () -> unknown.add(name));
                }
            }
            if (matcher.group(1) != null && hazards.isEmpty() && unknown.isEmpty()) {
                continue;
            }
            String reason = matcher.group(2) == null ? "" : matcher.group(2).strip();
            found.add(
                    new Suppression(
                            Place.of(source, comment.start(), comment.end()),
                            hazards,
                            unknown,
                            spokenOf(source, comment),
                            reason));
        }
        return List.copyOf(found);
    }

    /// Tells whether it speaks of a finding that lies on these lines of the whole text.
    boolean covers(Finding finding, int line, int endLine) {
        boolean named =
                hazards.isEmpty() ? unknown.isEmpty() : hazards.contains(finding.hazard().id());
        return named && (firstLine == line || firstLine == endLine);
    }

    private static int spokenOf(Source source, Comment comment) {
        int line = source.line(comment.start());
        if (!source.slice(source.lineStart(line), comment.start()).isBlank()) {
            return line;
        }
        for (int next = line + 1; next <= source.lineCount(); next++) {
            String text = source.lineText(next).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                return next;
            }
        }
        return line;
    }
}
