package dev.lockstep.comparison;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Takes a line of printed text, gives it with everything masked that differs between any two runs:
/// times, dates, durations, rates, process ids, addresses, temporary paths.
///
/// The rules know forms, not programs. A number is masked only by its shape or by the unit or word
/// beside it; losses, counts and accuracies stay.
final class Masking {
    private static final String NUMBER = "[-+]?\\d+(?:[.,]\\d+)*(?:[eE][-+]?\\d+)?";
    private static final String MONTH =
            "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
                    + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
    private static final String DAY =
            "(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\\.?,?";

    private record Rule(Pattern pattern, String mask) {}

    private static Rule rule(String pattern, String mask) {
        return new Rule(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), mask);
    }

    /// In this order: a form that contains another comes first.
    private static final List<Rule> RULES =
            List.of(
                    rule(
                            "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b",
                            "<uuid>"),
                    rule("\\b0x[0-9a-f]{4,}\\b", "<address>"),
                    rule(
                            "(?<![\\w.])/(?:tmp|var/tmp|var/folders|dev/shm|run/user)/[^\\s'\",;:)\\]]+",
                            "<path>"),
                    // 2026-11-23T04:41:07.123Z, 2026/11/23 04:41, 20261123-044107, 2026_11_23
                    rule(
                            "(?<![A-Za-z0-9])(?:19|20)\\d\\d([-/._])(?:0?[1-9]|1[0-2])\\1(?:0?[1-9]|[12]\\d|3[01])(?:[T_ -]+\\d{1,2}[-:_.hH]\\d\\d(?:[-:_.mM]\\d\\d(?:[.,]\\d+)?)?s?)?(?:\\s?Z|\\s?[+-]\\d\\d:?\\d\\d)?(?![\\d])",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9])(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[T_-]?(?:[01]\\d|2[0-3])[0-5]\\d(?:[0-5]\\d)?(?:\\d{3}|\\d{6})?(?![A-Za-z0-9])",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9])(?:0?[1-9]|[12]\\d|3[01])([./])(?:0?[1-9]|1[0-2])\\1(?:19|20)\\d\\d(?![A-Za-z0-9])",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9])(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\\d|3[01])/(?:19|20)?\\d\\d(?![A-Za-z0-9])",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9])(?:"
                                    + DAY
                                    + "\\s+)?"
                                    + MONTH
                                    + "\\s*[- ]?\\d{1,2}(?:st|nd|rd|th)?(?![A-Za-z0-9]|\\.\\d),?(?:[-_ ]\\d{1,2}[-:]\\d\\d(?:[-:]\\d\\d)?)?(?:\\s+(?:19|20)\\d\\d(?![A-Za-z0-9]))?",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9.])(?:"
                                    + DAY
                                    + "\\s+)?\\d{1,2}(?:st|nd|rd|th)?[- ]"
                                    + MONTH
                                    + "(?![A-Za-z])(?:[- ](?:19|20)?\\d\\d(?![A-Za-z0-9]))?",
                            "<date>"),
                    rule(
                            "(?<![A-Za-z0-9])(?:mon|tues|wednes|thurs|fri|satur|sun)day(?![A-Za-z0-9])",
                            "<date>"),
                    // 1 day, 0:00:12.5 and 04:41:07 and 00:12<00:03
                    rule("\\b\\d+\\s+days?,\\s*(?=\\d{1,3}:\\d\\d)", ""),
                    rule(
                            "(?<![\\d.:])\\d{1,3}:[0-5]\\d(?::[0-5]\\d)?(?:[.,]\\d+)?(?![\\d:])(?:\\s?[ap]\\.?m\\b\\.?)?",
                            "<time>"),
                    rule("<time>\\s*<\\s*(?:<time>|\\?)", "<time>"),
                    // 12.3it/s, 4 samples/sec, 1.2 s/it, 30 MB/s, 12.5 fps
                    rule(
                            NUMBER
                                    + "\\s*[kmgt]?i?(?:[a-z_]{1,16})\\s?(?:/|\\bper\\b)\\s?(?:s|secs?|seconds?|ms|min|minutes?|h|hr|hours?)\\b",
                            "<rate>"),
                    rule(
                            NUMBER
                                    + "\\s*(?:ns|us|µs|μs|ms|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?)\\s?(?:/|\\bper\\b)\\s?[a-z_]{1,16}\\b",
                            "<rate>"),
                    rule(NUMBER + "\\s*(?:fps|flop/?s|[kmgt]flop/?s|[kmgt]?bps)\\b", "<rate>"),
                    rule("[?]\\s*[a-z_]{1,16}/s\\b", "<rate>"),
                    // 12.3 s, 5ms, 3min, 2h
                    rule(
                            "(?<![\\w.])"
                                    + NUMBER
                                    + "\\s*(?:ns|nanoseconds?|us|µs|μs|microseconds?|ms|msecs?|milliseconds?|s|secs?|seconds?|mins?|minutes?|hrs?|hours?|h|days?)(?![\\w=])",
                            "<duration>"),
                    rule(
                            "(?<![\\w.])\\d+m(?=\\s?\\d+(?:\\.\\d+)?s\\b|\\s?<duration>)",
                            "<duration>"),
                    rule("<duration>(?:[\\s,]*(?:and\\s+)?<duration>)+", "<duration>"),
                    // time 12.3, elapsed: 4, "duration": 0.5, took=3, eta 5, pid 4711, 12.3 elapsed
                    rule(
                            "((?<![a-z])(?:[a-z]+[_ -]){0,4}(?:per[_ ]second|time|elapsed|took|takes|duration|eta|runtime|walltime|seconds|secs|sec|millis|timestamp|latency|speed|throughput|pid|ppid|process[_ ]id)(?:[_ -](?:ms|sec|secs|seconds|per[_ ](?:epoch|batch|step|sample|iter)|taken|elapsed|spent|used|cost|total|s))?(?:\\s*\\([^)]{0,12}\\)|\\s*\\[[^\\]]{0,12}\\])?[\"']?(?:\\s*(?:[:=~]|is|was|of|in))*\\s*[\"']?)"
                                    + NUMBER
                                    + "(?![\\w])",
                            "$1<number>"),
                    rule(NUMBER + "(?=\\s*(?:elapsed|remaining)\\b)", "<number>"),
                    // 1700000000, with fraction or in ms, us, ns: seconds since 1970
                    rule(
                            "(?<![\\w.])1[4-9]\\d{8}(?:\\d{3}|\\d{6}|\\d{9})?(?:\\.\\d+)?(?![\\w])",
                            "<epoch>"),
                    rule("(?<=[_.-])1[4-9]\\d{8}(?:\\d{3}|\\d{6}|\\d{9})?(?![\\d])", "<epoch>"));

    private static final Pattern FOLD =
            Pattern.compile("[ \\t]+(?=<[a-z]+>)|(?<=<[a-z]{1,9}>)[ \\t]+");

    /// The longest part of a line that is looked at; the rest is compared as it is.
    private static final int LONGEST = 4096;

    /// Hexadecimal words: enough digits that a number is none of them by chance.
    private static final Pattern HEXADECIMAL =
            Pattern.compile(
                    "(?<![0-9A-Za-z.])(?:[0-9]{6,32}|(?=[0-9]*[a-f])[0-9a-f]{4,64})(?![0-9A-Za-z]|\\.\\d)",
                    Pattern.CASE_INSENSITIVE);

    private final List<String> folders;
    private final List<String> names;
    private final List<Pattern> words;

    /// @param folders paths of this run that another run does not share: its folder, its copy
    /// @param names hexadecimal digits that this run took from the system's entropy; a word that is
    ///   a part of them names something and is no result
    Masking(List<String> folders, List<String> names) {
        this(folders, names, List.of());
    }

    private Masking(List<String> folders, List<String> names, List<Pattern> words) {
        this.names = List.copyOf(names);
        this.words = List.copyOf(words);
        this.folders =
                folders.stream()
                        .filter(folder -> folder.length() > 1)
                        .sorted((left, right) -> Integer.compare(right.length(), left.length()))
                        .toList();
    }

    /// The same for a run that goes by these names.
    Masking naming(Collection<String> own) {
        return new Masking(
                folders,
                names,
                own.stream()
                        .map(name ->
                                Pattern.compile(
                                        "(?<![0-9A-Za-z])"
                                                + Pattern.quote(name)
                                                + "(?![0-9A-Za-z])"))
                        .toList());
    }

    /// Gives the masked line. Of a line that was drawn over (`\r`), the last text counts.
    String mask(String line) {
        String text = lastDrawn(line);
        for (String folder : folders) {
            text = text.replace(folder, "<folder>");
        }
        String rest = text.length() > LONGEST ? text.substring(LONGEST) : "";
        text = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        for (Pattern word : words) {
            text = word.matcher(text).replaceAll("<name>");
        }
        if (!names.isEmpty()) {
            text = HEXADECIMAL.matcher(text).replaceAll(found -> named(found.group()));
        }
        if (mayHold(text)) {
            for (Rule rule : RULES) {
                text = rule.pattern().matcher(text).replaceAll(rule.mask());
            }
            // A shorter number beside a mask is padded with other blanks.
            text = FOLD.matcher(text).replaceAll("");
        }
        return text.stripTrailing() + rest;
    }

    private String named(String word) {
        var digits = word.toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(name -> name.contains(digits)) ? "<name>" : word;
    }

    private static boolean mayHold(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9' || c == '?' || c == '/') {
                return true;
            }
        }
        return text.toLowerCase(Locale.ROOT).contains("day");
    }

    private static String lastDrawn(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\r') {
            end--;
        }
        return line.substring(line.lastIndexOf('\r', end - 1) + 1, end);
    }
}
