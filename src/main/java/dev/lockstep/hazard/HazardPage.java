package dev.lockstep.hazard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The Markdown page of one hazard, cut at its headings.
///
/// A page begins with `# LS102 unseeded-numpy`, then has the headings of {@link #HEADINGS} in that
/// order, each once.
///
/// @param hazard whose page it is
/// @param markdown the whole text, lines ending with `\n`
/// @param sections the text below each heading, in their order, blank lines at the ends removed
public record HazardPage(Hazard hazard, String markdown, List<Section> sections) {
    /// The headings that every page has, in their order.
    public static final List<String> HEADINGS =
            List.of(
                    "What it is",
                    "Why it breaks bit-identity",
                    "Example",
                    "Use instead",
                    "When to ignore it",
                    "References");

    /// The text below one heading.
    public record Section(String heading, String text) {
        /// Gives the Python code blocks in it, in their order, each ending with a line end.
        public List<String> python() {
            var blocks = new ArrayList<String>();
            StringBuilder block = null;
            for (String line : text.split("\n", -1)) {
                if (block == null) {
                    block = line.equals("```python") ? new StringBuilder() : null;
                } else if (line.equals("```")) {
                    blocks.add(block.toString());
                    block = null;
                } else {
                    block.append(line).append('\n');
                }
            }
            return List.copyOf(blocks);
        }
    }

    public HazardPage {
        sections = List.copyOf(sections);
    }

    /// Takes a hazard, gives its page, or nothing when there is no such file.
    public static Optional<HazardPage> of(Hazard hazard) {
        try (InputStream in = HazardPage.class.getResourceAsStream(hazard.pageName())) {
            if (in == null) {
                return Optional.empty();
            }
            return Optional.of(
                    parse(hazard, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Takes a page's text, gives it cut at its headings; does not ask whether they are the right
    /// ones.
    static HazardPage parse(Hazard hazard, String markdown) {
        var sections = new ArrayList<Section>();
        String heading = null;
        var text = new StringBuilder();
        boolean code = false;
        for (String line : markdown.split("\n", -1)) {
            code ^= line.startsWith("```");
            if (!code && line.startsWith("## ")) {
                if (heading != null) {
                    sections.add(new Section(heading, text.toString().strip()));
                }
                heading = line.substring(3);
                text.setLength(0);
            } else {
                text.append(line).append('\n');
            }
        }
        if (heading != null) {
            sections.add(new Section(heading, text.toString().strip()));
        }
        return new HazardPage(hazard, markdown, sections);
    }

    /// Takes a heading, gives its section.
    ///
    /// @throws IllegalArgumentException when the page lacks it
    public Section section(String heading) {
        return sections.stream()
                .filter(section -> section.heading().equals(heading))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                hazard.pageName() + " lacks “" + heading + "”"));
    }

    /// Takes an ability that the hazard lacks, gives the words that open the sentence which says
    /// why.
    public static String reasonLead(Ability ability) {
        return switch (ability) {
            case READ -> "**Not read:**";
            case SEE -> "**Not seen:**";
            case PIN -> "**No pin:**";
            case FIX -> "**No fix:**";
            case PROVE -> "**Not proved:**";
        };
    }
}
