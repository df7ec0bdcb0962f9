package dev.lockstep.report;

import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Item;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Takes an event as it stands in its stream, gives it as one line of JSON: the stream's name under
/// `process`, then every key the event has, unknown ones too; fingerprints as 16 hexadecimal
/// digits.
public final class EventJson {
    private static final JsonMapper JSON = new JsonMapper();

    private EventJson() {}

    /// Gives the line, without a newline.
    public static String line(String stream, Item item) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("process", stream);
        for (Map.Entry<String, @Nullable Object> entry : item.fields().entrySet()) {
            json.put(entry.getKey(), plain(entry.getValue()));
        }
        return JSON.writeValueAsString(json);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Fingerprint fingerprint -> fingerprint.hex();
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Double real when !Double.isFinite(real) -> real.toString();
            case List<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>(list.size());
                for (Object member : list) {
                    plain.add(plain(member));
                }
                yield plain;
            }
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                map.forEach((key, member) -> plain.put(String.valueOf(key), plain(member)));
                yield plain;
            }
            default -> value;
        };
    }
}
