package dev.lockstep.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventWriter;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import dev.lockstep.record.Manifest;
import dev.lockstep.record.RunFolder;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.record.RunUse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `export`, `import`, `forget` and `prune` over records that no Python wrote.
class SharedRecordsTest {
    private static final Instant STARTED = Instant.parse("2026-11-23T04:41:07Z");
    private static final String HASH = "5e".repeat(32);
    private static final String FIRST = "20261123-044107-train";

    @TempDir Path folder;
    private String out = "";
    private String err = "";
    private String typed = "";

    private int lockstep(String... args) {
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        boolean person = !typed.isEmpty();
        int code =
                Cli.run(
                        args,
                        new Surroundings(
                                new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
                                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                                new PrintStream(errBytes, true, StandardCharsets.UTF_8),
                                Map.of("NO_COLOR", "1"),
                                folder,
                                null,
                                person,
                                person,
                                person));
        out = outBytes.toString(StandardCharsets.UTF_8);
        err = errBytes.toString(StandardCharsets.UTF_8);
        return code;
    }

    private RunFolder record(int second, @Nullable String name, double loss) throws IOException {
        List<String> command = List.of("train.py", "--lr", "0.1");
        RunFolder run = RunStore.of(folder).create(STARTED.plusSeconds(second), command);
        run.write(
                Manifest.begin(
                                "0.1.0",
                                command,
                                "/home/someone/experiment",
                                STARTED.plusSeconds(second))
                        .withName(name, name == null ? null : "the one of the paper")
                        .withPins(0L, List.of("torch"), null)
                        .withEnd(STARTED.plusSeconds(second + 9), 0, null));
        run.writeEnvironment(
                Map.of(
                        "machine", Map.of("cpu", "Example CPU"),
                        "variables", Map.of("OMP_NUM_THREADS", "2")));
        run.writeAgent(Map.of("format", 1, "project", "/home/someone/experiment"));
        Files.writeString(run.stdout(), "loss " + loss + "\n");
        Files.createFile(run.stderr());
        Files.createDirectories(run.path().resolve("code/pkg"));
        Files.writeString(run.path().resolve("code/train.py"), "import pkg.secret_sauce\n");
        Files.writeString(run.path().resolve("code/pkg/secret_sauce.py"), "lr = 0.1\n");
        Files.writeString(run.path().resolve("data.json"), "{\"files\": [\"patients.csv\"]}");
        Files.createDirectories(run.path().resolve("data"));
        Files.writeString(run.path().resolve("data").resolve(HASH), "Miller, 44\n");
        Files.writeString(run.path().resolve("notes.txt"), "mine\n");
        Site site = new Site("train.py", 3, "main");
        try (EventWriter writer =
                new EventWriter(Files.newOutputStream(run.streams().resolve("17-0.cbor")))) {
            writer.write(
                    new Event.Process(
                            17,
                            1,
                            List.of("train.py"),
                            new Role.Main(),
                            "3.11.2",
                            "/usr/bin/python3",
                            "/home/someone/experiment",
                            "exec",
                            false,
                            "1"));
            writer.write(new Event.Open("patients.csv", 100L, 5L));
            writer.write(
                    new Event.Listing(
                            "os.listdir", "patients", 3, new Fingerprint(9), true, site, null));
            for (int n = 0; n < 3; n++) {
                Fingerprint print = new Fingerprint(Double.doubleToLongBits(loss) + n);
                writer.write(
                        new Event.Step(
                                n,
                                0,
                                print,
                                loss,
                                print,
                                print,
                                Map.of(),
                                List.of(0.1),
                                null,
                                site));
            }
            writer.write(
                    new Event.Packages(
                            List.of(new Event.Named("numpy", "2.4.6")),
                            List.of(new Event.Named("train.py", "ab")),
                            List.of(),
                            List.of(),
                            List.of()));
            writer.write(new Event.End(0L, null, null, null, 3, 0));
        }
        return run;
    }

