package dev.lockstep.diagnosis;

import dev.lockstep.comparison.NotCompared;
import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /// The pins of generators that were made or seeded from entropy; other entropy makes names as a
    /// rule.
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
        return compared.stream().anyMatch(TRAINING::contains)
                ? new UnseenDraws(List.of())
                : of(clues.stream().filter(clue -> unseen(compared, loaded, clue.event())));
    }

    /// Gives those of the main process after its last step, which no step shows.
    ///
    /// @param steps how many there were
    public static UnseenDraws afterTraining(
            Set<String> compared, long steps, List<Observed> clues) {
        return of(
                clues.stream()
                        .filter(clue -> steps > 0 && clue.step() >= steps)
                        .filter(clue -> clue.role() instanceof Role.Main)
                        .filter(clue -> unseen(compared, true, clue.event())));
    }

    private static UnseenDraws of(Stream<Observed> draws) {
        var places = new LinkedHashSet<String>();
        return new UnseenDraws(draws.filter(one -> places.add(place(one.event()))).toList());
    }

    private static boolean unseen(Set<String> compared, boolean loaded, Event event) {
        return switch (event) {
            case Event.Draw draw when draw.site() != null ->
                    draw.feeds() == null
                            || switch (draw.feeds()) {
                                case "weights" -> !loaded && !compared.contains("state");
                                case "order", "split", "augmentation" ->
                                        !compared.contains("batch");
                                case "workers", "import" -> false;
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

    /// What follows from each, as something that the verdict says nothing about.
    public List<NotCompared> notCompared() {
        return draws.stream()
                .map(one ->
                        new NotCompared(
                                "what follows from " + place(one.event()),
                                "drawn after the last step from a generator that nobody seeded"))
                .toList();
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
