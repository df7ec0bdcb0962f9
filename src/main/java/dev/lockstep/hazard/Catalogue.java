package dev.lockstep.hazard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Every hazard once, in the order of ids.
///
/// The letters of an entry are its abilities read, see, pin, fix and prove: `y` exists, `g` needs a
/// CUDA device, `-` does not exist. What follows the summary are its pins.
public final class Catalogue {
    private static final List<Hazard> HAZARDS =
            List.of(
                    hazard(
                            "LS101",
                            "unseeded-python-random",
                            "2",
                            "yyyyy",
                            "the `random` module drawn from with no seed",
                            "python"),
                    hazard(
                            "LS102",
                            "unseeded-numpy",
                            "1",
                            "yyyyy",
                            "`numpy.random.*` (the global generator) drawn from with no seed",
                            "numpy"),
                    hazard(
                            "LS103",
                            "unseeded-numpy-generator",
                            "1",
                            "yyyyy",
                            "`default_rng()`, `RandomState()`, `SeedSequence()`, a bit generator made without a seed",
                            "numpy-generator"),
                    hazard(
                            "LS104",
                            "unseeded-torch",
                            "4",
                            "yyyyy",
                            "torch's default generator drawn from with no seed",
                            "torch"),
                    hazard(
                            "LS105",
                            "unseeded-cuda",
                            "5",
                            "ygyyg",
                            "a CUDA generator drawn from with no seed",
                            "cuda"),
                    hazard(
                            "LS106",
                            "one-gpu-seeded",
                            "6",
                            "ygyyg",
                            "only the current device seeded where several are used",
                            "cuda"),
                    hazard(
                            "LS107",
                            "hash-order",
                            "3",
                            "yyyyy",
                            "an order that comes from a `set`, or from hashing strings",
                            "hash-seed"),
                    hazard(
                            "LS108",
                            "os-entropy",
                            "2",
                            "yyy-y",
                            "`os.urandom`, `secrets`, `uuid4`, `SystemRandom`, SQLite's `random()` reaching a result",
                            "entropy"),
                    hazard(
                            "LS109",
                            "clock-seed",
                            "1–6",
                            "yyyyy",
                            "a seed taken from the clock, the process id or another run-dependent value",
                            "run-dependent-seed",
                            "clock"),
                    hazard(
                            "LS110",
                            "late-seed",
                            "4",
                            "yyyyy",
                            "a generator drawn from before it is seeded (model built, data split, then seeded)",
                            "torch",
                            "numpy",
                            "python"),
                    hazard(
                            "LS111",
                            "unseeded-python-generator",
                            "2",
                            "yyyyy",
                            "`random.Random()` made without a seed",
                            "python-generator"),
                    hazard(
                            "LS112",
                            "unseeded-package",
                            "12",
                            "yyyyy",
                            "a package's function or class left at `random_state=None`/`seed=None`, or a package with a generator of its own",
                            "numpy",
                            "numpy-generator",
                            "python-generator",
                            "entropy"),
                    hazard(
                            "LS113",
                            "reseeded-globals",
                            "11",
                            "yy-yy",
                            "an imported module or a loop resets the caller's generators"),
                    hazard(
                            "LS114",
                            "unseeded-process",
                            "11",
                            "yyyyy",
                            "a started process that draws with no seed of its own",
                            "process-seed"),
                    hazard(
                            "LS115",
                            "hash-seed-set-inside",
                            "3",
                            "yyyyy",
                            "`PYTHONHASHSEED` set from inside the script, where it has no effect",
                            "hash-seed"),
                    hazard(
                            "LS201",
                            "unseeded-loader",
                            "10",
                            "yyyyy",
                            "a shuffling loader, `random_split`, a sampler without a seeded `generator`",
                            "loader",
                            "torch"),
                    hazard(
                            "LS202",
                            "unseeded-worker",
                            "10",
                            "yyyyy",
                            "randomness in loader workers that the loader's own seeding does not reach",
                            "worker",
                            "numpy-generator",
                            "python-generator"),
                    hazard(
                            "LS203",
                            "partial-last-batch",
                            "9",
                            "yyyyy",
                            "the last batch is smaller; what the run shows about it",
                            "last-batch"),
                    hazard(
                            "LS204",
                            "file-order",
                            "",
                            "yyyyy",
                            "`os.listdir`, `scandir`, `glob`, `iterdir` unsorted",
                            "file-order"),
                    hazard(
                            "LS205",
                            "worker-count",
                            "",
                            "yy-yy",
                            "the result depends on `num_workers` or `persistent_workers`"),
                    hazard(
                            "LS206",
                            "unordered-results",
                            "",
                            "yyyyy",
                            "`as_completed`, `imap_unordered`, `in_order=False`, thread races deciding an order",
                            "completion-order"),
                    hazard(
                            "LS207",
                            "side-draw",
                            "",
                            "yy-yy",
                            "an evaluation or logging pass draws from the training stream"),
                    hazard(
                            "LS301",
                            "cudnn-nondeterministic",
                            "7",
                            "ygyyg",
                            "`cudnn.deterministic` off",
                            "cudnn"),
                    hazard(
                            "LS302",
                            "cudnn-benchmark",
                            "8",
                            "ygyyg",
                            "`cudnn.benchmark` on",
                            "cudnn-benchmark"),
                    hazard(
                            "LS303",
                            "nondeterministic-operation",
                            "7",
                            "yyyyy",
                            "an operation whose result varies on the same inputs (names it and its line)",
                            "deterministic",
                            "deterministic-where-possible"),
                    hazard(
                            "LS304",
                            "cublas-workspace",
                            "7",
                            "ygyyg",
                            "`CUBLAS_WORKSPACE_CONFIG` unset where it matters",
                            "cublas"),
                    hazard(
                            "LS305",
                            "reduced-precision",
                            "",
                            "ygyyg",
                            "TF32 and matmul precision that differ between machines",
                            "precision"),
                    hazard(
                            "LS306",
                            "uninitialised-memory",
                            "",
                            "yyy-y",
                            "values read before they are written",
                            "memory"),
                    hazard(
                            "LS307",
                            "thread-count",
                            "12",
                            "yyyyy",
                            "the result depends on the number of threads",
                            "threads"),
                    hazard(
                            "LS308",
                            "compile-autotune",
                            "",
                            "yyyyy",
                            "a compiled kernel chosen by timing",
                            "compile"),
                    hazard(
                            "LS309",
                            "collectives",
                            "",
                            "-yy-y",
                            "reduction order across ranks",
                            "collectives"),
                    hazard(
                            "LS310",
                            "stream-race",
                            "",
                            "-g---",
                            "asynchronous copies or kernels racing"),
                    hazard(
                            "LS401",
                            "changed-code",
                            "13",
                            "-y--y",
                            "the source differs from the record's"),
                    hazard(
                            "LS402",
                            "changed-data",
                            "13",
                            "-y--y",
                            "the samples differ from the record's"),
                    hazard(
                            "LS403",
                            "changed-package",
                            "13",
                            "-y---",
                            "another version of a package, torch build or shared library"),
                    hazard(
                            "LS404",
                            "changed-hardware",
                            "13",
                            "-y---",
                            "another CPU, GPU model, driver"),
                    hazard(
                            "LS405",
                            "changed-arguments",
                            "13",
                            "-y--y",
                            "other arguments, variables or flags"),
                    hazard(
                            "LS406",
                            "resume-without-generators",
                            "13",
                            "yy-yy",
                            "a checkpoint that restores weights but no generator state"),
                    hazard(
                            "LS407",
                            "stale-cache",
                            "13",
                            "-y--y",
                            "a cached file older than what it was made from"),
                    hazard(
                            "LS408",
                            "random-evaluation",
                            "",
                            "yy-yy",
                            "dropout or another draw while evaluating"));

