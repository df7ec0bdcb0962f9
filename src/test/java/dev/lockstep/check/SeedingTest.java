package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs of several files are followed in the order of their execution.
class SeedingTest {
    private static List<Finding> findings(Map<String, String> texts) {
        var files = new TreeMap<String, Contents>();
        texts.forEach((path, text) -> files.put(path, () -> text.getBytes(StandardCharsets.UTF_8)));
        var selection =
                Selection.of(
                        List.of(
                                "LS101", "LS102", "LS103", "LS104", "LS105", "LS109", "LS110",
                                "LS111", "LS113", "LS114"),
                        List.of());
        CheckResult result =
                new Checker(Rules.all(), Checker.Setting.of(selection), 2).check(files);
        assertThat(result.problems()).isEmpty();
        return result.findings().stream().filter(f -> f.severity() != Severity.NOTE).toList();
    }

    /// Each finding as `LS104 model.py:8`.
    private static List<String> places(Map<String, String> texts) {
        var places = new ArrayList<String>();
        for (Finding finding : findings(texts)) {
            places.add(finding.hazard().id() + " " + finding.place().fileAndLine());
        }
        return places;
    }

    private static List<String> places(String text) {
        return places(Map.of("t.py", text));
    }

    /// Processes that start processes, without a guard that keeps a spawned one from starting all
    /// of them again: Python refuses that, and following it must end.
    @Test
    void processesThatStartEachOtherAreFollowedOnce() {
        var text = new StringBuilder("import multiprocessing as mp\nimport random\n");
        for (int i = 0; i < 14; i++) {
            text.append("def work").append(i).append("():\n    random.random()\n");
            for (int k = 0; k < 14; k++) {
                text.append("    mp.Process(target=work").append(k).append(").start()\n");
            }
        }
        text.append("mp.set_start_method('spawn')\n");
        for (int k = 0; k < 14; k++) {
            text.append("mp.get_context('spawn').Process(target=work")
                    .append(k)
                    .append(").start()\n");
            text.append("mp.Process(target=work").append(k).append(").start()\n");
        }
        var files = new TreeMap<String, Contents>();
        files.put("t.py", () -> text.toString().getBytes(StandardCharsets.UTF_8));
        CheckResult result =
                assertTimeoutPreemptively(
                        Duration.ofMinutes(1),
                        () ->
                                new Checker(Rules.all(), Checker.Setting.of(Selection.ALL), 1)
                                        .check(files));
        assertThat(result.findings()).isNotEmpty();
        assertThat(result.problems())
                .anyMatch(problem -> problem.message().contains("100,000 statements"));
    }