    @BeforeEach
    void records() throws IOException {
        record(0, "baseline", 0.5);
        record(60, null, 0.5);
        record(120, null, 0.25);
    }

    private Map<String, String> packed(String name) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (ZipFile zip = new ZipFile(folder.resolve(name).toFile())) {
            for (var entry : zip.stream().toList()) {
                files.put(
                        entry.getName(),
                        new String(
                                zip.getInputStream(entry).readAllBytes(),
                                StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @Test
    void exportListsWhatLeavesAndPacksIt() throws IOException {
        assertThat(lockstep("export", "baseline")).as(err).isZero();
        assertThat(
                        out.replaceAll(": [0-9]+ bytes", ": 1500 bytes")
                                .replaceFirst("1 file, [0-9]+ B:", "1 file, 800 B:"))
                .isEqualTo(
                        """
                        This leaves the machine with 20261123-044107-train (baseline):
                          command       train.py --lr 0.1
                          note          the one of the paper
                          folders       /home/someone/experiment, /usr/bin/python3
                          variables     OMP_NUM_THREADS
                          machine       cpu
                          packages      1, with their versions
                          code          2 files, 33 B; names and hashes of train.py   (--without-code)
                          data files    paths and sizes of patients, patients.csv   (--without-data-paths)
                          printed text  2 files, 9 B, as it was printed
                          events        1 file, 800 B: fingerprints and losses, names of files, functions and tensors
                          stays here    data/5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e, notes.txt
                        wrote baseline.lockstep: 1500 bytes
                        next:  lockstep diff baseline.lockstep last      lockstep import baseline.lockstep      lockstep rerun baseline.lockstep
                        """);
        assertThat(packed("baseline.lockstep"))
                .containsOnlyKeys(
                        FIRST + "/agent.json",
                        FIRST + "/data.json",
                        FIRST + "/environment.json",
                        FIRST + "/manifest.json",
                        FIRST + "/code/pkg/secret_sauce.py",
                        FIRST + "/code/train.py",
                        FIRST + "/stderr.log",
                        FIRST + "/stdout.log",
                        FIRST + "/streams/17-0.cbor");
        byte[] first = Files.readAllBytes(folder.resolve("baseline.lockstep"));
        assertThat(lockstep("export", "baseline")).isEqualTo(2);
        assertThat(err).contains("baseline.lockstep exists").contains("--force");
        assertThat(lockstep("export", "baseline", "--force")).isZero();
        assertThat(Files.readAllBytes(folder.resolve("baseline.lockstep"))).isEqualTo(first);
        assertThat(lockstep("export", "last", "--dry-run", "--with-data")).isZero();
        assertThat(out).contains("  data          what stands in 1 file, 11 B\n");
        assertThat(out).endsWith("nothing was written\n");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lockstep", "baseline.lockstep");
        }
    }

    @Test
    void exportNamesOptionsThatLookLikeASecret() throws IOException {
        Path manifest = folder.resolve(".lockstep/runs").resolve(FIRST).resolve("manifest.json");
        String told =
                Files.readString(manifest)
                        .replace("\"--lr\", \"0.1\"", "\"--api-key=abc\", \"--tokenizer\", \"x\"");
        assertThat(told).contains("--api-key=abc");
        Files.writeString(manifest, told);
        assertThat(lockstep("export", FIRST, "--dry-run")).as(err).isZero();
        assertThat(out)
                .contains(
                        "                --api-key: looks like a secret, and goes along as it was given\n")
                .doesNotContain("--tokenizer:");
    }

    @Test
    void codeAndDataPathsStayWhenToldSo() throws IOException {
        assertThat(
                        lockstep(
                                "export",
                                "baseline",
                                "--without-code",
                                "--without-data-paths",
                                "-o",
                                "bare.lockstep"))
                .as(err)
                .isZero();
        assertThat(out)
                .contains("code          left out; names and hashes of train.py\n")
                .contains("data files    paths left out\n");
        var files = packed("bare.lockstep");
        assertThat(files.keySet()).noneMatch(name -> name.contains("/code/"));
        assertThat(String.join("\n", files.values()))
                .doesNotContain("secret_sauce")
                .doesNotContain("patients")
                .contains("(left out)");
        assertThat(files.get(FIRST + "/manifest.json")).contains("\"left_out\"");
        assertThat(lockstep("diff", "bare.lockstep", "baseline")).as(out + err).isZero();
        // What was left out once stays left out.
        assertThat(lockstep("export", "bare.lockstep", "-o", "again.lockstep")).isZero();
        assertThat(packed("again.lockstep")).isEqualTo(files);
    }

    @Test
    void everyCommandTakesAPackedRun() throws IOException {
        assertThat(lockstep("export", "baseline")).isZero();
        assertThat(lockstep("show", "baseline.lockstep")).as(err).isZero();
        assertThat(out)
                .contains("run         baseline  (baseline)")
                .contains("note        the one of the paper")
                .contains("last loss   0.5")
                .contains("next:  lockstep dump baseline.lockstep      ");
        assertThat(lockstep("dump", "baseline.lockstep", "--kind", "step")).isZero();
        assertThat(out.lines()).hasSize(3);
        assertThat(lockstep("diff", "baseline.lockstep", "baseline")).as(out + err).isZero();
        assertThat(lockstep("diff", "baseline.lockstep", "last")).isEqualTo(1);
        assertThat(out).contains("The two runs part at step 0");
    }

    @Test
    void anImportedRunIsTheRun() throws IOException {
        assertThat(lockstep("export", "baseline")).isZero();
        assertThat(lockstep("import", "--in", "elsewhere", "baseline.lockstep")).as(err).isZero();
        assertThat(out)
                .isEqualTo(
                        """
                        imported as 20261123-044107-train, named baseline
                        next:  lockstep show 20261123-044107-train      lockstep rerun 20261123-044107-train
                        """);
        assertThat(lockstep("runs", "--in", "elsewhere")).isZero();
        assertThat(out).contains(FIRST).contains("baseline");
        Path imported = folder.resolve("elsewhere/.lockstep/runs/" + FIRST);
        assertThat(lockstep("diff", "baseline", imported.toString())).as(out + err).isZero();
        assertThat(imported.resolve("code/pkg/secret_sauce.py")).hasContent("lr = 0.1\n");
        assertThat(lockstep("import", "baseline.lockstep")).isZero();
        assertThat(out).startsWith("imported as " + FIRST + "-2");
    }

    @Test
    void importSaysWhatIsWrong() throws IOException {
        assertThat(lockstep("import", "nothing.lockstep")).isEqualTo(2);
        assertThat(err).contains("there is no run at ");
        assertThat(lockstep("import", ".lockstep/runs/" + FIRST)).isEqualTo(2);
        assertThat(err).contains("is the folder of a run, not a packed run");
        Files.writeString(folder.resolve("torn.lockstep"), "PK\u0003\u0004");
        for (String command : List.of("import", "show", "dump", "export", "rerun")) {
            assertThat(lockstep(command, "torn.lockstep")).as(command).isEqualTo(2);
            assertThat(err).contains("torn.lockstep is damaged").contains("have it sent again");
        }
        assertThat(lockstep("diff", "torn.lockstep", "baseline")).isEqualTo(2);
    }

    /// A packed run with one more entry, or with the bytes of its manifest changed.
    private byte[] hostile(String what) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
            zip.putNextEntry(new java.util.zip.ZipEntry(FIRST + "/manifest.json"));
            Files.copy(
                    folder.resolve(".lockstep/runs").resolve(FIRST).resolve("manifest.json"), zip);
            zip.closeEntry();
            zip.putNextEntry(
                    new java.util.zip.ZipEntry(
                            what.equals("leaves") ? "../../../evil.txt" : FIRST + "/stdout.log"));
            zip.write(what.equals("bomb") ? new byte[80 << 20] : "/etc/passwd".getBytes(UTF_8));
            zip.closeEntry();
        }
        byte[] packed = bytes.toByteArray();
        var buffer = java.nio.ByteBuffer.wrap(packed).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int last = packed.length - 22;
        while (buffer.getInt(last) != 0x02014b50) {
            last--;
        }
        switch (what) {
            // Made by Unix, as a link: the second entry's line in the table at the end.
            case "link" -> {
                packed[last + 5] = 3;
                buffer.putInt(last + 38, 0120777 << 16);
            }
            case "gigantic" -> buffer.putInt(last + 24, -2);
            case "damaged" -> packed[buffer.getInt(last + 42) + 30 + FIRST.length() + 12] ^= 0x55;
            case "cut" -> packed = java.util.Arrays.copyOf(packed, packed.length / 2);
            default -> {}
        }
        return packed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"leaves", "link", "gigantic", "bomb", "damaged", "cut"})
    void noCommandTakesAHostileFile(String what) throws IOException {
        Path file = folder.resolve("stranger.lockstep");
        Files.write(file, hostile(what));
        var before = everything();
        for (var command :
                List.of(
                        List.of("show", "stranger.lockstep"),
                        List.of("dump", "stranger.lockstep"),
                        List.of("diff", "stranger.lockstep", FIRST),
                        List.of("export", "stranger.lockstep", "-o", "again.lockstep"),
                        List.of("rerun", "stranger.lockstep"),
                        List.of("import", "stranger.lockstep"))) {
            assertThat(lockstep(command.toArray(String[]::new))).as(command + out).isEqualTo(2);
            assertThat(err)
                    .as(command.toString())
                    .startsWith("lockstep: ")
                    .contains("stranger.lockstep")
                    .doesNotContain("Exception")
                    .doesNotContain("\tat ");
            assertThat(err.lines().count()).isLessThanOrEqualTo(3);
        }
        assertThat(everything()).isEqualTo(before);
    }

