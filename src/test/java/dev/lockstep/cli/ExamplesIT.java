package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep verify` over scripts whose truth is known, under every interpreter that the tests were
/// given.
///
/// A build runs a short list; `LOCKSTEP_EXAMPLES=all` runs every script, and a part of a script's
/// name runs that one. The short list's scripts without a hazard are shared among the interpreters.
class ExamplesIT {
    /// The examples, and scripts that nobody looked at while Lockstep was written.
    private static final List<Path> FOLDERS =
            List.of(
                    Path.of("examples"),
                    Path.of("examples/cuda"),
                    Path.of("src/test/resources/dev/lockstep/cli/blind"));

    /// The key of a verdict that holds where there is a CUDA device, whatever the version.
    private static final String CUDA = "cuda";

    /// What every build runs; the whole of it takes far longer.
    private static final Set<String> SHORT =
            Set.of(
                    "LS102_unseeded_numpy",
                    "LS102_unseeded_numpy_fixed",
                    "LS104_unseeded_torch",
                    "LS107_hash_order",
                    "LS107_hash_order_fixed",
                    "blind_mc_dropout",
                    "blind_distillation");

    @TempDir private static Path scratch;
    private static final Map<Path, Path> COPIES = new ConcurrentHashMap<>();
    private static final Map<String, String> VERSIONS = new ConcurrentHashMap<>();
    private static final Map<String, Boolean> DEVICES = new ConcurrentHashMap<>();

    record Case(Path folder, Truth.Script script, String python, String torch) {
        @Override
        public String toString() {
            return script.name() + " · torch " + torch;
        }
    }

    static List<String> pythons() {
        String list = System.getenv().getOrDefault("LOCKSTEP_TEST_PYTHONS", "");
        return list.isEmpty() ? List.of() : Arrays.asList(list.split(":", -1));
    }

    static Stream<Case> cases() throws IOException, InterruptedException {
        String which = System.getenv().getOrDefault("LOCKSTEP_EXAMPLES", "");
        var cases = new ArrayList<Case>();
        List<String> pythons = pythons();
        int absent = 0;
        for (Path folder : FOLDERS) {
            for (Truth.Script script : Truth.read(folder.resolve("truth.json")).scripts()) {
                boolean shared = script.group().equals("absent");
                int turn = shared ? absent++ : 0;
                for (int i = 0; i < pythons.size(); i++) {
                    boolean onDevice = script.verdict().containsKey(CUDA);
                    String torch =
                            onDevice && hasDevice(pythons.get(i)) ? CUDA : torch(pythons.get(i));
                    boolean named =
                            which.isEmpty()
                                    ? onDevice || SHORT.contains(script.name())
                                    : which.equals("all") || script.name().contains(which);
                    boolean turned = !shared || !which.isEmpty() || turn % pythons.size() == i;
                    if (script.verdict().containsKey(torch) && named && turned) {
                        cases.add(new Case(folder, script, pythons.get(i), torch));
                    }
                }
            }
        }
        return cases.isEmpty() ? Stream.of((Case) null) : cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theVerdictIsTheTruth(@Nullable Case one) throws Exception {
        assumeTrue(one != null, "LOCKSTEP_TEST_PYTHONS names no interpreter");
        Truth.Script script = one.script();
        JsonNode verdict = verify(one, List.of());
        String expected = script.verdict().get(one.torch());
        var wrong = new ArrayList<String>();
        if (!verdict.path("verdict").asString().equals(expected)) {
            wrong.add(
                    "verdict "
                            + verdict.path("verdict").asString()
                            + " "
                            + verdict.path("reason")
                            + ", in truth "
                            + expected);
        }
        JsonNode divergence = verdict.path("divergence");
        Truth.First first = script.first();
        if (first != null && divergence.isObject()) {
            if (!first.event().contains(divergence.path("event").asString())
                    || first.step() != null && divergence.path("step").asInt(-1) != first.step()) {
                wrong.add("first " + divergence + ", in truth " + first);
            }
        }
        wrong.addAll(causes(one.folder(), script.causes(), verdict.path("causes")));
        assertThat(wrong).as(verdict.toPrettyString()).isEmpty();
    }

    static Stream<Case> reproducible() throws IOException, InterruptedException {
        List<Case> cases =
                cases().filter(one ->
                                one != null
                                        && "identical"
                                                .equals(one.script().verdict().get(one.torch())))
                        .toList();
        return cases.isEmpty() ? Stream.of((Case) null) : cases.stream();
    }

    @ParameterizedTest
    @MethodSource("reproducible")
    void aRecordedRunThatIsDoneAgainIsIdentical(@Nullable Case one) throws Exception {
        assumeTrue(one != null, "no interpreter, or no such script");
        Path folder = Files.createTempDirectory(scratch, "again");
        copy(one.folder(), folder);
        var sandbox = new Sandbox(folder).python(one.python());
        var words = new ArrayList<>(List.of("run", "--name", "paper"));
        words.addAll(one.script().command());
        var run = sandbox.run(words.toArray(String[]::new));
        assertThat(run.code()).as(run.all()).isZero();
        var again = sandbox.run("rerun", "paper");
        assertThat(again.code()).as(again.all()).isZero();
        assertThat(again.out()).contains("✓ The two runs agree bit for bit");
    }

    static Stream<Case> latent() throws IOException, InterruptedException {
        List<Case> cases =
                cases().filter(one -> one != null && !one.script().latent().isEmpty()).toList();
        return cases.isEmpty() ? Stream.of((Case) null) : cases.stream();
    }

    @ParameterizedTest
    @MethodSource("latent")
    void theFactorThatShowsItIsFound(@Nullable Case one) throws Exception {
        assumeTrue(one != null, "no interpreter, or no such script");
        for (Truth.Latent latent : one.script().latent()) {
            JsonNode verdict = verify(one, List.of("--vary", latent.vary()));
            assertThat(verdict.path("verdict").asString())
                    .as(verdict.toPrettyString())
                    .isEqualTo("diverged");
            var cause = new Truth.Cause(latent.hazard(), latent.places(), List.of());
            assertThat(causes(one.folder(), List.of(cause), verdict.path("causes")))
                    .as(verdict.toPrettyString())
                    .isEmpty();
        }
    }

    /// Says which reported causes are none and which causes are not reported. One place of a cause
    /// is enough, since a pin can only tell generators apart and not the lines that draw from one.
    private static List<String> causes(Path folder, List<Truth.Cause> truth, JsonNode reported)
            throws IOException {
        var places = new HashMap<String, TreeSet<Integer>>();
        for (int i = 0; i < truth.size(); i++) {
            for (Truth.Cause cause :
                    Stream.concat(Stream.of(truth.get(i)), truth.get(i).or().stream()).toList()) {
                for (Truth.Place place : cause.places()) {
                    places.computeIfAbsent(
                                    cause.hazard() + " " + place.file() + ":" + place.line(folder),
                                    _ -> new TreeSet<>())
                            .add(i);
                }
            }
        }
        var wrong = new ArrayList<String>();
        var found = new TreeSet<Integer>();
        for (JsonNode cause : reported) {
            String place =
                    cause.path("hazard").asString()
                            + " "
                            + cause.path("file").asString()
                            + ":"
                            + cause.path("line").asInt(0);
            TreeSet<Integer> which = places.get(place);
            if (which == null) {
                wrong.add("false cause " + place);
            } else {
                found.addAll(which);
            }
        }
        for (int i = 0; i < truth.size(); i++) {
            if (!found.contains(i)) {
                wrong.add("missed cause " + truth.get(i));
            }
        }
        return wrong;
    }

    private static JsonNode verify(Case one, List<String> options) throws IOException {
        Path copy = copy(one.folder());
        Path json = Files.createTempFile(scratch, "verdict", ".json");
        var args = new ArrayList<>(List.of("verify", "--python", one.python()));
        args.addAll(List.of("--json", json.toString()));
        args.addAll(options);
        args.addAll(one.script().command());
        var text = new ByteArrayOutputStream();
        var print = new PrintStream(text, true, StandardCharsets.UTF_8);
        int code =
                Cli.run(
                        args.toArray(String[]::new),
                        new Surroundings(
                                InputStream.nullInputStream(),
                                print,
                                print,
                                System.getenv(),
                                copy,
                                null,
                                false,
                                false,
                                false));
        assertThat(code).as(text.toString(StandardCharsets.UTF_8)).isIn(0, 1);
        return JsonMapper.builder().build().readTree(Files.readString(json));
    }

    /// One copy of the scripts for all tests: the runs happen in mirrors and leave it as it is.
    private static Path copy(Path folder) {
        return COPIES.computeIfAbsent(
                folder,
                _ -> {
                    try {
                        Path to = Files.createTempDirectory(scratch, "scripts");
                        copy(folder, to);
                        return to;
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /// Copies what lies in a folder into another.
    static void copy(Path folder, Path to) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.skip(1).toList()) {
                Path target = to.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /// Gives `1.13` or `2.13`; a version without a truth of its own is judged by the newest.
    static String torch(String python) throws IOException, InterruptedException {
        String known = VERSIONS.get(python);
        if (known == null) {
            String version = said(python, "import torch; print(torch.__version__)");
            known = version.startsWith("1.") ? "1.13" : "2.13";
            VERSIONS.put(python, known);
        }
        return known;
    }

    private static boolean hasDevice(String python) throws IOException, InterruptedException {
        Boolean known = DEVICES.get(python);
        if (known == null) {
            known =
                    said(python, "import torch; print(torch.cuda.is_available())")
                            .startsWith("True");
            DEVICES.put(python, known);
        }
        return known;
    }

    private static String said(String python, String program)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(python, "-c", program)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
