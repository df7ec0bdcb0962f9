package dev.lockstep.report;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.LastBatch;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import dev.lockstep.hazard.Catalogue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Takes a verdict, gives the lines that a person reads.
///
/// Every line is whole by itself; colour only underlines what the words say.
public final class VerdictText {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[(0|1|31;1|32;1|33;1)m");
    private static final int WIDTH = 100;
    private static final int NOT_COMPARED = 6;
    private static final int PLACES = 3;
    private static final String PRINTED = "stdout.log";
    private static final String PRINTED_AND_WRITTEN = "what they print and write";
    private static final Pattern STARTED = Pattern.compile("(.+)/(pool)?(\\d+)");
    private static final String FORK_SERVER = "/forkserver";
    private static final int LOADERS = 3;

    private final Verdict verdict;
    private final @Nullable String source;
    private final boolean colour;
    private final List<String> lines = new ArrayList<>();

    private VerdictText(Verdict verdict, @Nullable String source, boolean colour) {
        this.verdict = verdict;
        this.source = source;
        this.colour = colour;
    }

    /// The text, with a newline at its end.
    ///
    /// @param source the source line at which the runs part; null when there is none
    /// @param next what to do next, a command with its purpose each
    /// @param colour with terminal colours
    public static String text(
            Verdict verdict, @Nullable String source, List<String> next, boolean colour) {
        var text = new VerdictText(verdict, source, colour);
        text.headline();
        text.causes();
        text.lastBatches();
        text.notCompared();
        text.environment();
        if (!next.isEmpty()) {
            text.lines.add("");
            for (int i = 0; i < next.size(); i++) {
                text.lines.add((i == 0 ? "next:  " : "       ") + next.get(i));
            }
        }
        return text.lines.stream().map(VerdictText::plain).collect(Collectors.joining("\n")) + "\n";
    }

    /// A line in which a terminal obeys nothing but our own colours.
    private static String plain(String line) {
        var plain = new StringBuilder();
        int at = 0;
        for (var own = COLOUR.matcher(line); own.find(); at = own.end()) {
            plain.append(Amounts.plain(line.substring(at, own.start()))).append(own.group());
        }
        return plain.append(Amounts.plain(line.substring(at))).toString();
    }

    private void headline() {
        var compared = verdict.compared();
        switch (verdict.result()) {
            case IDENTICAL ->
                    lines.add(
                            green("✓")
                                    + " "
                                    + (compared.runs() == 2
                                            ? "The two runs agree"
                                            : "All " + compared.runs() + " runs agree")
                                    + " bit for bit: "
                                    + amounts(compared)
                                    + ".");
            case DIVERGED -> {
                var divergence = verdict.divergence();
                if (divergence != null) {
                    parting(divergence);
                }
            }
            case UNKNOWN -> {
                lines.add(yellow("?") + " Cannot tell: " + verdict.reason() + ".");
                if (compared.events() > 0 && verdict.explanation() == null) {
                    lines.add("  Up to there the runs agree: " + amounts(compared) + ".");
                }
            }
        }
    }

    /// What runs agree over; runs without a tensor agree in what they print and write.
    static String amounts(Explanation.Agreement proof) {
        return proof.steps() == 0 && proof.tensors() == 0
                ? PRINTED_AND_WRITTEN
                : amounts(new Verdict.Compared(proof.runs(), proof.steps(), 0, proof.tensors()));
    }

    private static String amounts(Verdict.Compared compared) {
        if (compared.steps() == 0 && compared.tensors() == 0) {
            return PRINTED_AND_WRITTEN;
        }
        var parts = new ArrayList<String>();
        if (compared.steps() > 0) {
            parts.add(count(compared.steps(), "step", "steps"));
        }
        if (compared.tensors() > 0) {
            parts.add(count(compared.tensors(), "tensor", "tensors"));
        }
        if (parts.isEmpty() || compared.tensors() == 0) {
            parts.add(count(compared.events(), "event", "events"));
        }
        return String.join(", ", parts);
    }

    private void parting(Divergence divergence) {
        lines.add(red("✗") + " The two runs part " + when(divergence) + where(divergence) + ".");
        var site = divergence.site();
        if (site != null) {
            lines.add(
                    "    " + site.text() + (source == null ? "" : "   " + cut(source.strip(), 80)));
        }
        if (!divergence.process().equals("main")) {
            lines.add("      in " + process(divergence.process()));
        }
        boolean told = false;
        for (var detail : divergence.details()) {
            if (detail.reference().equals(detail.candidate())) {
                lines.add("      " + alike(detail.what(), cut(detail.reference(), 400)));
            } else {
                pair(detail.what() + " ", detail.reference(), detail.candidate());
                told = true;
            }
        }
        if (!told && (divergence.reference() != null || divergence.candidate() != null)) {
            pair("", divergence.reference(), divergence.candidate());
        }
    }

    /// A process in words: `main/2` is the second that `main` started, `main/pool2` one of a
    /// pool's.
    static String process(String name) {
        // Of a child that is named after its parent the parent need not be told.
        int in = name.indexOf(" in ");
        var child =
                in > 0 && name.startsWith(name.substring(in + 4) + "/")
                        ? name.substring(0, in)
                        : name;
        var started = STARTED.matcher(child);
        if (!started.matches()) {
            return child;
        }
        var parent = started.group(1);
        boolean served = parent.endsWith(FORK_SERVER);
        return "process "
                + started.group(3)
                + (started.group(2) == null ? " that " : " of a pool that ")
                + (served
                        ? "the fork server of "
                                + parent.substring(0, parent.length() - FORK_SERVER.length())
                        : parent)
                + " started";
    }

    /// Texts are compared when all steps have been made.
    static String when(Divergence divergence) {
        if (divergence.kind() != Divergence.Kind.OUTPUT) {
            return "at step " + number(divergence.step()) + ", ";
        }
        return divergence.step() == 0
                ? ""
                : "after " + count(divergence.step(), "step", "steps") + " that agree, ";
    }

    /// What both runs have alike where they part.
    private static String alike(String what, String value) {
        return switch (what) {
            case "when" -> value + ", before the first step";
            case "inputs", "phase" -> what + " " + value;
            default -> what + " " + value + " in both";
        };
    }

    /// In which of its numbers or texts a run parts: `in the loss`.
    static String where(Divergence divergence) {
        var name = divergence.name();
        return switch (divergence.kind()) {
            case BATCH -> divergence.step() == 0 ? "in its batch" : "in a batch";
            case LOSS -> "in the loss";
            case GRADIENT -> "in the gradient" + (name == null ? "s" : " of " + name);
            case PARAMETER -> name == null ? "in the parameters" : "in the parameter " + name;
            case GENERATOR ->
                    "in the state of a random generator" + (name == null ? "" : ", " + name);
            case LEARNING_RATE -> "in the learning rate";
            case SCALE -> "in the scale of the gradients";
            case OPERATION -> "in an operation" + (name == null ? "" : ", " + name);
            case CHECKPOINT -> "in a saved checkpoint" + (name == null ? "" : ", " + name);
            case STATE -> "in the state at the end" + (name == null ? "" : ", " + name);
            case OUTPUT ->
                    name != null && name.startsWith(PRINTED)
                            ? "in what they print," + name.substring(PRINTED.length())
                            : "in what they print or write" + (name == null ? "" : ", " + name);
            case LENGTH -> "where one goes on and the other does not";
            case EXIT -> "in how they end";
        };
    }

    private void pair(String what, @Nullable String reference, @Nullable String candidate) {
        var one = "      reference   " + what + cut(said(reference), 400);
        var two = "      candidate   " + what + cut(said(candidate), 400);
        if (one.length() + two.length() <= WIDTH) {
            lines.add(one + two);
        } else {
            lines.add(one);
            lines.add(two);
        }
    }

    private void causes() {
        var found = verdict.explanation();
        if (found == null) {
            return;
        }
        var proved = found.proved();
        if (!proved.isEmpty()) {
            lines.add("");
            lines.add(
                    "  "
                            + (proved.getFirst().suspect().pin().recorded() != null
                                    ? changed(proved.size())
                                    : proved.size() == 1
                                            ? "1 cause, proved: with it pinned the runs agree, without the pin they part:"
                                            : proved.size()
                                                    + " causes, each proved: with every pin the runs agree, without this one they part:"));
            int names = proved.stream().mapToInt(one -> name(one).length()).max().orElse(0);
            int sites = proved.stream().mapToInt(one -> site(one).length()).max().orElse(0);
            for (var one : proved) {
                lines.add(
                        ("    "
                                        + bold(one.suspect().hazard())
                                        + " "
                                        + pad(name(one), names)
                                        + "   "
                                        + pad(site(one), sites)
                                        + "   "
                                        + places(one))
                                .stripTrailing());
            }
        } else if (verdict.result() == Verdict.Result.DIVERGED) {
            lines.add("");
            lines.add("  No cause is proved.");
        }
        var ruledOut = new TreeMap<String, Set<String>>();
        for (var one : found.ruledOut()) {
            ruledOut.computeIfAbsent(one.why(), _ -> new TreeSet<>()).add(named(one.suspect()));
        }
        ruledOut.forEach((why, hazards) ->
                lines.addAll(
                        wrapped("  ruled out: ", String.join(", ", hazards) + " (" + why + ")")));
        listed(
                "  suspected: ",
                found.suspected().stream()
                        .map(one -> one.hazard() + " (" + one.why() + ")")
                        .toList());
        for (var note : found.notes()) {
            lines.addAll(wrapped("  ", note));
        }
        var proof = proof(found);
        if (proof != null) {
            lines.add("");
            lines.add("  " + proof);
        }
    }

    /// The sentence on the runs that agree with exactly the causes pinned; null without such runs.
    static @Nullable String proof(Explanation found) {
        var proof = found.proof();
        if (proof == null) {
            return null;
        }
        var proved = found.proved();
        boolean recorded =
                !proved.isEmpty() && proved.getFirst().suspect().pin().recorded() != null;
        return "With "
                + (proved.size() == 1 ? "it" : proved.size() == 2 ? "both" : "all of them")
                + (recorded ? " as recorded, " : " pinned, ")
                + proof.runs()
                + " runs agree bit for bit: "
                + amounts(proof)
                + ".";
    }

    private static String changed(int causes) {
        return causes == 1
                ? "1 cause, proved: with it as recorded the run agrees with its record, as it is now it parts:"
                : causes
                        + " causes, each proved: with all as recorded the run agrees with its record, with this one as it is now it parts:";
    }

    /// Gives `LS112 unseeded-package at train.py:9`.
    static String named(Suspect suspect) {
        var recorded = suspect.pin().recorded();
        if (recorded != null) {
            return suspect.hazard() + " " + recorded;
        }
        var places = suspect.places();
        return suspect.hazard()
                + " "
                + Catalogue.get(suspect.hazard()).name()
                + (places.isEmpty() ? "" : " at " + places.getFirst().text());
    }

    private void listed(String head, List<String> what) {
        if (!what.isEmpty()) {
            lines.addAll(wrapped(head, String.join(", ", what)));
        }
    }

    private static String name(Explanation.Proved proved) {
        return Catalogue.get(proved.suspect().hazard()).name();
    }

    private static String site(Explanation.Proved proved) {
        var places = proved.suspect().places();
        var recorded = proved.suspect().pin().recorded();
        return !places.isEmpty()
                ? places.getFirst().site().text()
                : recorded != null ? recorded : "no line of the source tells it";
    }

    /// What the first place draws with and for, then the next places.
    private static String places(Explanation.Proved proved) {
        var phrases = new ArrayList<String>();
        var places = distinct(proved.suspect().places());
        var recorded = proved.suspect().pin().recorded();
        if (recorded != null) {
            return places.isEmpty() ? "" : recorded;
        }
        for (var place : telling(places)) {
            var phrase = new StringBuilder();
            if (place != places.getFirst()) {
                phrase.append("then ").append(place.site().text());
            } else if (place.site().function() != null
                    && !place.site().function().startsWith("<")) {
                phrase.append("in ").append(place.site().function());
            }
            if (place.via() != null) {
                phrase.append(phrase.isEmpty() ? "" : " ")
                        .append("through ")
                        .append(place.via().replace(".__init__", ""));
            }
            if (place.feeds() != null) {
                phrase.append(phrase.isEmpty() ? "" : " ")
                        .append("(")
                        .append(place.feeds())
                        .append(")");
            }
            if (!place.process().equals("main")) {
                phrase.append(phrase.isEmpty() ? "" : " ")
                        .append("[")
                        .append(process(place.process()))
                        .append("]");
            }
            if (!phrase.isEmpty()) {
                phrases.add(phrase.toString());
            }
        }
        if (places.size() > PLACES) {
            phrases.add("and " + (places.size() - PLACES) + " more");
        }
        return String.join(", ", phrases);
    }

    /// The places but those that differ from one before in the process alone.
    private static List<Place> distinct(List<Place> places) {
        var distinct = new LinkedHashMap<List<@Nullable Object>, Place>();
        for (var place : places) {
            distinct.putIfAbsent(Arrays.asList(place.site(), place.via(), place.feeds()), place);
        }
        return List.copyOf(distinct.values());
    }

    /// `10 of 64 samples, all real`.
    static String held(LastBatch one, String where) {
        return one.samples()
                + " of "
                + one.batchSize()
                + " samples"
                + where
                + ", "
                + (one.allReal() ? "all" : one.real() + " of them")
                + " real";
    }

    /// The first place, then the first of each other purpose, then the next ones; in their order.
    private static List<Place> telling(List<Place> places) {
        var chosen = new LinkedHashSet<Place>();
        var purposes = new HashSet<@Nullable String>();
        for (var place : places) {
            if (purposes.add(place.feeds()) && chosen.size() < PLACES) {
                chosen.add(place);
            }
        }
        for (var place : places) {
            if (chosen.size() < PLACES) {
                chosen.add(place);
            }
        }
        return places.stream().filter(chosen::contains).toList();
    }

    private void lastBatches() {
        var seen = verdict.lastBatches();
        for (int i = 0; i < seen.kept().size() && i < LOADERS; i++) {
            var one = seen.kept().get(i);
            lines.addAll(
                    wrapped(
                            "  last batch: ",
                            held(one, one.site() == null ? "" : " at " + one.site().text())
                                    + (verdict.result() == Verdict.Result.IDENTICAL
                                            ? ", equal in "
                                                    + (verdict.compared().runs() == 2
                                                            ? "both runs"
                                                            : "all runs")
                                            : ", equal in the runs that agree")
                                    + (one.passes() > 1
                                            ? ", " + number(one.passes()) + " times"
                                            : "")));
        }
        if (seen.kept().size() > LOADERS) {
            lines.add("  last batch: " + (seen.kept().size() - LOADERS) + " more, all in --json");
        }
        listed(
                "  last batch dropped, as --drop-last asks: ",
                seen.dropped().stream().map(Site::text).toList());
    }

    private void notCompared() {
        var all = verdict.notCompared();
        for (int i = 0; i < all.size() && i < NOT_COMPARED; i++) {
            lines.addAll(
                    wrapped("  not compared: ", all.get(i).what() + " (" + all.get(i).why() + ")"));
        }
        if (all.size() > NOT_COMPARED) {
            lines.add("  not compared: " + (all.size() - NOT_COMPARED) + " more, all in --json");
        }
    }

    private void environment() {
        for (var difference : verdict.environmentDifferences()) {
            lines.add(
                    "  differs: "
                            + difference.what()
                            + "   reference "
                            + cut(difference.reference(), 60)
                            + "   candidate "
                            + cut(difference.candidate(), 60));
        }
    }

    private static String said(@Nullable String text) {
        return text == null ? "nothing" : text;
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static List<String> wrapped(String head, String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(head);
        for (var word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > head.length()) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(head.length()));
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /// A number with a space between thousands.
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /// A number with its noun.
    public static String count(long number, String one, String more) {
        return number(number) + " " + (number == 1 ? one : more);
    }

    private String red(String text) {
        return colour ? "\u001b[31;1m" + text + "\u001b[0m" : text;
    }

    private String green(String text) {
        return colour ? "\u001b[32;1m" + text + "\u001b[0m" : text;
    }

    private String yellow(String text) {
        return colour ? "\u001b[33;1m" + text + "\u001b[0m" : text;
    }

    private String bold(String text) {
        return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
    }
}