    /// All files below the folder and beside it.
    private List<String> everything() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.map(Path::toString)
                    .filter(name -> !name.endsWith(".gitignore"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aStrangersNameGivesTheTerminalNoOrders() throws IOException {
        RunFolder run = record(180, "a\u001b[2Jb\u202ec", 0.5);
        assertThat(lockstep("runs")).isZero();
        assertThat(out).contains("a\\u001b[2Jb\\u202ec").doesNotContain("\u001b");
        assertThat(lockstep("show", run.id())).isZero();
        assertThat(out).doesNotContain("\u001b");
        assertThat(lockstep("export", run.id())).isZero();
        assertThat(out).doesNotContain("\u001b").contains("wrote " + run.id() + ".lockstep");
        assertThat(lockstep("import", run.id() + ".lockstep")).isZero();
        assertThat(out).doesNotContain("\u001b");
    }

    @Test
    void forgetRemovesARunAndNothingElse() throws IOException {
        Path runs = folder.resolve(".lockstep/runs");
        Files.writeString(runs.resolve("mine.txt"), "x");
        Files.createDirectories(runs.resolve("no-run"));
        Path outside = Files.writeString(folder.resolve("train.py"), "x");
        Files.createSymbolicLink(runs.resolve(FIRST).resolve("link.py"), outside);
        Files.createSymbolicLink(runs.resolve("20990101-000000-link"), runs.resolve(FIRST));
        assertThat(lockstep("forget", "20990101-000000-link")).isEqualTo(2);
        assertThat(err).contains("cannot be removed: it is a link to another folder");
        assertThat(runs.resolve(FIRST)).exists();
        Files.delete(runs.resolve("20990101-000000-link"));
        assertThat(lockstep("forget", "baseline", "last")).as(err).isZero();
        assertThat(out).contains(FIRST).endsWith("removed 2 runs\n");
        try (Stream<Path> left = Files.list(runs)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("20261123-044207-train", "mine.txt", "no-run");
        }
        assertThat(outside).hasContent("x");
        assertThat(lockstep("forget", "nothing")).isEqualTo(2);
        assertThat(err).contains("there is no run at nothing");
        assertThat(lockstep("forget", "train.py")).isEqualTo(2);
        assertThat(err).contains("is no run of this folder, so it is not touched");
    }

    @Test
    void aPersonIsAsked() {
        typed = "n\n";
        assertThat(lockstep("forget", "baseline")).isZero();
        assertThat(out).contains("remove them? [y/N]").endsWith("nothing was removed\n");
        typed = "y\n";
        assertThat(lockstep("forget", "baseline")).isZero();
        assertThat(out).endsWith("removed 1 run\n");
        typed = "n\n";
        assertThat(lockstep("prune", "--keep", "0", "--yes")).isZero();
        assertThat(out).doesNotContain("?").endsWith("removed 2 runs\n");
    }

    @Test
    void pruneKeepsTheNewestAndTheNamed() throws IOException {
        assertThat(lockstep("prune", "--keep", "1")).as(err).isZero();
        assertThat(out).contains("20261123-044207-train").endsWith("removed 1 run\n");
        assertThat(RunStore.of(folder).ids()).containsExactly(FIRST, "20261123-044307-train");
        assertThat(lockstep("prune", "--keep", "1")).isZero();
        assertThat(out).isEqualTo("nothing to remove: 2 runs stay\n");
        assertThat(lockstep("prune", "--keep", "-1")).isEqualTo(2);
        assertThat(lockstep("prune")).isEqualTo(2);
    }

    @Test
    void aNameMustBeOneThatFindsTheRun() {
        for (String name : List.of("last", "", " ", "../x", "a b", "-n", "a\u001b[2J")) {
            assertThat(lockstep("run", "--name", name, "train.py")).as(name).isEqualTo(2);
            assertThat(err).contains("no run can be named so");
        }
    }

    @Test
    void aRunInUseStays() throws IOException {
        Path run = RunStore.of(folder).runs().resolve(FIRST);
        try (RunRecord record = RunRecord.open(run)) {
            assertThat(lockstep("forget", "baseline")).isEqualTo(2);
            assertThat(err).contains(FIRST + " is in use by another command");
            assertThat(record.summary().steps()).isEqualTo(3);
        }
        try (RunUse use = RunUse.writing(run)) {
            assertThat(use).isNotNull();
            assertThat(lockstep("forget", "baseline")).isEqualTo(2);
            assertThat(lockstep("export", "baseline")).isEqualTo(2);
            assertThat(err).contains("is still being written");
            assertThat(lockstep("show", "baseline")).isZero();
        }
        assertThat(lockstep("forget", "baseline")).as(err).isZero();
    }

    /// The locks of another process are the system's, not this one's book-keeping.
    @Test
    void aRunThatAnotherProcessUsesStays() throws IOException, InterruptedException {
        Path run = RunStore.of(folder).runs().resolve(FIRST);
        Files.createFile(run.resolve("lock"));
        for (String use : List.of("reading", "writing")) {
            Process other =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Holder.class.getName(),
                                    run.toString(),
                                    use)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try {
                assertThat(other.getInputStream().read()).isEqualTo('!');
                assertThat(lockstep("forget", "baseline")).as(use).isEqualTo(2);
                assertThat(err).contains("is in use by another command");
                assertThat(lockstep("export", "baseline", "--dry-run"))
                        .isEqualTo(use.equals("writing") ? 2 : 0);
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        assertThat(lockstep("forget", "baseline")).as(err).isZero();
    }

    /// Uses a run until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Path run = Path.of(args[0]);
            try (RunUse use =
                    args[1].equals("reading") ? RunUse.reading(run) : RunUse.writing(run)) {
                System.out.print('!');
                System.out.flush();
                Thread.sleep(use == null ? 0 : 60_000);
            }
        }
    }
}
