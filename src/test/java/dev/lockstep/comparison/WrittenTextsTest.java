package dev.lockstep.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WrittenTextsTest {
    private static final Site NAMES = new Site("train.py", 17, "__init__");

    private final List<TextDifference> differences = new ArrayList<>();
    private final List<NotCompared> notCompared = new ArrayList<>();

    /// What one run printed and wrote into a folder whose name it drew.
    private record Run(String folder, String accuracy) implements RunTexts {
        @Override
        public @Nullable InputStream open(String file) {
            var texts =
                    Map.of(
                            "stdout.log",
                            "run " + folder + " starts\nsaved to runs/" + folder + "/net.pt\n",
                            "runs/" + folder + "/log.json",
                            "{\"run\": \"" + folder + "\", \"accuracy\": " + accuracy + "}\n");
            var text = texts.get(file);
            return text == null
                    ? null
                    : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public List<String> folders() {
            return List.of();
        }

        Observations seen(boolean drawn) {
            var seen = new Observations();
            var events = new ArrayList<Event>();
            events.add(new Event.Write("runs/" + folder + "/net.pt", 10L, "1", false));
            events.add(
                    new Event.Write("runs/" + folder + "/log.json", 20L, folder + accuracy, false));
            if (drawn) {
                events.add(new Event.Entropy("random.SystemRandom", NAMES, null, 0, null));
            }
            events.forEach(event -> seen.add(new Observed("main", new Role.Main(), 0, event)));
            return seen;
        }
    }

    private void compare(Run reference, Run candidate, boolean drawn, boolean alone)
            throws IOException {
        var texts =
                new WrittenTexts(
                        reference,
                        reference.seen(drawn),
                        candidate,
                        candidate.seen(drawn),
                        false,
                        alone);
        texts.compare(false, differences, notCompared);
    }

    @Test
    void theNameThatARunDrewForItselfIsNoResult() throws IOException {
        compare(new Run("brave-otter-12", "0.5"), new Run("calm-heron-7", "0.5"), true, false);

        assertThat(differences).isEmpty();
        assertThat(notCompared)
                .containsExactly(
                        new NotCompared(
                                "the name of the folder brave-otter-12",
                                "the other run called it calm-heron-7"));
    }

    @Test
    void whatStandsInTheFolderIsCompared() throws IOException {
        compare(new Run("brave-otter-12", "0.5"), new Run("calm-heron-7", "0.6"), true, false);

        assertThat(differences)
                .extracting(TextDifference::file)
                .containsExactly("runs/brave-otter-12/log.json");
    }

    @Test
    void aNameThatWasNotDrawnMayBeAResult() throws IOException {
        compare(new Run("depth-12", "0.5"), new Run("depth-7", "0.5"), false, false);

        assertThat(differences).isNotEmpty();
    }

    @Test
    void withoutATensorANameMayBeTheResult() throws IOException {
        compare(new Run("brave-otter-12", "0.5"), new Run("calm-heron-7", "0.5"), true, true);

        assertThat(differences).isNotEmpty();
    }
}
