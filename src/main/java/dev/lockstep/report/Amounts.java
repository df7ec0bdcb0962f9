package dev.lockstep.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Gives amounts as a person reads them: bytes, durations, instants, losses.
public final class Amounts {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Amounts() {}

    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double amount = bytes;
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        int unit = 0;
        while (amount >= 999.5 && unit < units.length - 1) {
            amount /= 1000;
            unit++;
        }
        return String.format(
                Locale.ROOT, amount < 9.95 ? "%.1f %s" : "%.0f %s", amount, units[unit]);
    }

    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /// To the minute, in UTC as the ids of runs are.
    static String minute(Instant instant) {
        return MINUTE.format(instant);
    }

    static String second(Instant instant) {
        return SECOND.format(instant) + " UTC";
    }

    static String loss(@Nullable Double loss) {
        return loss == null ? "–" : loss.isNaN() ? "nan" : String.format(Locale.ROOT, "%.4g", loss);
    }

    public static String command(Iterable<String> command) {
        StringBuilder text = new StringBuilder();
        for (String word : command) {
            boolean plain = !word.isEmpty() && word.matches("[\\p{L}\\p{M}\\p{N}_@%+=:,./~-]+");
            text.append(text.isEmpty() ? "" : " ")
                    .append(plain ? word : "'" + word.replace("'", "'\\''") + "'");
        }
        return text.toString();
    }

    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    /// A line of text that no terminal takes for an order: records may come from strangers.
    public static String plain(String text) {
        if (text.chars().noneMatch(Amounts::orders)) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .forEach(point -> {
                    if (orders(point)) {
                        plain.append(String.format(Locale.ROOT, "\\u%04x", point));
                    } else {
                        plain.appendCodePoint(point);
                    }
                });
        return plain.toString();
    }

    /// Control characters, and those that turn the direction of what follows.
    private static boolean orders(int point) {
        return Character.isISOControl(point)
                || point >= 0x202a && point <= 0x202e
                || point >= 0x2066 && point <= 0x2069;
    }
}