    private static final Map<String, Hazard> BY_WORD = byWord();

    private Catalogue() {}

    /// Gives all hazards in the order of their ids.
    public static List<Hazard> hazards() {
        return HAZARDS;
    }

    /// Takes an id or a name in any case, gives its hazard.
    public static Optional<Hazard> find(String idOrName) {
        return Optional.ofNullable(BY_WORD.get(normal(idOrName)));
    }

    /// Takes an id, gives its hazard.
    ///
    /// @throws IllegalArgumentException when the catalogue has no such id; ask {@link #find} for
    ///   what a person typed
    public static Hazard get(String id) {
        return find(id).orElseThrow(() -> new IllegalArgumentException("no hazard " + id));
    }

    /// Takes what a person typed, gives up to three hazards that may have been meant, nearest
    /// first.
    ///
    /// An id is near when it differs in at most one character or begins with the text, a name when
    /// it contains the text, shares a word with it, or differs in at most a third of its letters.
    public static List<Hazard> near(String typed) {
        String text = normal(typed);
        if (text.isEmpty()) {
            return List.of();
        }
        record Candidate(int distance, Hazard hazard) {}
        var found = new ArrayList<Candidate>();
        for (Hazard hazard : HAZARDS) {
            int distance = distance(text, hazard);
            if (distance >= 0) {
                found.add(new Candidate(distance, hazard));
            }
        }
        found.sort(
                Comparator.comparingInt(Candidate::distance)
                        .thenComparing(candidate -> candidate.hazard().id()));
        return found.stream().limit(3).map(Candidate::hazard).toList();
    }

    private static int distance(String text, Hazard hazard) {
        String id = hazard.id().toLowerCase(Locale.ROOT);
        if (Edits.between(text, id) <= 1) {
            return 1;
        }
        int edits = Edits.between(text, hazard.name());
        if (edits * 3 <= hazard.name().length()) {
            return edits;
        }
        if (text.length() >= 3 && (hazard.name().contains(text) || id.startsWith(text))) {
            return 20;
        }
        for (String word : hazard.name().split("-", -1)) {
            if (word.length() >= 4 && List.of(text.split("-", -1)).contains(word)) {
                return 30;
            }
        }
        return -1;
    }

    private static String normal(String typed) {
        return typed.strip().toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
    }

    private static Map<String, Hazard> byWord() {
        var map = new HashMap<String, Hazard>();
        for (Hazard hazard : HAZARDS) {
            if (map.put(normal(hazard.id()), hazard) != null
                    || map.put(hazard.name(), hazard) != null) {
                throw new IllegalStateException("twice in the catalogue: " + hazard.id());
            }
        }
        return Map.copyOf(map);
    }

    private static Hazard hazard(
            String id,
            String name,
            String guideline,
            String abilities,
            String summary,
            String... pins) {
        return new Hazard(id, name, guideline, Abilities.parse(abilities), summary, List.of(pins));
    }
}
