package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Site;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Numbers that runs drew from generators that nobody had seeded, where nothing that was compared
/// would show them.
///
/// Two runs that print the same rounded figure may have computed it from other numbers. Where a
/// loss, a batch or a state was compared that such numbers go into, their agreement says that
/// nothing followed from them; where only text was, it does not.
///
/// @param draws what was drawn, one a place, in the order of the first run
public record UnseenDraws(List<Observed> draws) {
    private static final int NAMED = 3;

    /// Evidence of training: what is drawn before or in it reaches it.
    private static final Set<String> TRAINING = Set.of("step", "backward");

    /// Takes entropy for names, and not for numbers.
    private static final Set<String> GENERATORS =
            Set.of("numpy-generator", "python-generator", "python", "numpy", "torch");

    private static final String TORCH_GENERATOR = "torch.Generator";

    public UnseenDraws {
        draws = List.copyOf(draws);
    }

    /// Gives those of which the compared evidence shows nothing.
    ///
    /// @param compared the kinds of events that were compared
    /// @param loaded whether a checkpoint was loaded, over the weights that a model began with
    /// @param clues what a run showed beside its evidence
    public static UnseenDraws of(Set<String> compared, boolean loaded, List<Observed> clues) {
        if (compared.stream().anyMatch(TRAINING::contains)) {
            return new UnseenDraws(List.of());
        }
        var places = new LinkedHashSet<String>();
        return new UnseenDraws(
                clues.stream()
                        .filter(clue -> unseen(compared, loaded, clue.event()))
                        .filter(clue -> places.add(place(clue.event())))
                        .toList());
    }

    private static boolean unseen(Set<String> compared, boolean loaded, Event event) {
        return switch (event) {
            case Event.Draw draw when draw.site() != null ->
                    draw.feeds() == null
                            || switch (draw.feeds()) {
                                case "weights" -> !loaded && !compared.contains("state");
                                case "order", "split", "augmentation" ->
                                        !compared.contains("batch");
                                case "workers" -> false;
                                default -> true;
                            };
            case Event.Entropy entropy when entropy.site() != null ->
                    entropy.source().equals(TORCH_GENERATOR)
                            || GENERATORS.contains(Suspects.pin(entropy).name());
            default -> false;
        };
    }

    /// Whether there is none.
    public boolean isEmpty() {
        return draws.isEmpty();
    }

    /// Why it cannot be told whether the runs agree, as a sentence without its end.
    public String reason() {
        return "what was compared agrees, but the runs draw numbers that nobody seeded, at "
                + draws.stream()
                        .limit(NAMED)
                        .map(one -> place(one.event()))
                        .collect(Collectors.joining(", "))
                + (draws.size() > NAMED ? " and " + (draws.size() - NAMED) + " more places" : "")
                + ", and nothing that was compared shows what follows from them";
    }

    /// The hazards, each with its place; not proved, since no pair of runs parts.
    public Explanation suspected() {
        return new Explanation(
                List.of(),
                List.of(),
                Suspects.from(draws, draws).stream()
                        .map(suspect ->
                                new Explanation.Untried(
                                        suspect.hazard(),
                                        suspect.places().isEmpty()
                                                ? "nothing that was compared shows what follows from it"
                                                : suspect.places().getFirst().site().text()
                                                        + ": nothing that was compared shows what follows from it"))
                        .toList(),
                null,
                List.of(),
                List.of());
    }

    private static String place(Event event) {
        return switch (event) {
            case Event.Draw draw ->
                    text(draw.site(), draw.via() != null ? draw.via() : draw.function());
            case Event.Entropy entropy ->
                    text(entropy.site(), entropy.via() != null ? entropy.via() : entropy.source());
            default -> "";
        };
    }

    private static String text(@Nullable Site site, @Nullable String function) {
        return (site == null ? "" : site.text()) + (function == null ? "" : " (" + function + ")");
    }
}
