package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    /// `import sklearn.datasets` draws from `random`: that line is no cause where another draws.
    @Test
    void whatAPackageDrawsWhileItIsImportedIsLeftOut() {
        var imported = draw(7, "sklearn.datasets", "import");
        var own = draw(14, null, null);

        var both = Suspects.from(List.of(imported, own), List.of(imported, own));
        assertThat(both).hasSize(1);
        assertThat(both.getFirst().hazard()).isEqualTo("LS101");
        assertThat(both.getFirst().places()).extracting(Place::line).containsExactly(14);

        var alone = Suspects.from(List.of(imported), List.of(imported));
        assertThat(alone.getFirst().places()).extracting(Place::line).containsExactly(7);
    }

    private static Observed draw(int line, @Nullable String via, @Nullable String feeds) {
        var main = new Role.Main();
        var site = new Site("train.py", line, "f");
        var draw = new Event.Draw("python", "random.random", site, via, feeds, line, null);
        return new Observed("main", main, 0, draw);
    }

    /// A seed behind the draw came too late; one before it held for a while alone, as in
    /// `fork_rng`.
    @Test
    void onlyASeedBehindTheDrawIsALateOne() {
        var main = new Role.Main();
        var drawn =
                new Observed(
                        "main",
                        main,
                        0,
                        new Event.Draw("torch", "random_", SEEDED, "t.D", "order", 0, null));
        var seed =
                new Observed(
                        "main", main, 0, new Event.Seed("torch", List.of(0L), SEEDED, null, 0));

        assertThat(Suspects.from(List.of(drawn, seed), List.of(drawn, seed)))
                .extracting(Suspect::hazard)
                .containsExactly("LS110");
        assertThat(Suspects.from(List.of(seed, drawn), List.of(seed, drawn)))
                .extracting(Suspect::hazard)
                .containsExactly("LS201");
    }

    @Test
    void theSameSeedsInAnotherOrderDependOnNoRun() {
        // Two processes of a pool that share eight tasks, each seeded with its number.
        var reference = pool(new long[] {0, 1, 4, 5}, new long[] {2, 3, 6, 7});
        var candidate = pool(new long[] {0, 2, 4}, new long[] {1, 3, 5, 6, 7});

        assertThat(Suspects.from(reference, candidate)).isEmpty();
    }

    @Test
    void whatTasksOfAPoolDrawIsTheirsAndNotAnOrderOfResults() {
        var pool = new Event.Concurrent("Pool.map", SEEDED);
        var unordered = new Event.Concurrent("imap_unordered", SEEDED);
        var ready = new Event.Concurrent("as_completed", SEEDED);

        assertThat(hazards(pool)).containsExactly("LS114 process-seed");
        assertThat(hazards(ready)).containsExactly("LS206 completion-order");
        assertThat(hazards(new Event.Concurrent("ThreadPoolExecutor.submit", SEEDED))).isEmpty();
        assertThat(hazards(unordered))
                .containsExactly("LS206 completion-order", "LS114 process-seed");
    }

    private static List<String> hazards(Event seen) {
        var clues = List.of(new Observed("main", new Role.Main(), 0, seen));
        return Suspects.from(clues, clues).stream()
                .map(suspect -> suspect.hazard() + " " + suspect.pin().name())
                .toList();
    }
}
