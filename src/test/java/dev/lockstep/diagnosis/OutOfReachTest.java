package dev.lockstep.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutOfReachTest {
    private static final Site SITE = new Site("train.py", 6, "load");

    @Test
    void whereThreadsAndProcessesStartIsTold() {
        var main = new Role.Main();
        var clues =
                List.of(
                        new Observed(
                                "main", main, 0, new Event.Concurrent("threading.Thread", SITE)),
                        new Observed(
                                "main",
                                main,
                                0,
                                new Event.Start("multiprocessing", List.of(), SITE, true)),
                        new Observed(
                                "main",
                                main,
                                0,
                                new Event.Start("subprocess", List.of(), SITE, true)));

        assertThat(OutOfReach.of(clues).beside())
                .containsExactly("threading.Thread at train.py:6", "multiprocessing at train.py:6");
    }

    @Test
    void programsThatMayDrawAreTold() {
        var main = new Role.Main();
        var clues =
                Stream.of(
                                new Event.Start(
                                        "subprocess",
                                        List.of("/usr/bin/shuf", "lines.txt"),
                                        SITE,
                                        false),
                                new Event.Start(
                                        "os.system", List.of("sort -R a.txt > b.txt"), SITE, false),
                                new Event.Start(
                                        "subprocess", List.of("/sbin/ldconfig", "-p"), SITE, false),
                                new Event.Start(
                                        "subprocess", List.of("python", "a.py"), SITE, true))
                        .map(start -> new Observed("main", main, 0, start))
                        .toList();

        assertThat(OutOfReach.of(clues).programs())
                .containsExactly("shuf at train.py:6", "sort at train.py:6");
    }
}
