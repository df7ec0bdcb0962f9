package dev.lockstep.fix;

import dev.lockstep.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A seed in a configuration file, YAML or JSON.
///
/// @param keys the names on the way to it, from the top of the file
/// @param start where its value begins
/// @param end where its value ends
/// @param whole whether it is a whole number; else the file says that there is none
record FileSeed(Source file, List<String> keys, int start, int end, boolean whole) {
    private static final ObjectMapper JSON = JsonMapper.shared();
    private static final ObjectMapper YAML = YAMLMapper.shared();

    /// A whole number, or a word for none, as it stands in the file: a text has quotes before it.
    private static final Pattern VALUE =
            Pattern.compile("(\\d{1,10}|null|Null|NULL|~)(?=[\\s,}\\]]|$)");

    FileSeed {
        keys = List.copyOf(keys);
    }

    /// The seeds in a file, in its order. Lists, and files that are none or hold several documents,
    /// are left out: a place that is not certain is none.
    static List<FileSeed> in(Source file) {
        var mapper = file.path().endsWith(".json") ? JSON : YAML;
        var found = new ArrayList<FileSeed>();
        try (var parser = mapper.createParser(file.text())) {
            int documents = 0;
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (parser.streamReadContext().inRoot() && !token.isStructEnd()
                        || token.isStructStart()
                                && parser.streamReadContext().getParent().inRoot()) {
                    documents++;
                }
                if (token.isScalarValue()) {
                    seed(file, parser).ifPresent(found::add);
                }
            }
            return documents > 1 ? List.of() : found;
        } catch (JacksonException e) {
            return List.of();
        }
    }

    /// The entry at whose value the parser stands, when it is a seed whose text the file shows.
    private static Optional<FileSeed> seed(Source file, JsonParser parser) {
        var keys = new ArrayList<String>();
        for (var at = parser.streamReadContext(); !at.inRoot(); at = at.getParent()) {
            if (at.inArray()) {
                return Optional.empty();
            }
            keys.addFirst(at.currentName());
        }
        if (keys.isEmpty() || !SeedValues.isSeed(keys.getLast())) {
            return Optional.empty();
        }
        var place = parser.currentTokenLocation();
        int start = file.lineStart(place.getLineNr()) + place.getColumnNr() - 1;
        var value = VALUE.matcher(file.text());
        if (!value.region(start, file.text().length()).lookingAt()) {
            return Optional.empty();
        }
        return Optional.of(
                new FileSeed(
                        file,
                        keys,
                        start,
                        value.end(),
                        Character.isDigit(file.text().charAt(start))));
    }

    /// How code writes the seed of a configuration that a name holds.
    ///
    /// @param attributes whether the keys are attributes of it
    String text(String name, boolean attributes) {
        var text = new StringBuilder(name);
        for (var key : keys) {
            text.append(attributes ? "." + key : "[\"" + key + "\"]");
        }
        return text.toString();
    }
}
