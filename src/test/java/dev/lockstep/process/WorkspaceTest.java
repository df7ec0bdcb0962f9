package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
    @TempDir Path temp;
    Path project;
    Path root;

    @BeforeEach
    void project() throws IOException {
        temp = temp.toRealPath();
        project = Files.createDirectories(temp.resolve("home/project"));
        root = project.resolve(".lockstep/mirrors/one");
        write(project.resolve("train.py"), "print(1)\n");
        write(project.resolve("package/model.py"), "x = 1\n");
        write(project.resolve("package/__pycache__/model.pyc"), "cached");
        write(project.resolve("data/big.bin"), "b".repeat(2 << 20));
        write(project.resolve("data/labels.txt"), "a b c\n");
        write(project.resolve(".git/HEAD"), "ref\n");
        write(project.resolve("env/pyvenv.cfg"), "home = /usr\n");
        write(temp.resolve("home/shared/words.txt"), "words\n");
        Files.createSymbolicLink(project.resolve("latest.txt"), Path.of("data/labels.txt"));
        Files.createSymbolicLink(project.resolve("loop"), Path.of("."));
    }

    @Test
    void holdsTheSameFilesUnderTheSameNames() throws IOException {
        try (var workspace = Workspace.mirror(root, project, project, List.of(), Map.of())) {
            var copy = workspace.project();
            assertThat(copy).startsWith(root).isNotEqualTo(project);
            assertThat(copy.resolve("train.py")).hasContent("print(1)\n").isRegularFile();
            assertThat(copy.resolve("package/model.py")).hasContent("x = 1\n");
            assertThat(copy.resolve("data/labels.txt")).hasContent("a b c\n");
            assertThat(copy.resolve("latest.txt")).hasContent("a b c\n");
            assertThat(Files.size(copy.resolve("data/big.bin"))).isEqualTo(2 << 20);
            assertThat(Files.isSymbolicLink(copy.resolve("data/big.bin"))).isTrue();
            assertThat(Files.isSymbolicLink(copy.resolve("train.py"))).isFalse();
            assertThat(copy.resolve(".git")).isSymbolicLink();
            assertThat(copy.resolve("env")).isSymbolicLink();
            assertThat(copy.resolve(".lockstep")).doesNotExist();
            assertThat(copy.resolve("package/__pycache__")).doesNotExist();
        }
    }

    @Test
    void howFarAMirrorIsCanBeWatched() throws IOException {
        for (int i = 0; i < 350; i++) {
            write(project.resolve("many/" + i + ".txt"), "x");
        }
        var seen = new java.util.ArrayList<Integer>();
        Workspace.mirror(root, project, project, List.of(), Map.of(), seen::add).close();
        assertThat(seen).containsExactly(100, 200, 300);
    }

    @Test
    void otherContentOfSomeFilesStaysInTheMirror() throws IOException {
        for (var file : List.of("../shared/words.txt", "/x", "train.py/x")) {
            assertThatThrownBy(() ->
                            Workspace.mirror(
                                    root,
                                    project,
                                    project,
                                    List.of(),
                                    Map.of(file, new byte[] {1})))
                    .as(file)
                    .isInstanceOf(IOException.class);
        }
        assertThat(temp.resolve("home/shared/words.txt")).hasContent("words\n");
        Files.createSymbolicLink(project.resolve("outside"), temp.resolve("home/shared"));
        var overlay =
                Map.of(
                        "new/one.py", new byte[] {1},
                        "latest.txt", new byte[] {2},
                        "outside/words.txt", new byte[] {3},
                        ".git/hooks/post-checkout", new byte[] {4});
        try (var workspace = Workspace.mirror(root, project, project, List.of(), overlay)) {
            workspace.remove(List.of("train.py", "package/nothing.py", "env/pyvenv.cfg"));
            var copy = workspace.project();
            assertThat(copy.resolve("new/one.py")).hasBinaryContent(new byte[] {1});
            assertThat(copy.resolve("latest.txt")).hasBinaryContent(new byte[] {2});
            assertThat(copy.resolve("outside/words.txt")).hasBinaryContent(new byte[] {3});
            assertThat(copy.resolve(".git/hooks/post-checkout")).hasBinaryContent(new byte[] {4});
            assertThat(copy.resolve(".git/HEAD")).hasContent("ref\n");
            assertThat(copy.resolve("train.py")).doesNotExist();
            assertThat(copy.resolve("env/pyvenv.cfg")).doesNotExist();
        }
        assertThat(project.resolve(".git/hooks")).doesNotExist();
        assertThat(temp.resolve("home/shared/words.txt")).hasContent("words\n");
        assertThat(project.resolve("env/pyvenv.cfg")).exists();
        assertThat(project.resolve("train.py")).exists();
        assertThat(project.resolve("data/labels.txt")).hasContent("a b c\n");
    }

    @Test
    void whatARunWritesDoesNotReachTheUsersFolder() throws IOException {
        try (var workspace = Workspace.mirror(root, project, project, List.of(), Map.of())) {
            var copy = workspace.project();
            write(copy.resolve("train.py"), "changed");
            write(copy.resolve("data/labels.txt"), "changed");
            write(copy.resolve("data/new/model.pt"), "weights");
            write(copy.resolve("latest.txt"), "through the link");
        }
        assertThat(project.resolve("train.py")).hasContent("print(1)\n");
        assertThat(project.resolve("data/labels.txt")).hasContent("a b c\n");
        assertThat(project.resolve("data/new")).doesNotExist();
        assertThat(root).doesNotExist();
        assertThat(project.resolve("data/big.bin")).exists();
        assertThat(project.resolve(".git/HEAD")).exists();
        assertThat(temp.resolve("home/shared/words.txt")).exists();
    }

    @Test
    void pathsThatLeaveTheProjectLeadToTheUsersFiles() throws IOException {
        try (var workspace = Workspace.mirror(root, project, project, List.of(), Map.of())) {
            assertThat(workspace.folder().resolve("../shared/words.txt")).hasContent("words\n");
        }
    }

    @Test
    void aFolderInsideTheProjectIsWhereTheRunStarts() throws IOException {
        var folder = project.resolve("package");
        try (var workspace = Workspace.mirror(root, project, folder, List.of(), Map.of())) {
            assertThat(workspace.folder()).isEqualTo(workspace.project().resolve("package"));
            assertThat(workspace.folder().resolve("../train.py")).hasContent("print(1)\n");
        }
    }

    @Test
    void aScriptElsewhereIsMirroredToo() throws IOException {
        var other = Files.createDirectories(temp.resolve("other"));
        write(other.resolve("run.py"), "print(2)\n");
        try (var workspace = Workspace.mirror(root, project, project, List.of(other), Map.of())) {
            var mapped = workspace.mapped(other.resolve("run.py"));
            assertThat(mapped).startsWith(root).hasContent("print(2)\n");
        }
    }

    @Test
    void absolutePathsInArgumentsLeadToTheMirror() throws IOException {
        try (var workspace = Workspace.mirror(root, project, project, List.of(), Map.of())) {
            var data = project.resolve("data");
            var mapped = workspace.mapped(data).toString();
            assertThat(workspace.argument(data.toString())).isEqualTo(mapped);
            assertThat(workspace.argument("--data=" + data)).isEqualTo("--data=" + mapped);
            assertThat(workspace.argument("data")).isEqualTo("data");
            assertThat(workspace.argument("/usr/share/dict")).isEqualTo("/usr/share/dict");
            assertThat(workspace.argument("--lr=1e-3")).isEqualTo("--lr=1e-3");
            assertThat(workspace.argument(project + "-other/x")).isEqualTo(project + "-other/x");
        }
    }

    @Test
    void anOverlayReplacesAndAddsFiles() throws IOException {
        var overlay =
                Map.of(
                        "train.py",
                        "print(3)\n".getBytes(StandardCharsets.UTF_8),
                        "new/seed.py",
                        "s = 1\n".getBytes(StandardCharsets.UTF_8));
        try (var workspace = Workspace.mirror(root, project, project, List.of(), overlay)) {
            assertThat(workspace.project().resolve("train.py")).hasContent("print(3)\n");
            assertThat(workspace.project().resolve("new/seed.py")).hasContent("s = 1\n");
        }
        assertThat(project.resolve("train.py")).hasContent("print(1)\n");
    }

    @Test
    void anOverlayCannotLeaveTheProject() {
        var overlay = Map.of("../../../escaped.py", new byte[] {1});
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> Workspace.mirror(root, project, project, List.of(), overlay))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("escaped.py");
        assertThat(root).doesNotExist();
    }

    @Test
    void inPlaceIsTheUsersOwnFolder() throws IOException {
        try (var workspace = Workspace.inPlace(project, project)) {
            assertThat(workspace.project()).isEqualTo(project);
            assertThat(workspace.argument(project.toString())).isEqualTo(project.toString());
            assertThat(workspace.mirrored()).isFalse();
        }
        assertThat(project.resolve("train.py")).exists();
    }

    @Test
    void closingRemovesWhatTheRunMadeUnreadable() throws IOException {
        var workspace = Workspace.mirror(root, project, project, List.of(), Map.of());
        var locked = Files.createDirectories(workspace.project().resolve("locked"));
        write(locked.resolve("file"), "x");
        Files.setPosixFilePermissions(
                locked, java.nio.file.attribute.PosixFilePermissions.fromString("---------"));
        workspace.close();
        assertThat(Files.exists(root, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    private static void write(Path path, String text) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
