package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectsTest {
    private static final Site SEEDED = new Site("train.py", 6, "load");

    private static List<Observed> seeds(Role role, long... values) {
        var seeds = new ArrayList<Observed>();
        for (long value : values) {
            var seed = new Event.Seed("python.Random", List.of(value), SEEDED, null, 0);
            seeds.add(new Observed(role.text(), role, 0, seed));
        }
        return seeds;
    }

    private static List<Observed> pool(long[] first, long[] second) {
        var all = seeds(new Role.Child(null, "main/pool1", true), first);
        all.addAll(seeds(new Role.Child(null, "main/pool2", true), second));
        return all;
    }

    @Test
    void aSeedWithAnotherValueInTheOtherRunIsSuspected() {
        var main = new Role.Main();

        var found = Suspects.from(seeds(main, 1, 1700), seeds(main, 1, 1701));

        assertThat(found).extracting(Suspect::hazard).containsExactly("LS109");
        assertThat(found.getFirst().pin().sites()).containsExactly(SEEDED);
    }

    @Test
    void theSameSeedsInAnotherOrderDependOnNoRun() {
        // Two processes of a pool that share eight tasks, each seeded with its number.
        var reference = pool(new long[] {0, 1, 4, 5}, new long[] {2, 3, 6, 7});
        var candidate = pool(new long[] {0, 2, 4}, new long[] {1, 3, 5, 6, 7});

        assertThat(Suspects.from(reference, candidate)).isEmpty();
    }

    @Test
    void whereThreadsAndProcessesStartIsTold() {
        var main = new Role.Main();
        var clues =
                List.of(
                        new Observed(
                                "main", main, 0, new Event.Concurrent("threading.Thread", SEEDED)),
                        new Observed(
                                "main",
                                main,
                                0,
                                new Event.Start("multiprocessing", List.of(), SEEDED, true)),
                        new Observed(
                                "main",
                                main,
                                0,
                                new Event.Start("subprocess", List.of(), SEEDED, true)));

        assertThat(Suspects.concurrency(clues))
                .containsExactly("threading.Thread at train.py:6", "multiprocessing at train.py:6");
    }
}
