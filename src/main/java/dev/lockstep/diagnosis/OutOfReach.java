package dev.lockstep.diagnosis;

import dev.lockstep.comparison.Observed;
import dev.lockstep.event.Event;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a run shows that no pin reaches: it goes on beside the lines of the script.
///
/// It is no evidence of a cause. It says what may race, and what is spoken of where no pin explains
/// why the runs part.
///
/// @param beside where the user's own code starts threads and processes that go on beside it, as
///   `what at file:line`
/// @param onDevice where the user's own code has work go on beside other work on a CUDA device, as
///   `what at file:line`
/// @param programs where the user's own code starts programs that are no Python, as `shuf at
///   file:line`
/// @param device whether a torch of the run saw a CUDA device
record OutOfReach(
        List<String> beside, List<String> onDevice, List<String> programs, boolean device) {
    /// How processes start that share work with the one that starts them.
    private static final Set<String> BESIDE = Set.of("multiprocessing", "os.fork");

    /// Programs with which libraries look around; they draw nothing.
    private static final Set<String> PLAIN_PROGRAMS =
            Set.of(
                    "ldconfig",
                    "ld",
                    "cc",
                    "gcc",
                    "c++",
                    "g++",
                    "clang",
                    "git",
                    "uname",
                    "lscpu",
                    "hostname",
                    "which",
                    "nvidia-smi");

    OutOfReach {
        beside = List.copyOf(beside);
        onDevice = List.copyOf(onDevice);
        programs = List.copyOf(programs);
    }

    static OutOfReach of(List<Observed> clues) {
        var beside = new LinkedHashSet<String>();
        var onDevice = new LinkedHashSet<String>();
        var programs = new LinkedHashSet<String>();
        boolean device = false;
        for (var clue : clues) {
            switch (clue.event()) {
                case Event.Concurrent seen when seen.site() != null ->
                        (seen.onDevice() ? onDevice : beside)
                                .add(seen.function() + " at " + seen.site().text());
                case Event.Start start when start.site() != null -> {
                    if (BESIDE.contains(start.how())) {
                        beside.add(start.how() + " at " + start.site().text());
                    }
                    if (!start.python() && !start.argv().isEmpty()) {
                        var program = program(start.argv().getFirst());
                        if (!PLAIN_PROGRAMS.contains(program)) {
                            programs.add(program + " at " + start.site().text());
                        }
                    }
                }
                case Event.Torch torch -> device |= torch.cuda() != 0;
                default -> {}
            }
        }
        return new OutOfReach(
                List.copyOf(beside), List.copyOf(onDevice), List.copyOf(programs), device);
    }

    private static String program(String command) {
        var words = command.strip().split("\\s+", 2);
        return words[0].substring(words[0].lastIndexOf('/') + 1);
    }

    /// Whether the user's own code starts nothing that could race.
    boolean nothingRaces() {
        return beside.isEmpty() && onDevice.isEmpty();
    }
}
