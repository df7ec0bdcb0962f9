package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep check` as a person runs it: formats, settings, suppressions, baseline, bad input.
class CheckCommandTest {
    private static final String LISTING =
            """
            import os


            def read(folder):
                return [name for name in os.listdir(folder)]
            """;

    @TempDir private Path folder;

    private record Answer(int code, String out, String err) {}

    @BeforeEach
    void project() throws IOException {
        Files.writeString(folder.resolve("data.py"), LISTING);
    }

    private Answer check(String... args) {
        var all = new String[args.length + 1];
        all[0] = "check";
        System.arraycopy(args, 0, all, 1, args.length);
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code =
                Cli.run(
                        all,
                        new Surroundings(
                                InputStream.nullInputStream(),
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                Map.of(),
                                folder,
                                null,
                                false,
                                false,
                                false));
        return new Answer(
                code,
                out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void showsTheSourceWithCarets() {
        Answer answer = check(".");
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out())
                .isEqualTo(
                        """
                        data.py:5:30: LS204 file-order: os.listdir gives the file system's own order, which is that of the value returned; it changes with the disk, the machine and every new copy of the data
                            5 |     return [name for name in os.listdir(folder)]
                              |                              ^^^^^^^^^^^^^^^^^^
                               fix (unsafe): wrap it in sorted(...)

                        1 finding in 1 of 1 file
                        next:  lockstep explain LS204
                               lockstep fix --check-only .      shows the edits as a diff
                        """);
    }

    @Test
    void givesJsonWithTheDocumentedKeys() {
        JsonNode root = JsonMapper.shared().readTree(check("--format", "json", "data.py").out());
        assertThat(root.get("files").asInt()).isEqualTo(1);
        JsonNode finding = root.get("findings").get(0);
        assertThat(finding.get("hazard").asString()).isEqualTo("LS204");
        assertThat(finding.get("name").asString()).isEqualTo("file-order");
        assertThat(finding.get("file").asString()).isEqualTo("data.py");
        assertThat(finding.get("line").asInt()).isEqualTo(5);
        assertThat(finding.get("column").asInt()).isEqualTo(30);
        assertThat(finding.get("end_column").asInt()).isEqualTo(48);
        assertThat(finding.get("fix").get("safety").asString()).isEqualTo("unsafe");
        assertThat(finding.get("fix").get("edits").get(0).get("text").asString())
                .isEqualTo("sorted(os.listdir(folder))");
    }

    @Test
    void givesSarifThatTheOfficialSchemaAccepts() throws IOException {
        Files.writeString(folder.resolve("broken name: x.py"), "import os\nx = (\nfor\n");
        String sarif = check("--format", "sarif", ".").out();
        String schema;
        try (InputStream in =
                Objects.requireNonNull(
                        CheckCommandTest.class.getResourceAsStream(
                                "/schema/sarif-schema-2.1.0.json"))) {
            schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
        var official = registry.getSchema(schema, InputFormat.JSON);
        assertThat(official.validate(sarif, InputFormat.JSON)).isEmpty();
        assertThat(official.validate(sarif.replace("ruleId", "rule"), InputFormat.JSON))
                .isNotEmpty();
        JsonNode result =
                JsonMapper.shared().readTree(sarif).get("runs").get(0).get("results").get(0);
        assertThat(result.get("ruleId").asString()).isEqualTo("LS204");
        assertThat(result.get("fixes")).hasSize(1);
    }

    @Test
    void givesGithubAnnotations() {
        assertThat(check("--format", "github", ".").out())
                .startsWith(
                        "::warning file=data.py,line=5,endLine=5,col=30,endColumn=48,title=LS204"
                                + " file-order::os.listdir gives");
    }

    @Test
    void obeysSuppressionsAndReportsUselessOnes() throws IOException {
        Files.writeString(
                folder.resolve("data.py"),
                """
                import os


                def read(folder):
                    return [n for n in os.listdir(folder)]  # lockstep: ignore[LS204] sorted later


                def other(folder):
                    # lockstep: ignore[file-order] the caller sorts
                    return [n for n in os.listdir(folder)]


                def third(folder):
                    return sorted(os.listdir(folder))  # lockstep: ignore[LS204]
                """);
        Answer answer = check(".");
        assertThat(answer.code()).isZero();
        assertThat(answer.out())
                .isEqualTo(
                        """
                        data.py:14: unused suppression of LS204

                        no finding in 1 file, 2 suppressed
                        """);
    }

    @Test
    void readsTheProjectsSettings() throws IOException {
        Path project = Files.createDirectory(folder.resolve("project"));
        Files.move(folder.resolve("data.py"), project.resolve("data.py"));
        Path toml = project.resolve("pyproject.toml");
        Files.writeString(toml, "[tool.lockstep]\nignore = [\"file-order\"]\n");
        assertThat(check("project").code()).isZero();
        Files.writeString(toml, "[tool.lockstep]\nexclude = [\"data.py\"]\n");
        assertThat(check("project").out()).isEqualTo("no finding in 0 files\n");
        Files.writeString(toml, "[tool.lockstep]\nexlude = [\"data.py\"]\n");
        Answer wrong = check("project");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("no setting “exlude”");
        Files.writeString(toml, "[tool.lockstep\n");
        assertThat(check("project").code()).isEqualTo(2);
    }

    @Test
    void aBaselineHidesOldFindingsUntilTheirLineChanges() throws IOException {
        assertThat(check("--write-baseline", "known.json", ".").code()).isZero();
        Files.writeString(folder.resolve("data.py"), "# moved down\n" + LISTING);
        Answer known = check("--baseline", "known.json", ".");
        assertThat(known.code()).isZero();
        assertThat(known.out()).isEqualTo("no finding in 1 file, 1 known from the baseline\n");
        Files.writeString(folder.resolve("data.py"), LISTING.replace("name", "entry"));
        assertThat(check("--baseline", "known.json", ".").code()).isEqualTo(1);
        assertThat(check("--baseline", "missing.json", ".").code()).isEqualTo(2);
    }

    @Test
    void reportsWhatCannotBeReadAndChecksTheRest() throws IOException {
        Files.write(
                folder.resolve("binary.py"),
                new byte[] {'o', 's', 0, 1, 2, '.', 'w', 'a', 'l', 'k', 0});
        Files.write(
                folder.resolve("listdir_bytes.py"),
                new byte[] {'l', 'i', 's', 't', 'd', 'i', 'r', '\n', 0, 7});
        Files.writeString(
                folder.resolve("broken_data.py"),
                LISTING + "def (:\n" + LISTING.replace("read", "again"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Files.createSymbolicLink(folder.resolve("nowhere.py"), Path.of("not-there"));
        Answer answer = check(".", "missing.py");
        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out().lines().filter(line -> line.contains("LS204 file-order")))
                .hasSize(3);
        assertThat(answer.out())
                .contains("listdir_bytes.py: not checked: it is not text")
                .contains("nowhere.py: not checked: the symbolic link leads nowhere")
                .contains("missing.py: not checked: there is no such file")
                .containsPattern("broken_data.py:\\d+: partly checked: ");
        assertThat(check("missing.py").code()).isEqualTo(2);
    }

    @Test
    void namesAWrongHazardAndAWrongFormat() {
        Answer hazard = check("--select", "LS2O4", ".");
        assertThat(hazard.code()).isEqualTo(2);
        assertThat(hazard.err()).contains("did you mean LS204 file-order?");
        assertThat(check("--format", "xml", ".").code()).isEqualTo(2);
    }

    @Test
    void selectsGroupsAndSingleHazards() {
        assertThat(check("--select", "LS2", ".").code()).isEqualTo(1);
        assertThat(check("--select", "LS1,LS3", ".").code()).isZero();
        assertThat(check("--select", "LS2", "--ignore", "LS204", ".").code()).isZero();
    }

    @Test
    void followsTheProgramsThatTheSettingsName() throws IOException {
        Files.writeString(
                folder.resolve("data.py"),
                "import random\n\n\ndef draw():\n    return random.random()\n");
        Files.writeString(
                folder.resolve("seeded.py"),
                "import random\nimport data\n\nrandom.seed(3)\ndata.draw()\n");
        Files.writeString(folder.resolve("other.py"), "import data\n\ndata.draw()\n");
        assertThat(check("--select", "LS101", ".").code()).isEqualTo(1);
        Files.writeString(
                folder.resolve("pyproject.toml"),
                "[tool.lockstep]\nentry-points = [\"seeded.py\"]\n");
        assertThat(check("--select", "LS101", ".").code()).isZero();
        Files.writeString(
                folder.resolve("pyproject.toml"),
                "[tool.lockstep]\nentry-points = [\"data:draw\"]\n");
        assertThat(check("--select", "LS101", ".").out())
                .contains("data.py:5:12: LS101 unseeded-python-random");
        Files.writeString(
                folder.resolve("pyproject.toml"),
                "[tool.lockstep]\nentry-points = [\"absent.py\"]\n");
        assertThat(check("--select", "LS101", ".").out())
                .contains("absent.py: partly checked: no file that is checked is this entry point");
    }
}