    @Test
    void goesThroughImportsAndCallsAndShowsTheWay() {
        List<Finding> found =
                findings(
                        Map.of(
                                "train.py",
                                """
                                import torch
                                from lib.model import Net
                                from lib import helpers

                                def main():
                                    net = Net()
                                    helpers.noise(3)

                                if __name__ == "__main__":
                                    torch.manual_seed(1)
                                    main()
                                """,
                                "lib/__init__.py",
                                "from .seeds import seed_all\n",
                                "lib/seeds.py",
                                "import numpy as np\ndef seed_all(): np.random.seed(1)\n",
                                "lib/model.py",
                                "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        self.l = nn.Linear(1, 1)\n",
                                "lib/helpers.py",
                                "import numpy as np\ndef noise(n):\n    return np.random.rand(n)\n"));
        assertThat(found).hasSize(1);
        Finding finding = found.getFirst();
        assertThat(finding.hazard().id()).isEqualTo("LS102");
        assertThat(finding.place().fileAndLine()).isEqualTo("lib/helpers.py:3");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.path())
                .containsExactly(
                        new Step("train.py", 11, "calls main"),
                        new Step("train.py", 7, "calls noise"));
    }

    @Test
    void countsASeedInAnImportedModule() {
        assertThat(
                        places(
                                Map.of(
                                        "train.py",
                                        "import config\nimport numpy as np\nnp.random.rand(1)\n",
                                        "config.py",
                                        "import numpy as np\nnp.random.seed(config_seed)\n")))
                .isEmpty();
        assertThat(
                        places(
                                Map.of(
                                        "train.py",
                                        "import numpy as np\nnp.random.rand(1)\nimport config\n",
                                        "config.py",
                                        "import numpy as np\nnp.random.seed(0)\n")))
                .containsExactly("LS110 train.py:3");
        assertThat(
                        places(
                                Map.of(
                                        "train.py",
                                        "import numpy as np\nnp.random.rand(1)\n",
                                        "config.py",
                                        "import numpy as np\nnp.random.seed(0)\n")))
                .containsExactly("LS102 train.py:2");
    }

    @Test
    void findsDrawsBehindStarImportsAndReexports() {
        assertThat(
                        places(
                                Map.of(
                                        "main.py",
                                        "from tools import *\nfrom torch.nn import *\nset_up()\nmake()\nLinear(1, 1)\n",
                                        "tools/__init__.py",
                                        "from .inner import *\n",
                                        "tools/inner.py",
                                        "import random\ndef set_up(): pass\ndef make():\n    return random.random()\n")))
                .containsExactly("LS104 main.py:5", "LS101 tools/inner.py:4");
    }

    @Test
    void followsCallbacksModelsAndDataSetsHandedToLibraries() {
        assertThat(
                        places(
                                """
                                import random
                                import torch
                                from torch.utils.data import DataLoader, Dataset
                                torch.manual_seed(0)
                                class Data(Dataset):
                                    def __getitem__(self, i):
                                        return random.random()
                                    def __len__(self): return 3
                                def main(workers=0):
                                    for x in DataLoader(Data(), num_workers=workers): print(x)
                                main()
                                """))
                .containsExactly("LS101 t.py:7");
        assertThat(
                        places(
                                """
                                import random
                                from torch.utils.data import DataLoader, Dataset
                                class Data(Dataset):
                                    def __getitem__(self, i):
                                        return random.random()
                                DataLoader(Data(), num_workers=2)
                                """))
                .isEmpty();
        assertThat(
                        places(
                                """
                                import torch
                                from torch import nn
                                def init(m): nn.init.normal_(m.weight)
                                torch.load("m.pt").apply(init)
                                """))
                .containsExactly("LS104 t.py:3");
    }

    @Test
    void joinsTheWaysThroughBranches() {
        String program =
                """
                import sys, random
                %s
                print(random.random())
                """;
        assertThat(
                        places(
                                program.formatted(
                                        "if sys.stdin.isatty():\n    random.seed(1)\nelse:\n    random.seed(2)")))
                .isEmpty();
        assertThat(places(program.formatted("if sys.stdin.isatty():\n    random.seed(1)")))
                .containsExactly("LS101 t.py:4");
        assertThat(
                        places(
                                program.formatted(
                                        "if sys.stdin.isatty():\n    random.seed(1)\nelse:\n    raise SystemExit")))
                .isEmpty();
        assertThat(
                        places(
                                program.formatted(
                                        "try:\n    random.seed(1)\nexcept ValueError:\n    pass")))
                .isEmpty();
        assertThat(places(program.formatted("for i in range(3):\n    random.seed(i)"))).isEmpty();
        assertThat(
                        places(
                                program.formatted(
                                        "def f(seed=None):\n    if seed is None: return\n    random.seed(seed)\nf()")))
                .containsExactly("LS101 t.py:6");
        assertThat(
                        places(
                                program.formatted(
                                        "def f(seed=None):\n    if seed is None: return\n    random.seed(seed)\nf(4)")))
                .isEmpty();
        assertThat(places(program.formatted("with open('x') as f:\n    random.seed(1)"))).isEmpty();
        assertThat(
                        places(
                                program.formatted(
                                        "match sys.argv:\n    case [a]:\n        random.seed(1)\n    case _:\n        random.seed(2)")))
                .isEmpty();
    }

    @Test
    void knowsConfigurationObjects() {
        String program =
                """
                import random
                from dataclasses import dataclass
                @dataclass
                class Config:
                    seed: int = %s
                def main(cfg: Config):
                    if cfg.seed is not None:
                        random.seed(cfg.seed)
                    random.random()
                main(Config())
                """;
        assertThat(places(program.formatted("3"))).isEmpty();
        assertThat(places(program.formatted("None"))).containsExactly("LS101 t.py:9");
    }

    /// A loader's workers call the transforms that its data set was made from.
    @Test
    void transformsOfADataSetAreCalledByTheWorkers() {
        String program =
                """
                import random
                import torch
                from torch.utils.data import DataLoader, Dataset
                class Flip:
                    def __call__(self, x):
                        return x if random.random() < 0.5 else -x
                class Both:
                    def __init__(self, transforms):
                        self.transforms = transforms
                    def __call__(self, x):
                        for transform in self.transforms:
                            x = transform(x)
                        return x
                class Data(Dataset):
                    def __init__(self, transform):
                        self.transform = transform
                    def __len__(self):
                        return 8
                    def __getitem__(self, i):
                        return self.transform(i)
                torch.manual_seed(0)
                data = Data(Both([Flip()]))
                for x in DataLoader(data, num_workers=%s):
                    print(x)
                """;
        assertThat(places(program.formatted("0"))).containsExactly("LS101 t.py:6");
        assertThat(places(program.formatted("2"))).isEmpty();
    }

    @Test
    void aSeedInOneBranchIsNotLateForADrawInAnother() {
        assertThat(
                        places(
                                """
                                import random, sys
                                if sys.argv[1] == "a":
                                    random.random()
                                else:
                                    random.seed(1)
                                    random.random()
                                """))
                .containsExactly("LS101 t.py:3");
    }

    /// Packages with hundreds of models: made from a configuration, each draws its first weights.
    @Test
    void aModelOfAPackageDrawsItsWeights() {
        assertThat(
                        places(
                                """
                                from transformers import AutoModel, BertConfig, BertForSequenceClassification
                                from transformers import DataCollatorForLanguageModeling
                                collate = DataCollatorForLanguageModeling(None)
                                old = AutoModel.from_pretrained("x")
                                config = BertConfig(hidden_size=3)
                                model = BertForSequenceClassification(config)
                                other = AutoModel.from_config(config)
                                model(1).loss.backward()
                                """))
                .containsExactly("LS104 t.py:6");
    }

    /// typer and click call the functions that decorators gave them, with the defaults of the
    /// signature or of `click.option`.
    @Test
    void followsTheCommandsOfAnApplication() {
        String typer =
                """
                import random, typer
                app = typer.Typer()
                @app.command()
                def main(seed: int = %s):
                    if seed is not None:
                        random.seed(seed)
                    random.random()
                if __name__ == "__main__":
                    app()
                """;
        assertThat(places(typer.formatted("3"))).isEmpty();
        assertThat(places(typer.formatted("typer.Option(3, help='x')"))).isEmpty();
        assertThat(places(typer.formatted("None"))).containsExactly("LS101 t.py:7");
        assertThat(places(typer.formatted("None").replace("app()", "print()"))).isEmpty();
        String group =
                """
                import random, click
                @click.group()
                def cli():
                    pass
                @cli.command()
                def train():
                    random.random()
                @cli.command()
                @click.option("--seed", default=1)
                def evaluate(seed):
                    random.seed(seed)
                    random.random()
                if __name__ == "__main__":
                    cli()
                """;
        assertThat(places(group)).containsExactly("LS101 t.py:7");
        assertThat(
                        places(
                                Map.of(
                                        "pkg/__init__.py",
                                        "",
                                        "pkg/cli.py",
                                        typer.formatted("None"),
                                        "pkg/__main__.py",
                                        "from pkg.cli import app\napp()\n")))
                .containsExactly("LS101 pkg/cli.py:7");
    }

    @Test
    void saysThatASeedOptionIsNeverUsed() {
        List<Finding> found =
                findings(
                        Map.of(
                                "t.py",
                                """
                                import argparse, random
                                parser = argparse.ArgumentParser()
                                parser.add_argument("--seed", type=int, default=1)
                                args = parser.parse_args()
                                random.random()
                                """));
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().message()).contains("--seed is parsed and never used");
        List<Finding> given =
                findings(
                        Map.of(
                                "t.py",
                                """
                                import click, random, torch
                                @click.command()
                                @click.option("--seed", default=1)
                                def main(seed):
                                    torch.manual_seed(seed)
                                    random.random()
                                main()
                                """));
        assertThat(given).hasSize(1);
        assertThat(given.getFirst().message()).doesNotContain("never used");
    }

    @Test
    void startedProgramsNeedTheirOwnSeed() {
        Map<String, String> files =
                Map.of(
                        "main.py",
                        "import subprocess, sys, random\nrandom.seed(1)\nsubprocess.run([sys.executable, 'tools/make.py', '--n', '3'])\nrandom.random()\n",
                        "tools/make.py",
                        "import random\nprint(random.random())\n");
        assertThat(places(files)).containsExactly("LS114 main.py:3");
    }

    @Test
    void followsALoopOverSeedFunctions() {
        assertThat(
                        places(
                                """
                                import random, numpy as np, torch
                                for seed in (random.seed, np.random.seed):
                                    seed(3)
                                random.random()
                                np.random.rand()
                                torch.rand(2)
                                """))
                .containsExactly("LS104 t.py:6");
    }

    @Test
    void trustsAPackagesFunctionThatIsCalledAsASeederIs() {
        assertThat(
                        places(
                                """
                                import torch, trainkit
                                from trainkit import utils
                                utils.set_random_seed(8)
                                torch.rand(9)
                                """))
                .isEmpty();
        assertThat(
                        places(
                                """
                                import torch, tensorflow as tf
                                tf.random.set_seed(8)
                                torch.rand(9)
                                """))
                .containsExactly("LS104 t.py:3");
    }

    @Test
    void speaksOfWeightsRatherThanOfASplitBeforeThem() {
        assertThat(
                        places(
                                """
                                import torch
                                a, b = torch.utils.data.random_split([1, 2], [1, 1])
                                net = torch.nn.Linear(2, 3)
                                """))
                .containsExactly("LS104 t.py:3");
        assertThat(
                        places(
                                """
                                import torch
                                a, b = torch.utils.data.random_split([1, 2], [1, 1])
                                """))
                .containsExactly("LS104 t.py:2");
    }

    @Test
    void followsCallbacksThatLeadToADrawFarAway() {
        assertThat(
                        places(
                                Map.of(
                                        "main.py",
                                        "import lib, vendor\nif __name__ == '__main__':\n    vendor.register(lib.hook)\n",
                                        "lib.py",
                                        "import far\ndef hook(): helper()\ndef helper(): far.Maker().make()\ndef still(): return 1\n",
                                        "far.py",
                                        "import random\nclass Base:\n    def make(self): return random.random()\nclass Maker(Base): pass\n")))
                .containsExactly("LS101 far.py:3");
    }

    @Test
    void saysWhereFollowingEnded() {
        var text = new StringBuilder("import random\n");
        for (int k = 0; k < 400; k++) {
            text.append("def f").append(k).append("(x):\n");
            text.append("    y = x\n".repeat(300));
        }
        for (int k = 0; k < 400; k++) {
            text.append('f').append(k).append("(1)\n");
        }
        text.append("random.random()\n");
        var files = new TreeMap<String, Contents>();
        files.put("t.py", () -> text.toString().getBytes(StandardCharsets.UTF_8));
        CheckResult result =
                new Checker(
                                Rules.all(),
                                Checker.Setting.of(Selection.of(List.of("LS101"), List.of())),
                                2)
                        .check(files);
        assertThat(result.problems()).hasSize(1);
        assertThat(result.problems().getFirst().unread()).isFalse();
        assertThat(result.problems().getFirst().message())
                .startsWith(
                        "its program was followed for 100,000 statements and no further: to t.py:");
    }

    @Test
    void countsAnImportThatWasFollowedForAnotherProgram() {
        var files = new TreeMap<String, String>();
        files.put("lib.py", "class C:\n    seed = None\nc = C()\n");
        for (String name : List.of("a.py", "b.py", "c.py")) {
            files.put(
                    name,
                    "import lib, random\nif lib.c.seed is not None:\n    random.seed(lib.c.seed)\nrandom.random()\n");
        }
        assertThat(places(files)).containsExactly("LS101 a.py:4", "LS101 b.py:4", "LS101 c.py:4");
    }

    /// What one program finds out about an import holds for another that comes to it alike.
    @Test
    void tellsProgramsApartThatImportTheSameModule() {
        String library =
                """
                import random
                import atexit
                noise = random.random()
                def last():
                    return random.random()
                atexit.register(last)
                """;
        String seeded = "import random\nrandom.seed(1)\nimport library\n";
        String late = "import library\nimport random\nrandom.seed(1)\n";
        String never = "import library\n";
        assertThat(places(Map.of("library.py", library, "seeded.py", seeded))).isEmpty();
        assertThat(places(Map.of("library.py", library, "late.py", late, "late2.py", late)))
                .containsExactly("LS110 late.py:3", "LS110 late2.py:3");
        List<Finding> found =
                findings(
                        Map.of(
                                "library.py",
                                library,
                                "a_seeded.py",
                                seeded,
                                "b_late.py",
                                late,
                                "c_never.py",
                                never));
        assertThat(found).hasSize(2);
        assertThat(found.getFirst().place().fileAndLine()).isEqualTo("b_late.py:3");
        assertThat(found.getLast().place().fileAndLine()).isEqualTo("library.py:3");
        assertThat(found.getLast().path())
                .containsExactly(new Step("c_never.py", 1, "imports library"));
    }

    /// Python runs a program's file once more, under its own name, when something imports it.
    @Test
    void followsAProgramThatItsOwnPackageImports() {
        assertThat(
                        places(
                                Map.of(
                                        "lib/__init__.py",
                                        "from lib import tool\nimport random\nx = random.random()\n",
                                        "lib/tool.py",
                                        """
                                        import numpy as np
                                        if __name__ == "__main__":
                                            import lib
                                            np.save("x.npy", np.random.rand(1))
                                        """)))
                .containsExactly("LS101 lib/__init__.py:3", "LS102 lib/tool.py:4");
    }

    @Test
    void leavesPrivateGeneratorsAndUnusedImportsAlone() {
        assertThat(
                        places(
                                """
                                import random, numpy as np, torch
                                rng = np.random.default_rng(3)
                                rng.shuffle([1, 2])
                                own = random.Random(2)
                                own.choice([1, 2])
                                g = torch.Generator().manual_seed(4)
                                torch.randperm(5, generator=g)
                                """))
                .isEmpty();
    }

    @Test
    void leavesDrawsOfLibrariesToTheirCallers() {
        assertThat(
                        places(
                                Map.of(
                                        "lib/__init__.py",
                                        "",
                                        "lib/a.py",
                                        "import random\ndef f():\n    return random.random()\n")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def f(): g()\ndef g(): f()\nf()",
                "def f(x): return f(f(x))\nf(1)",
                "class A:\n  def __init__(self): A()\nA()",
                "import t\nfrom t import *\nfrom . import t\nt.t.x()",
                "x = lambda: x()\nx()",
                "while True:\n  try:\n    continue\n  finally:\n    pass",
                "def f(a, *b, **c): return f(*a, **c)\nf(*f(1))",
                "class A(A): pass\nA().m()"
            })
    void endsOnCircles(String text) {
        assertThat(places("import random\n" + text)).isEmpty();
    }

    /// The guard of a package's module that only tries the module is no program whose results
    /// anybody keeps.
    @Test
    void aTrialOfAModuleIsNoProgram() {
        String model =
                """
                import torch
                class Net(torch.nn.Module):
                    def __init__(self):
                        super().__init__()
                        self.layer = torch.nn.Linear(2, 3)
                if __name__ == "__main__":
                    print(Net()(torch.rand(1, 2)))
                """;
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", model))).isEmpty();
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/layers/net.py", model))).isEmpty();
        assertThat(places(Map.of("net.py", model))).containsExactly("LS104 net.py:5");
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/__main__.py", model)))
                .containsExactly("LS104 zoo/__main__.py:5");
        String backward = model + "    Net()(torch.rand(1, 2)).sum().backward()\n";
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", backward))).isEmpty();
        String trains = backward + "    torch.optim.SGD(Net().parameters(), lr=0.1).step()\n";
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", trains)))
                .containsExactly("LS104 zoo/net.py:5");
        String keeps = model + "    torch.save(torch.rand(2), 'noise.pt')\n";
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", keeps)))
                .containsExactly("LS104 zoo/net.py:5");
        String spreads = model + "    print(torch.rand(2).argmax(), torch.rand(3).argsort())\n";
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", spreads))).isEmpty();
        String imports = "import zoo.table\n" + model;
        String table = "import json\nROWS = json.load(open('rows.json'))\n";
        assertThat(
                        places(
                                Map.of(
                                        "zoo/__init__.py",
                                        "",
                                        "zoo/net.py",
                                        imports,
                                        "zoo/table.py",
                                        table)))
                .isEmpty();
    }

    /// A loader asks a data set for samples and for nothing else.
    @Test
    void aLoaderCallsWhatPythonNames() {
        String text =
                """
                import random
                from torch.utils.data import DataLoader
                class Rows:
                    def __getitem__(self, k):
                        return k + self.noise()
                    def noise(self):
                        return %s
                    def shuffled(self):
                        return random.random()
                DataLoader(Rows())
                """;
        assertThat(places(text.formatted("1"))).isEmpty();
        assertThat(places(text.formatted("random.random()"))).hasSize(1);
    }

    /// What an imported module makes for others while it is imported draws nothing there.
    @Test
    void whatAnImportedModuleMakesIsNoDraw() {
        String data =
                """
                from torchvision import transforms
                crop = transforms.RandomCrop(8)
                """;
        String main = "import data\nprint(data.__name__)\n";
        assertThat(places(Map.of("data.py", data, "main.py", main))).isEmpty();
        assertThat(places(Map.of("data.py", data))).containsExactly("LS104 data.py:2");
    }

    /// A default that `set_defaults` gives is as good as one in the declaration.
    @Test
    void takesTheDefaultsOfAParser() {
        String text =
                """
                import argparse
                import torch
                p = argparse.ArgumentParser()
                p.add_argument("--seed", type=int)
                %s
                args = p.parse_args()
                if args.seed is not None:
                    torch.manual_seed(args.seed)
                torch.rand(3)
                """;
        assertThat(places(text.formatted("p.set_defaults(seed=42)"))).isEmpty();
        assertThat(places(text.formatted("p.set_defaults(steps=42)")))
                .containsExactly("LS104 t.py:9");
    }

    /// Code that can do without torch asks whether it is there; who trains with torch has it.
    @Test
    void torchIsThere() {
        String text =
                """
                import sys
                import torch
                from lib import is_torch_available, is_here
                def seed():
                    if %s:
                        torch.manual_seed(5)
                seed()
                torch.rand(4)
                """;
        assertThat(places(text.formatted("'torch' in sys.modules"))).isEmpty();
        assertThat(places(text.formatted("is_torch_available()"))).isEmpty();
        assertThat(places(text.formatted("'jax' in sys.modules"))).containsExactly("LS104 t.py:8");
        assertThat(places(text.formatted("is_here()"))).containsExactly("LS104 t.py:8");
    }

    /// First weights that are loaded over on every way reach nothing, even where gradients are
    /// computed.
    @Test
    void weightsThatAreLoadedOverAreNoDraw() {
        String text =
                """
                import torch
                def make(kind, path):
                    if kind:
                        net = torch.nn.Linear(6, 1)
                    else:
                        net = torch.nn.Linear(7, 1)
                    %s
                    return net
                net = make(1, 'a.pt')
                net(torch.ones(6)).backward()
                """;
        assertThat(places(text.formatted("net.load_state_dict(torch.load(path))"))).isEmpty();
        assertThat(
                        places(
                                text.formatted(
                                        """
                                        if kind:
                                                net.load_state_dict(torch.load(path))
                                            else:
                                                net.load_state_dict(torch.load(path)["net"])
                                        """)))
                .isEmpty();
        assertThat(places(text.formatted("if path: net.load_state_dict(torch.load(path))")))
                .containsExactly("LS104 t.py:4");
    }

    /// What tests make, a name, and a function that an imported module only binds are no draws.
    @Test
    void whatReachesNoResultIsNoDraw() {
        String helper =
                """
                import random
                from functools import partial
                def noise(k):
                    return random.random() + k
                def random_string():
                    return random.choice("abc")
                some = partial(noise, 1)
                """;
        String main = "import helper\nprint(helper.%s)\n";
        assertThat(places(Map.of("helper.py", helper, "main.py", main.formatted("some"))))
                .isEmpty();
        assertThat(places(Map.of("helper.py", helper, "main.py", main.formatted("noise(2)"))))
                .containsExactly("LS101 helper.py:4");
        assertThat(
                        places(
                                Map.of(
                                        "helper.py",
                                        helper,
                                        "main.py",
                                        main.formatted("random_string()"))))
                .isEmpty();
        String rows = "import random\nROWS = [random.random()]\n";
        assertThat(places(Map.of("test_rows.py", rows, "main.py", "import test_rows\n"))).isEmpty();
        assertThat(places(Map.of("rows.py", rows, "main.py", "import rows\n")))
                .containsExactly("LS101 rows.py:2");
    }

    /// A generator for callers who hand over none is their affair, unless a program is one of them.
    @Test
    void aGeneratorForLackOfOneIsTheCallersAffair() {
        String library =
                """
                import numpy as np
                def pick(rows, rng=None):
                    rng = rng or np.random.default_rng()
                    return rng.choice(rows)
                def draw(rows):
                    return np.random.default_rng().choice(rows)
                """;
        assertThat(places(Map.of("lib/__init__.py", "", "lib/pick.py", library)))
                .containsExactly("LS103 lib/pick.py:6");
        assertThat(
                        places(
                                Map.of(
                                        "lib/__init__.py",
                                        "",
                                        "lib/pick.py",
                                        library,
                                        "main.py",
                                        "from lib.pick import pick\npick([1])\n")))
                .containsExactly("LS103 lib/pick.py:3", "LS103 lib/pick.py:6");
    }

    /// `trainer.train()` of a library trains: then first weights matter, though others are loaded.
    @Test
    void aTrainerTrains() {
        String text =
                """
                import torch
                import transformers
                def train(trainer):
                    net = torch.nn.Linear(8, 1)
                    %s.train()
                def test(path):
                    transformers.AutoModel.from_pretrained(path)
                import sys
                if sys.flags.verbose:
                    train(object())
                test("a")
                """;
        assertThat(places(text.formatted("trainer"))).containsExactly("LS104 t.py:4");
        assertThat(places(text.formatted("net"))).isEmpty();
    }

    /// A generator that only names things is none of a result.
    @Test
    void aGeneratorForNamesIsNoFinding() {
        String text =
                """
                import random
                import time
                class Launcher:
                    def launch(self):
                        rng = random.Random(time.time())
                        %s = rng.randint(0, 99)
                """;
        assertThat(places(text.formatted("port"))).isEmpty();
        assertThat(places(text.formatted("start"))).containsExactly("LS109 t.py:5");
    }

    /// A number that becomes a text tells things apart.
    @Test
    void aDrawThatBecomesATextIsNoFinding() {
        String text = "import random\ndef key():\n    return %s\nprint(key())\n";
        assertThat(places(text.formatted("str(random.random())"))).isEmpty();
        assertThat(places(text.formatted("random.random()"))).containsExactly("LS101 t.py:3");
    }

    /// What an import of an import does is followed once for all programs, and each is told as
    /// before: by the way that its own first import leads.
    @Test
    void anImportInsideAnImportIsToldByTheWholeWay() {
        var texts = new TreeMap<String, String>();
        texts.put("deep.py", "import random\ndef f():\n    return random.random()\nX = f()\n");
        texts.put("middle.py", "import json\nimport deep\n");
        texts.put("top.py", "import middle\n");
        texts.put("a.py", "import random\nimport top\nprint(random.random())\n");
        texts.put("b.py", "import random\nrandom.seed(1)\nimport top\n");
        List<Finding> found = findings(texts);
        assertThat(found).hasSize(1);
        Finding only = found.getFirst();
        assertThat(only.place().fileAndLine()).isEqualTo("deep.py:3");
        assertThat(only.path().stream().map(step -> step.file() + ":" + step.line()))
                .containsExactly("a.py:2", "top.py:1", "middle.py:2", "deep.py:4");
    }

    /// Imports in functions that run while a module is imported can lead back to where they came
    /// from.
    @Test
    void importsThatLeadToEachOtherEnd() {
        var texts = new TreeMap<String, String>();
        for (String one : List.of("x", "y")) {
            String other = one.equals("x") ? "y" : "x";
            texts.put(
                    one + ".py",
                    "import random\ndef f():\n    import " + other + "\nf()\nrandom.random()\n");
        }
        for (int k = 0; k < 8; k++) {
            texts.put(
                    "p" + k + ".py",
                    "import "
                            + (k % 2 == 0 ? "x" : "y")
                            + "\nif __name__ == '__main__':\n    pass\n");
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(places(texts)).contains("LS101 x.py:5", "LS101 y.py:5"));
    }

    /// What only looks at an object calls none of its methods: `super(Net, self).__init__()`.
    @Test
    void whoLooksAtAnObjectCallsNothingOfIt() {
        String text =
                """
                import random
                class Base:
                    def __init__(self):
                        super(Base, self).__init__()
                        %s
                    def shake(self):
                        return random.random()
                Base()
                """;
        assertThat(places(text.formatted("print(isinstance(self, Base))"))).isEmpty();
        assertThat(places(text.formatted("self.shake()"))).containsExactly("LS101 t.py:7");
    }

    /// A parameter that gets the result of a calculation is not `None`.
    @Test
    void whatIsCalculatedIsNotNone() {
        String text =
                """
                import random
                def pick(place=None):
                    if place is None:
                        return random.random()
                    return place
                pick(%s)
                """;
        assertThat(places(text.formatted("open('n').tell() - 1"))).isEmpty();
        assertThat(places(text.formatted(""))).containsExactly("LS101 t.py:4");
    }

    /// Arguments that are bound while a module is imported are no call.
    @Test
    void whatIsBoundInAnImportIsNotCalled() {
        String lib =
                """
                import functools
                import random
                def draw(n):
                    return random.random() * n
                def sampler():
                    return %s
                DEFAULT = sampler()
                """;
        String program = "import lib\nif __name__ == '__main__':\n    print(lib.__name__)\n";
        assertThat(
                        places(
                                Map.of(
                                        "lib.py",
                                        lib.formatted("functools.partial(draw, 2)"),
                                        "t.py",
                                        program)))
                .isEmpty();
        assertThat(places(Map.of("lib.py", lib.formatted("draw(2)"), "t.py", program)))
                .containsExactly("LS101 lib.py:4");
    }

    /// A guard that tests a package's module, or tells the shapes of what it makes, is no program
    /// whose results anybody keeps; one that tells values is.
    @Test
    void aGuardThatTestsOrTellsShapesIsNoProgram() {
        String text =
                """
                import torch
                def test_draw():
                    return torch.save(torch.rand(2), "noise.pt")
                if __name__ == "__main__":
                    %s
                """;
        String tests = text.formatted("test_draw()");
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", tests))).isEmpty();
        assertThat(places(tests)).containsExactly("LS104 t.py:3");
        assertThat(places(text.formatted("x = torch.rand(2); print('x', x.shape)"))).isEmpty();
        assertThat(places(text.formatted("x = torch.rand(2); print(x)")))
                .containsExactly("LS104 t.py:5");
        assertThat(places(text.formatted("x = torch.rand(2); print(f'x {x.sum() / len(x)}')")))
                .containsExactly("LS104 t.py:5");
        assertThat(places(text.formatted("x = torch.rand(2); print(f'x {len(x)} {x.shape[0]}')")))
                .isEmpty();
        assertThat(places(text.formatted("x = torch.rand(2)"))).containsExactly("LS104 t.py:5");
        assertThat(places(text.formatted("test_draw(); print(torch.rand(2))")))
                .contains("LS104 t.py:3");
    }

    /// A module of a package that others import makes something when it is run and shows it: that
    /// is a demonstration, unless it learns, asks for options or keeps something.
    @Test
    void aGuardOfAnImportedModuleThatOnlyShowsIsNoProgram() {
        String text =
                """
                import torch
                def draw():
                    return torch.rand(2)
                def main():
                    x = torch.load("x.pt") + draw()
                    print(x.mean())
                    %s
                if __name__ == "__main__":
                    main()
                """;
        String shows = text.formatted("plt.show()");
        var files = new TreeMap<>(Map.of("zoo/__init__.py", "from .net import draw"));
        files.put("zoo/net.py", shows);
        assertThat(places(files)).isEmpty();
        assertThat(places(Map.of("zoo/__init__.py", "", "zoo/net.py", shows)))
                .containsExactly("LS104 zoo/net.py:3");
        for (String keeps :
                List.of(
                        "torch.save(x, 'y.pt')",
                        "optimizer.step()",
                        "trainer.fit(x)",
                        "parse_args()",
                        "sys.argv[1]",
                        "Experiment().go()")) {
            files.put("zoo/net.py", text.formatted(keeps));
            assertThat(places(files)).as(keeps).containsExactly("LS104 zoo/net.py:3");
        }
    }

    /// What a benchmark draws is only there to be measured; one that tells how good something is
    /// has results.
    @Test
    void benchmarksThatMeasureTimesHaveNoResults() {
        String text =
                """
                import time
                import torch
                start = time.perf_counter()
                torch.rand(2).sum()
                print(time.perf_counter() - start)
                """;
        assertThat(places(Map.of("bench_sum.py", text))).isEmpty();
        assertThat(places(Map.of("sum.py", text))).containsExactly("LS104 sum.py:4");
        assertThat(places(Map.of("bench_sum.py", text + "print(accuracy(1))\n")))
                .containsExactly("LS104 bench_sum.py:4");
        assertThat(places(Map.of("bench_sum.py", "import torch\nprint(torch.rand(2))\n")))
                .containsExactly("LS104 bench_sum.py:2");
    }

    /// A progress bar and Python's own functions go over an object; they call no other method.
    @Test
    void whoGoesOverAnObjectCallsNoneOfItsOtherMethods() {
        String text =
                """
                import random
                import foreign
                from tqdm import tqdm
                class Data:
                    def __getitem__(self, index):
                        return index
                    def sample(self):
                        return random.random()
                data = Data()
                for one in tqdm(data):
                    print(one)
                list(zip(data, data))
                %s
                """;
        assertThat(places(text.formatted(""))).isEmpty();
        assertThat(places(text.formatted("foreign.use(data)"))).containsExactly("LS101 t.py:8");
    }

    /// An object that one of the project's classes gets: of its methods those are called that the
    /// class's module calls, or one that this imports.
    @Test
    void aClassCallsTheMethodsThatItsModuleNames() {
        String model =
                """
                import random
                class Model:
                    def predict(self):
                        return random.random()
                    def __call__(self):
                        return 1
                """;
        String trainer =
                """
                class Trainer:
                    def __init__(self, model):
                        self.model = model
                    def run(self):
                        return self.model%s()
                """;
        var files = new TreeMap<>(Map.of("model.py", model));
        files.put(
                "t.py",
                "from model import Model\nfrom trainer import Trainer\nTrainer(Model()).run()\n");
        files.put("trainer.py", trainer.formatted(".predict"));
        assertThat(places(files)).containsExactly("LS101 model.py:4");
        files.put("trainer.py", trainer.formatted(""));
        assertThat(places(files)).isEmpty();
    }

    /// Letters and digits that are put together are a name.
    @Test
    void aWordOfDrawnLettersIsAName() {
        String text =
                """
                import random
                import string
                letters = string.ascii_letters
                run = "".join(random.choice(%s) for _ in range(8))
                """;
        assertThat(places(text.formatted("string.ascii_letters"))).isEmpty();
        assertThat(places(text.formatted("words"))).containsExactly("LS101 t.py:4");
    }

    /// What a layer draws in training alone, a program that trains nothing does not draw.
    @Test
    void aDrawInTrainingIsNoneOfWhoTrainsNothing() {
        String text =
                """
                import torch
                class Layer(torch.nn.Module):
                    def forward(self, x):
                        if self.training and self.rate:
                            x = x * torch.rand(2)
                        return x
                loss = Layer()(torch.load("x.pt"))
                %s
                """;
        assertThat(places(text.formatted("torch.save(loss, 'y.pt')"))).isEmpty();
        assertThat(places(text.formatted("loss.backward()"))).containsExactly("LS104 t.py:5");
        assertThat(places(text.replace("self.training and", "self.noisy and").formatted("")))
                .containsExactly("LS104 t.py:5");
    }

    /// A pool's processes inherit one state, or none where they are spawned, and which of them gets
    /// a task is decided by their speed: who draws in one needs a seed of its own.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "with ProcessPoolExecutor(2) as pool:\n        pool.submit(work, 3)",
                "with ProcessPoolExecutor(2, mp_context=mp.get_context('spawn')) as pool:\n"
                        + "        list(pool.map(work, range(3)))",
                "with mp.get_context('spawn').Pool(2) as pool:\n        pool.map(work, range(3))",
                "with mp.Pool(2) as pool:\n        pool.map(work, range(3))",
                "with ProcessPoolExecutor(2) as executor:\n        hand_on(executor)"
            })
    void tasksOfAPoolNeedASeedOfTheirOwn(String pool) {
        String text =
                """
                import multiprocessing as mp
                import random
                from concurrent.futures import ProcessPoolExecutor
                def work(n):
                    return random.random()
                def hand_on(pool):
                    return pool.submit(work, 3)
                if __name__ == "__main__":
                    random.seed(4)
                """
                        + pool;
        String place = pool.contains("hand_on(") ? "LS114 t.py:7" : "LS114 t.py:11";
        assertThat(places(text)).containsExactly(place);
        assertThat(places(text.replace("return random", "random.seed(n)\n    return random")))
                .isEmpty();
        assertThat(places(text.replace("(2", "(2, initializer=seed").replace("s'spawn'", "")))
                .isEmpty();
    }

    /// A process of its own that is forked goes on with the generators as they were.
    @Test
    void aForkedProcessInheritsTheSeed() {
        assertThat(
                        places(
                                """
                                import multiprocessing as mp
                                import random
                                def work():
                                    return random.random()
                                if __name__ == "__main__":
                                    random.seed(4)
                                    mp.Process(target=work).start()
                                """))
                .isEmpty();
    }

    /// A saved network gets new outputs where their number is said: they are drawn, before the
    /// trainer seeds.
    @Test
    void newOutputsOfASavedModelAreDrawn() {
        String text =
                """
                from transformers import AutoModelForSequenceClassification as A, Trainer, TrainingArguments
                model = A.from_pretrained("bert"%s)
                trainer = Trainer(model=model, args=TrainingArguments("out", seed=3))
                trainer.train()
                """;
        assertThat(places(text.formatted(", num_labels=3"))).containsExactly("LS110 t.py:3");
        assertThat(places(text.formatted(""))).isEmpty();
    }

    /// Tables and data sets draw from NumPy's generator unless they get a seed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "frame.sample(frac=0.5)",
                "frame[frame.a == 1].sample(n=3)",
                "rows.filter(f).train_test_split(test_size=0.1)"
            })
    void tablesDrawFromNumPy(String call) {
        assertThat(places("import numpy as np\nx = " + call + "\n"))
                .containsExactly("LS102 t.py:2");
        assertThat(places("import numpy as np\nnp.random.seed(3)\nx = " + call + "\n")).isEmpty();
        String given =
                call.replace(")", call.contains("sample") ? ", random_state=4)" : ", seed=4)");
        assertThat(places("import numpy as np\nx = " + given + "\n")).isEmpty();
        assertThat(places("import numpy as np\nx = normal.sample((3,))\n")).isEmpty();
    }

    @Test
    void theDefaultGeneratorIsSeededByItself() {
        assertThat(
                        places(
                                """
                                import torch
                                torch.default_generator.manual_seed(3)
                                print(torch.rand(2))
                                """))
                .isEmpty();
    }

    /// A loop over an object asks its class for the elements.
    @Test
    void whatALoopOverAnObjectDrawsIsFollowed() {
        String text =
                """
                import random
                class Shuffled:
                    def __init__(self, n):
                        self.order = list(range(n))
                    def %s:
                        random.shuffle(self.order)
                        return %s
                if __name__ == "__main__":
                    batches = Shuffled(8)
                    %s
                """;
        String loop = "for batch in batches: print(batch)";
        assertThat(places(text.formatted("__iter__(self)", "iter(self.order)", loop)))
                .containsExactly("LS101 t.py:6");
        assertThat(places(text.formatted("__iter__(self)", "iter(self.order)", "print(batches)")))
                .isEmpty();
        assertThat(places(text.formatted("__getitem__(self, i)", "self.order[i]", loop)))
                .containsExactly("LS101 t.py:6");
        assertThat(
                        places(
                                text.formatted(
                                        "__iter__(self)",
                                        "iter(self.order)",
                                        "print([b for b in batches])")))
                .containsExactly("LS101 t.py:6");
    }

    /// A generator that is handed over takes the place of the one made for who hands over none.
    @Test
    void aFallbackThatNobodyTakesIsNotMade() {
        String text =
                """
                import random
                class Game:
                    def __init__(self, rng=None):
                        %s
                        print(self.rng.random())
                if __name__ == "__main__":
                    Game(%s)
                """;
        for (String way :
                List.of(
                        "self.rng = rng or random.Random()",
                        "self.rng = rng if rng is not None else random.Random()",
                        "self.rng = random.Random() if rng is None else rng")) {
            assertThat(places(text.formatted(way, "random.Random(3)"))).as(way).isEmpty();
            assertThat(places(text.formatted(way, ""))).as(way).containsExactly("LS111 t.py:4");
        }
    }

    /// Compiling calls nothing; what is compiled is called where its name is.
    @Test
    void aCompiledFunctionDrawsWhereItIsCalled() {
        String text =
                """
                import torch
                def noisy(x):
                    return x + torch.rand(2)
                fast = torch.compile(noisy)
                %s
                torch.manual_seed(0)
                fast(1)
                """;
        assertThat(places(text.formatted(""))).isEmpty();
        assertThat(places(text.formatted("fast(0)"))).containsExactly("LS110 t.py:6");
    }

    /// Of an input that only shows a model to an exporter the shape counts; the model's weights do
    /// count.
    @Test
    void anExampleInputIsNoDraw() {
        String text =
                """
                import torch
                model = torch.load("model.pt")
                example = torch.rand(1, 3)
                torch.onnx.export(model, example, "model.onnx")
                %s
                """;
        assertThat(places(text.formatted("print(example.shape)"))).isEmpty();
        assertThat(places(text.formatted("print(model(example))"))).containsExactly("LS104 t.py:3");
        assertThat(
                        places(
                                text.formatted("")
                                        .replace(
                                                "torch.load(\"model.pt\")",
                                                "torch.nn.Linear(3, 1)")))
                .containsExactly("LS104 t.py:2");
    }

    /// Of what is drawn as a graph nothing but its shapes is seen.
    @Test
    void aModelThatIsOnlyShownIsNoDraw() {
        String text =
                """
                import torch, torchinfo
                model = torch.nn.Linear(3, 1)
                torchinfo.summary(model, input_data=torch.rand(1, 3))
                %s
                """;
        assertThat(places(text.formatted(""))).isEmpty();
        assertThat(places(text.formatted("print(model(torch.ones(3)))")))
                .containsExactly("LS104 t.py:2");
    }

    /// Other functions that export something write the numbers.
    @Test
    void whatIsExportedOtherwiseIsDrawn() {
        assertThat(places("import other, random\nother.export('a.csv', random.random())\n"))
                .containsExactly("LS101 t.py:2");
        assertThat(places("import torch\nprint(torch.trace(torch.rand(2, 2)))\n"))
                .containsExactly("LS104 t.py:2");
    }

    /// A layer whose every parameter is set after it was made keeps nothing of what it drew.
    @Test
    void weightsThatAreSetAtOnceAreNoDraw() {
        String text =
                """
                import torch
                from torch import nn
                class Transform(nn.Module):
                    def __init__(self, matrix):
                        super().__init__()
                        self.conv = nn.Conv1d(1, 4, 4%s)
                        %s
                model = Transform(torch.eye(4))
                print(model(torch.ones(1, 1, 8)))
                """;
        String set = "self.conv.weight.data = matrix[:, None]";
        assertThat(places(text.formatted(", bias=False", set))).isEmpty();
        assertThat(places(text.formatted("", set))).containsExactly("LS104 t.py:6");
        assertThat(places(text.formatted("", set + "; nn.init.zeros_(self.conv.bias)"))).isEmpty();
        assertThat(places(text.formatted(", bias=False", "self.conv.weight.data.copy_(matrix)")))
                .isEmpty();
        assertThat(
                        places(
                                text.formatted(
                                        ", bias=False",
                                        "nn.init._calculate_fan_in_and_fan_out(self.conv.weight)")))
                .containsExactly("LS104 t.py:6");
        assertThat(places(text.formatted(", bias=False", "self.conv.weight.requires_grad = False")))
                .containsExactly("LS104 t.py:6");
    }

    /// Where a program sleeps, a jitter is a pause; elsewhere it is noise.
    @Test
    void aJitterIsAPauseWhereTheProgramSleeps() {
        String text =
                """
                import random, time
                jitter = random.uniform(0, 1)
                %s
                """;
        assertThat(places(text.formatted("time.sleep(1 + jitter)"))).isEmpty();
        assertThat(places(text.formatted("print(jitter)"))).containsExactly("LS101 t.py:2");
    }

    /// What a helper is called with may be another seed in each turn.
    @Test
    void aSeedThatALoopGoesOverIsNoReset() {
        String text =
                """
                import torch
                def start(seed):
                    torch.manual_seed(seed)
                for s in open("seeds"):
                    start(int(s))
                    torch.load("m")(torch.rand(2)).backward()
                """;
        assertThat(places(text)).isEmpty();
    }

    /// A seed that is handed over is the same in each turn of a loop that does not change it.
    @Test
    void aSeedThatALoopLeavesAloneIsTheSameEachTime() {
        String text =
                """
                import torch
                def fit(model, seed, epochs):
                    torch.manual_seed(seed)
                    for epoch in range(epochs):
                        torch.manual_seed(%s)
                        model(torch.rand(2)).backward()
                fit(torch.load("m"), int(open("seed").read()), 3)
                """;
        assertThat(places(text.formatted("seed"))).containsExactly("LS113 t.py:5");
        assertThat(places(text.formatted("seed + epoch"))).isEmpty();
        assertThat(
                        places(
                                text.formatted("seed")
                                        .replace(
                                                "range(epochs):",
                                                "range(epochs):\n        seed += 1")))
                .isEmpty();
    }

    /// A network that was moved to a device, or spread over several, is the same network.
    @Test
    void whatAMovedNetworkDrawsIsFollowed() {
        String text =
                """
                import random
                import torch
                class Net(torch.nn.Module):
                    def forward(self, x):
                        return x * random.random()
                def main():
                    net = %s
                    print(net(torch.ones(2)))
                main()
                """;
        for (String made :
                List.of(
                        "Net()",
                        "Net().to(\"cuda\")",
                        "Net().cuda().half()",
                        "torch.nn.DataParallel(Net().cuda())",
                        "torch.compile(Net().eval())")) {
            assertThat(places(text.formatted(made))).as(made).containsExactly("LS101 t.py:5");
        }
        assertThat(places("import random\nrandom.seed(1)\n" + text.formatted("Net().to(0)")))
                .isEmpty();
    }

    /// Bound arguments are no call, and neither is a copy of an object.
    @Test
    void whatIsBoundOrCopiedIsNotCalledThere() {
        String text =
                """
                import copy, functools, random
                def collate(batch, k):
                    return random.sample(batch, k)
                class Data:
                    def shuffle(self):
                        random.shuffle(self.rows)
                %s
                random.seed(3)
                print(pick([1, 2]))
                """;
        assertThat(places(text.formatted("pick = functools.partial(collate, k=1)"))).isEmpty();
        assertThat(places(text.formatted("pick = copy.copy(Data())"))).isEmpty();
        assertThat(places(text.formatted("pick = collate([1, 2], 1)")))
                .containsExactly("LS110 t.py:8");
    }

    /// A table of functions that an imported module makes calls none of them.
    @Test
    void aTableOfFunctionsCallsNone() {
        String models = "import torch, other\nMODELS = %s(lambda: torch.rand(2))\n";
        String program = "import models\nif __name__ == \"__main__\":\n    print(models.MODELS)\n";
        assertThat(places(Map.of("models.py", models.formatted("dict"), "t.py", program)))
                .isEmpty();
        assertThat(places(Map.of("models.py", models.formatted("other.start"), "t.py", program)))
                .containsExactly("LS104 models.py:2");
    }

    /// A configuration's default may be made anew for each run, however deep it lies.
    @Test
    void aSeedFromTheClockInAConfigurationIsFound() {
        String text =
                """
                import time
                from dataclasses import dataclass, field
                import torch
                @dataclass
                class Sampling:
                    entropy: int = field(default_factory=lambda: int(%s))
                @dataclass
                class Config:
                    sampling: Sampling = field(default_factory=Sampling)
                    @property
                    def seed(self):
                        return self.sampling.entropy
                config = Config()
                torch.manual_seed(config.seed)
                torch.rand(2)
                """;
        assertThat(places(text.formatted("time.time()"))).containsExactly("LS109 t.py:6");
        assertThat(places(text.formatted("7"))).isEmpty();
    }

    /// A package that nobody can read here says by a name of convention that it seeds.
    @Test
    void aSeederByItsNameSeeds() {
        String text = "import other, torch\nother.%s(3)\nprint(torch.rand(2))\n";
        assertThat(places(text.formatted("utils.set_random_seed"))).isEmpty();
        assertThat(places(text.formatted("seed_everything"))).isEmpty();
        assertThat(places(text.formatted("start"))).containsExactly("LS104 t.py:3");
        assertThat(places(text.formatted("Data().set_seed"))).containsExactly("LS104 t.py:3");
        assertThat(places(text.formatted("set_random_seed").replace("other", "tensorflow")))
                .containsExactly("LS104 t.py:3");
    }

    /// Behind the block, and behind a function that returns from within it, torch's generators
    /// stand as before it; NumPy's are not set back.
    @Test
    void aSeedInsideForkRngHoldsThereAlone() {
        String text =
                """
                import numpy as np
                import torch
                def build():
                    with torch.random.fork_rng():
                        torch.manual_seed(0)
                        np.random.seed(0)
                        return torch.nn.Linear(2, 2)
                build()
                torch.rand(2)
                np.random.rand(2)
                """;
        assertThat(places(text)).containsExactly("LS104 t.py:9");
        assertThat(places("import torch\ntorch.manual_seed(1)\n" + text)).isEmpty();
    }

    /// A seed in a block after which the generators are set back sets nothing back for others.
    @Test
    void aSeedInsideForkRngIsNoReset() {
        String text =
                """
                import torch
                torch.manual_seed(3)
                for step in range(4):
                    torch.rand(2)
                    with %s:
                        torch.manual_seed(0)
                """;
        assertThat(places(text.formatted("torch.random.fork_rng()"))).isEmpty();
        assertThat(places(text.formatted("torch.no_grad()"))).containsExactly("LS113 t.py:6");
    }

    /// A constant seed at the head of each epoch repeats the same order and noise, though nothing
    /// was drawn between it and the seed at the start.
    @Test
    void aConstantSeedInEachEpochIsAReset() {
        String text =
                """
                import torch
                torch.manual_seed(3)
                for epoch in range(4):
                    torch.manual_seed(%s)
                    model(x).backward()
                """;
        assertThat(places(text.formatted("3"))).containsExactly("LS113 t.py:4");
        assertThat(places(text.formatted("3 + epoch"))).isEmpty();
        assertThat(places(text.formatted("3").replace("model(x).backward()", "print(epoch)")))
                .isEmpty();
        assertThat(places(text.formatted("3").replace("epoch", "run"))).isEmpty();
    }

    /// What a module seeds while it is imported replaces the seed of the program that imports it.
    @Test
    void anImportThatSeedsReplacesTheSeed() {
        String seeds = "import torch\ntorch.manual_seed(0)\n";
        assertThat(
                        places(
                                Map.of(
                                        "objective.py",
                                        seeds,
                                        "t.py",
                                        "import torch\ntorch.manual_seed(3)\nimport objective\n")))
                .containsExactly("LS113 objective.py:2");
        assertThat(
                        places(
                                Map.of(
                                        "objective.py",
                                        seeds,
                                        "t.py",
                                        "import torch\nimport objective\ntorch.manual_seed(3)\n")))
                .isEmpty();
    }

    /// A saved adapter is loaded as it is, whatever package loads it.
    @Test
    void aSavedAdapterDrawsNothing() {
        assertThat(
                        places(
                                """
                                import peft
                                model = peft.AutoPeftModelForCausalLM.from_pretrained("adapter")
                                model.train()
                                trainer.fit(model)
                                """))
                .isEmpty();
    }

    /// Cells of a notebook are run one by one, so what stops one stops no other.
    @Test
    void whatStandsBehindARaiseIsReachedInANotebookAlone() {
        String cells =
                """
                {"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
                "source": ["import numpy as np\\n", "raise ValueError\\n", "rng = np.random.default_rng()\\n"]}],
                "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
                """;
        String script = "import numpy as np\nraise ValueError\nrng = np.random.default_rng()\n";
        assertThat(places(script)).isEmpty();
        assertThat(places(Map.of("t.ipynb", cells))).hasSize(1);
    }

    private static final String MADE =
            """
            import random
            from torch.utils.data import DataLoader
            class Pairs:
                def __init__(self, seed=None):
                    if seed is None:
                        seed = 5
                    self.seed = seed
                    random.seed(self.seed)
                def __getitem__(self, n):
                    return random.random()
            """;

    /// A method is called of an object that its constructor has made, and has seeded for.
    @Test
    void aMethodOfAnObjectThatSeedsWhenItIsMadeIsSeeded() {
        String use =
                "def show(pairs: Pairs):\n    return Pairs.__getitem__(pairs, 3)\nshow(load())\n";
        assertThat(places(MADE + use)).isEmpty();
        assertThat(places(MADE.replace("        seed = 5", "        print(6)") + use))
                .containsExactly("LS101 t.py:10");
        assertThat(
                        places(
                                MADE.replace("        random.seed", "        if seed: random.seed")
                                        + use))
                .containsExactly("LS101 t.py:10");
    }

    /// What only looks at a function doesn't call it.
    @Test
    void aFunctionThatIsLookedAtIsNotCalled() {
        String text =
                """
                import inspect, other, random
                def draw():
                    return random.random()
                inspect.signature(draw)
                """;
        assertThat(places(text)).isEmpty();
        assertThat(places(text.replace("inspect.signature", "other.run")))
                .containsExactly("LS101 t.py:3");
    }

    /// What only picks the one that is shown.
    @Test
    void aDrawThatPicksWhatIsShownIsNoResult() {
        String text = "import random\ndebug_batch_idx = random.randint(0, 7)\n";
        assertThat(places(text)).isEmpty();
        assertThat(places(text.replace("debug_batch_idx", "batch_idx")))
                .containsExactly("LS101 t.py:2");
        assertThat(places(text.replace("debug_batch_idx", "debug_batch")))
                .containsExactly("LS101 t.py:2");
    }

    /// A schedule of rates changes no weights, an optimizer's step does.
    @Test
    void aGuardThatShowsRatesIsADemonstration() {
        String rates =
                """
                import torch
                from torch.optim.lr_scheduler import StepLR
                if __name__ == "__main__":
                    model = [torch.nn.Parameter(torch.randn(2, 2))]
                    optimizer = torch.optim.SGD(model, lr=0.1)
                    scheduler = StepLR(optimizer, 3)
                    for epoch in range(4):
                        print(scheduler.get_last_lr())
                        scheduler.step()
                """;
        assertThat(shown(rates)).isEmpty();
        assertThat(shown(rates + "        optimizer.step()\n")).isNotEmpty();
    }

    private static List<String> shown(String rates) {
        return places(Map.of("pkg/__init__.py", "from . import rates\n", "pkg/rates.py", rates));
    }
}
