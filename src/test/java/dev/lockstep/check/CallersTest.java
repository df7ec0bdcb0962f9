package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An order that leaves a function is followed to who calls it, in other files too.
class CallersTest {
    private static final String LISTING =
            """
            import os
            def image_files(folder):
                return os.listdir(folder)
            """;

    private static final String ALL =
            """
            from files import image_files
            def all_images(folder):
                return image_files(folder)
            """;

    private static List<String> places(String caller) {
        var files = new TreeMap<>(Map.of("data/files.py", LISTING, "data/use.py", caller));
        if (caller.contains("all_images")) {
            files.put("data/all.py", ALL);
        }
        return places(files);
    }

    private static List<String> places(Map<String, String> texts) {
        var files = new TreeMap<String, Contents>();
        texts.forEach((path, text) -> files.put(path, () -> text.getBytes(StandardCharsets.UTF_8)));
        var selection = Selection.of(List.of("LS107", "LS204"), List.of());
        return new Checker(Rules.all(), Checker.Setting.of(selection), 2)
                .check(files).findings().stream()
                        .filter(f -> f.severity() != Severity.NOTE)
                        .map(f -> f.place().fileAndLine())
                        .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "images = sorted(image_files('a'))",
                "images = image_files('a')\nimages.sort()",
                "print(len(image_files('a')))",
                "images = image_files('a')\nif 'b' in images: print(len(images))",
                "image_files('a')",
                "from all import all_images\nnames = sorted(all_images('a'))",
                "def many():\n    return image_files('a')\nnames = sorted(many())",
                "raise KeyError(f'none of {\", \".join(image_files(1))}')",
                "print(len([f[1:] for f in image_files('a')]))",
                "names = image_files('a')\nnames = list(set(names) - {'b'})\nprint(names)",
                "def sizes():\n    found = {}\n    for f in image_files('a'):\n        name = f[1:]\n        found[name] = open(f)\n    return found",
                """
                class Known:
                    def __init__(self):
                        self.data_names = [f.lower() for f in image_files('a')]
                    def has(self, name):
                        return name in self.data_names
                """
            })
    void whoForgetsTheOrderIsNoReason(String call) {
        assertThat(places("from files import image_files\n" + call + "\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "first = image_files('a')[0]",
                "images = [open(f) for f in image_files('a')]",
                "images = sorted(image_files('a'))\nmore = list(map(image_files, 'bc'))",
                "a, b = image_files('a')",
                "from all import all_images\nimages = sorted(all_images('a'))\nprint(all_images('b')[0])",
                "def many():\n    return image_files('a')",
                "from files import image_files as f\nsorted(image_files('a'))\nx = f('a')[0]",
                "import files\nimages = [open(f) for f in files.image_files('a')]",
                "text = ', '.join(image_files(1))",
                "def sizes():\n    found = {}\n    for f in image_files('a'):\n        found[f] = len(found)\n    return found",
                "def pairs():\n    found = {}\n    for f in image_files('a'):\n        found[f] = last\n        last = f\n    return found",
                "def last():\n    for f in image_files('a'):\n        name = f[1:]\n    return name",
                """
                class Known:
                    def __init__(self):
                        self.data_names = [f.lower() for f in image_files('a')]
                    def first(self, name):
                        return name in self.data_names or self.data_names[0]
                """
            })
    void whoUsesItIs(String call) {
        assertThat(places("from files import image_files\n" + call + "\n"))
                .containsExactly("data/files.py:3");
    }

    /// Methods are told by their name alone, so one other use of the name is enough.
    @Test
    void methodsAreToldByTheirName() {
        String kept =
                """
                import os
                class Folder:
                    def image_files(self):
                        return os.listdir(self.folder)
                """;
        String sorts = "names = sorted(folder.image_files())\n";
        assertThat(places(Map.of("data/files.py", kept, "data/a.py", sorts))).isEmpty();
        assertThat(
                        places(
                                Map.of(
                                        "data/files.py",
                                        kept,
                                        "data/a.py",
                                        sorts,
                                        "data/b.py",
                                        "one = other.image_files()[0]\n")))
                .containsExactly("data/files.py:4");
        assertThat(places(Map.of("data/files.py", kept))).containsExactly("data/files.py:4");
        assertThat(
                        places(
                                Map.of(
                                        "data/files.py",
                                        kept.replace("    def", "    @property\n    def"),
                                        "data/a.py",
                                        "names = sorted(folder.image_files)\n")))
                .containsExactly("data/files.py:5");
    }

    /// An attribute is read in other files too, there and in classes that come from its own.
    @Test
    void attributesAreAskedForEverywhere() {
        String kept =
                """
                import os
                class Folder:
                    def __init__(self, data):
                        self.names = os.listdir(data)
                    def has(self, name):
                        return name in self.names
                """;
        String another =
                """
                class Table:
                    def __init__(self, names):
                        self.names = names
                        self.first = self.names[0]
                """;
        assertThat(places(Map.of("data.py", kept))).isEmpty();
        assertThat(places(Map.of("data.py", kept, "table.py", another))).isEmpty();
        assertThat(
                        places(
                                Map.of(
                                        "data.py",
                                        kept,
                                        "table.py",
                                        another.replace("Table", "Table(Folder)"))))
                .containsExactly("data.py:4");
        assertThat(places(Map.of("data.py", kept, "use.py", "first = folder.names[0]\n")))
                .containsExactly("data.py:4");
    }

    /// A function of another file that gets the order, by its own name or as a base's method.
    @Test
    void whatGetsTheOrderIsAsked() {
        String base =
                """
                class Loader:
                    def __init__(self, files, kind):
                        self.by_name = {}
                        for file in files:
                            name = file[7:]
                            self.by_name[name] = file
                """;
        String data =
                """
                import glob
                from base import Loader
                files = glob.glob("data/*.py")
                class Data(Loader):
                    def __init__(self):
                        super().__init__(files, "data")
                """;
        assertThat(places(Map.of("base.py", base, "data.py", data))).isEmpty();
        assertThat(
                        places(
                                Map.of(
                                        "base.py",
                                        base.replace(
                                                "self.by_name[name] = file",
                                                "self.by_name[name] = len(self.by_name)"),
                                        "data.py",
                                        data)))
                .containsExactly("data.py:3");
    }

    /// What is offered to people is a note, unless somebody in the project takes it.
    @Test
    void offersAreANote() {
        String offer =
                """
                import os
                def list_datasets(folder):
                    return os.listdir(folder)
                """;
        assertThat(places(Map.of("data.py", offer))).isEmpty();
        assertThat(places(Map.of("data.py", offer.replace("datasets", "images"))))
                .containsExactly("data.py:3");
        assertThat(
                        places(
                                Map.of(
                                        "data.py",
                                        offer,
                                        "use.py",
                                        "from data import list_datasets\nall = list_datasets('a')[:2]\n")))
                .containsExactly("data.py:3");
    }

    /// Whether objects hash by their address is told by their class, in whichever file it is.
    @Test
    void objectsHashAsTheirClassSays() {
        String kind =
                """
                class Sample:
                    def __init__(self, x):
                        self.x = x
                """;
        String pool =
                """
                import random
                from kind import Sample
                def batch(samples: list[Sample]):
                    pool = list(set(samples))
                    random.shuffle(pool)
                    return [one.x for one in pool[:8]]
                """;
        String compared =
                """
                    def __eq__(self, other):
                        return self.x == other.x
                    def __hash__(self):
                        return hash(self.x)
                """;
        assertThat(places(Map.of("kind.py", kind, "pool.py", pool))).containsExactly("pool.py:4");
        assertThat(places(Map.of("kind.py", kind + compared, "pool.py", pool))).isEmpty();
        assertThat(places(Map.of("pool.py", pool))).isEmpty();
    }

    /// What a telemetry module keeps are records for a report; what it picks may be more.
    @Test
    void recordsOfTelemetryAreForAReport() {
        String text =
                """
                import glob, json
                class Records:
                    def load(self, folder):
                        for name in glob.glob(folder + "/records_*.json"):
                            self._records.append(json.load(open(name)))
                    def first(self):
                        return self._records[0]
                """;
        assertThat(places(Map.of("own/net_telemetry.py", text))).isEmpty();
        assertThat(places(Map.of("own/net_records.py", text))).hasSize(1);
        String picks = "import glob\nlast = load(glob.glob('data/*.pt')[-1])\n";
        assertThat(places(Map.of("own/telemetry.py", picks))).hasSize(1);
    }
}
