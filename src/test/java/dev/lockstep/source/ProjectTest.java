package dev.lockstep.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProjectTest {
    static ProjectFiles files(Map<String, String> texts) {
        return new ProjectFiles() {
            @Override
            public SortedSet<String> paths() {
                return Collections.unmodifiableSortedSet(new TreeSet<>(texts.keySet()));
            }

            @Override
            public byte @Nullable [] read(String path) {
                String text = texts.get(path);
                return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    private static Project project(Map<String, String> texts) {
        return new Project(
                files(texts), (module, name) -> module.equals("torch.nn") && name.equals("Linear"));
    }

    private static List<String> callees(Project project, String path) {
        var names = new ArrayList<String>();
        for (CallSite site : Objects.requireNonNull(project.module(path)).calls()) {
            names.add(String.valueOf(site.callee()));
        }
        return names;
    }

    private static List<String> callees(String text) {
        return callees(project(Map.of("t.py", text)), "t.py");
    }

    @Test
    void filesAreFoundByWhatTheyMention() {
        Project project =
                project(
                        Map.of(
                                "a.py", "class Net_1:\n    pass\n",
                                "b.py", "model = Net_1()\n",
                                "c.py", "Net_12, Net, xNet_1 = 3, 4, 5 # é",
                                "d.txt", "Net_1"));
        assertThat(project.mentioning("Net_1")).containsExactly("a.py", "b.py");
        assertThat(project.mentioning("Net")).containsExactly("c.py");
        assertThat(project.mentioning("gone")).isEmpty();
        assertThat(project.mentioning("Größe")).containsExactly("a.py", "b.py", "c.py");
    }

    /// In JSON a line's end stands before the next line's first letter: `\n` and `foo`.
    @Test
    void aNotebookMayMentionAnything() {
        Project project = project(Map.of("a.ipynb", "{\"source\": \"x = 1\\nfoo(x)\"}"));
        assertThat(project.mentioning("foo")).containsExactly("a.ipynb");
    }

    @Test
    void consoleScriptsAreFoundByName() {
        Project project =
                project(
                        Map.of(
                                "pyproject.toml",
                                """
                                [project.scripts]
                                fit = "pack.cli:main"
                                "fit-all" = "pack.cli:everything"
                                [tool.other]
                                gone = "pack.cli:gone"
                                """,
                                "src/pack/cli.py",
                                "def main(): pass"));
        EntryPoint entry = Objects.requireNonNull(EntryPoints.consoleScript(project, "fit-all"));
        assertThat(entry.module().path()).isEqualTo("src/pack/cli.py");
        assertThat(entry.function()).isEqualTo("everything");
        assertThat(EntryPoints.consoleScript(project, "gone")).isNull();
        assertThat(EntryPoints.consoleScripts(project))
                .extracting(EntryPoint::function)
                .containsExactly("main", "everything");
    }

    @Test
    void followsImportsInAllForms() {
        assertThat(
                        callees(
                                """
                                import numpy as np, os.path
                                import torch.nn as nn
                                import torch.cuda
                                from numpy import random
                                from numpy.random import rand as r, default_rng
                                np.random.seed(1); os.path.join(); nn.Linear(); torch.manual_seed(2)
                                random.shuffle(); r(); default_rng().normal()
                                print(); undefined(); x[0]()
                                """))
                .containsExactly(
                        "numpy.random.seed",
                        "os.path.join",
                        "torch.nn.Linear",
                        "torch.manual_seed",
                        "numpy.random.shuffle",
                        "numpy.random.rand",
                        "numpy.random.default_rng",
                        "numpy.random.default_rng().normal",
                        "builtins.print",
                        "null",
                        "null");
    }

    @Test
    void followsAssignmentsAndScopes() {
        assertThat(
                        callees(
                                """
                                import numpy as np, random
                                rng = np.random
                                rng.a()
                                rng, other = np.random.RandomState(1), random
                                rng.b(); other.c()
                                def f(random, g: np.random.Generator = None, *a, h: "X" = 1):
                                    random.d()
                                    g.e()
                                    def inner():
                                        rng.f()
                                        nonlocal g
                                        g = np
                                    global late
                                    late = np.random
                                class C:
                                    random = np
                                    random.g()
                                    def m(self): random.h(); late.i()
                                [np.j() for np in [np.k()]]
                                with np.open() as handle: handle.l()
                                lambda random: random.m()
                                (alias := np.random).n(); alias.o()
                                try:
                                    import cupy
                                except ImportError:
                                    cupy = None
                                cupy.p()
                                if rng: q = np
                                (np if rng else np).r(); (np if rng else random).s()
                                """))
                .containsExactly(
                        "numpy.random.a",
                        "numpy.random.RandomState",
                        "numpy.random.RandomState().b",
                        "random.c",
                        "null",
                        "numpy.random.Generator().e",
                        "numpy.random.RandomState().f",
                        "numpy.g",
                        "random.h",
                        "numpy.random.i",
                        "null",
                        "numpy.k",
                        "numpy.open",
                        "numpy.open().l",
                        "null",
                        "numpy.random.n",
                        "numpy.random.o",
                        "cupy.p",
                        "numpy.r",
                        "null");
    }

    @Test
    void knowsSelfClassesAndBases() {
        Project project =
                project(
                        Map.of(
                                "model.py",
                                """
                                import numpy as np
                                from torch import nn
                                from base import Base
                                class Net(Base):
                                    shared = np.random.default_rng(0)
                                    def __init__(self):
                                        super().__init__()
                                        self.rng = np.random.default_rng()
                                        self.layer = nn.Linear(2, 3)
                                        self.maybe = None
                                    def forward(self, x):
                                        self.rng.normal(); self.shared.poisson(); self.layer(x); self.step()
                                        self.eval(); self.helper(); self.missing.thing(); Net.helper()
                                    @staticmethod
                                    def helper(): pass
                                    @classmethod
                                    def make(cls): return cls()
                                    def start(self): self.maybe = np.random
                                    def use(self): self.maybe.rand()
                                n = Net.make()
                                n.forward(1)
                                def build(): return Net()
                                build().step()
                                """,
                                "base.py",
                                "import torch.nn as nn\nclass Base(nn.Module):\n  def step(self): pass\n"));
        assertThat(callees(project, "model.py"))
                .containsExactly(
                        "numpy.random.default_rng",
                        "builtins.super",
                        "torch.nn.Module().__init__",
                        "numpy.random.default_rng",
                        "torch.nn.Linear",
                        "numpy.random.default_rng().normal",
                        "numpy.random.default_rng().poisson",
                        "torch.nn.Linear()",
                        "base.Base.step",
                        "torch.nn.Module().eval",
                        "model.Net.helper",
                        "torch.nn.Module().missing.thing",
                        "model.Net.helper",
                        "model.Net",
                        "numpy.random.rand",
                        "model.Net.make",
                        "model.Net.forward",
                        "model.Net",
                        "model.build",
                        "base.Base.step");
        PythonModule model = Objects.requireNonNull(project.module("model.py"));
        Symbol.Class type = (Symbol.Class) Objects.requireNonNull(model.calls().get(13).symbol());
        assertThat(project.isKindOf(type, "torch.nn.Module")).isTrue();
        assertThat(project.isKindOf(type, "torch.Tensor")).isFalse();
        assertThat(Objects.requireNonNull(project.method(type, "step")).name())
                .isEqualTo("base.Base.step");
    }

    @Test
    void followsTheProjectsOwnModules() {
        Project project =
                project(
                        Map.of(
                                "exp/train.py",
                                """
                                from helpers import *
                                from torch.nn import *
                                from lib import augment, seed_all as s, load
                                import lib.data.files as ff, lib.data
                                set_up(); Linear(); flip(); augment.flip(); s(); load(); ff.read(); lib.data.files.read()
                                np.random.rand(); from_nowhere()
                                """,
                                "exp/helpers.py",
                                "import numpy as np\nfrom lib.augment import *\ndef set_up(): pass\ndef _private(): pass\n",
                                "exp/random.py",
                                "",
                                "lib/__init__.py",
                                "from .seeds import seed_all\nfrom .data.files import read as load\n",
                                "lib/seeds.py",
                                "def seed_all(): pass",
                                "lib/random.py",
                                "def own(): pass",
                                "lib/augment.py",
                                "import random\nfrom . import random as mine\ndef flip(): random.random(); mine.own()",
                                "lib/data/files.py",
                                "from ..seeds import seed_all\ndef read(): seed_all()"));
        assertThat(callees(project, "exp/train.py"))
                .containsExactly(
                        "exp.helpers.set_up",
                        "torch.nn.Linear",
                        "lib.augment.flip",
                        "lib.augment.flip",
                        "lib.seeds.seed_all",
                        "lib.data.files.read",
                        "lib.data.files.read",
                        "lib.data.files.read",
                        "numpy.random.rand",
                        "torch.nn.from_nowhere");
        assertThat(callees(project, "lib/augment.py"))
                .containsExactly("random.random", "lib.random.own");
        assertThat(callees(project, "lib/data/files.py")).containsExactly("lib.seeds.seed_all");
        assertThat(Objects.requireNonNull(project.module("exp/train.py")).imports())
                .extracting(i -> i.modules().stream().map(PythonModule::path).toList())
                .containsExactly(
                        List.of("exp/helpers.py"),
                        List.of(),
                        List.of("lib/__init__.py", "lib/augment.py"),
                        List.of("lib/__init__.py", "lib/data/files.py"));
    }

    @Test
    void findsTheWayIn() {
        Project project =
                project(
                        Map.of(
                                "a.py",
                                "def main(): pass\nif __name__ == '__main__':\n    main()\n",
                                "b.py",
                                "import a",
                                "src/tool/cli.py",
                                "def run(): pass",
                                "src/tool/__init__.py",
                                "",
                                "pyproject.toml",
                                "[project.scripts]\ntool = \"tool.cli:run\"\n[other]\nx = \"a:b\"\n"));
        assertThat(EntryPoints.of(project))
                .extracting(e -> e.module().path() + " " + e.function())
                .containsExactly("a.py null", "src/tool/cli.py run");
    }

    @Test
    void endsOnCircles() {
        assertThat(
                        callees(
                                "a = b\nb = a\ndef f(): a.x(); f()()\ndef g(): return h()\ndef h(): return g()\ng().x()\n"
                                        + "class A(B): pass\nclass B(A):\n  def m(self): self.z()\nimport t\nfrom t import q\nq()\nt.q()\n"))
                .hasSize(10);
        Project stars =
                project(Map.of("a.py", "from b import *\nx()", "b.py", "from a import *\ny()"));
        assertThat(callees(stars, "a.py")).containsExactly("null");
    }

    @Test
    void findsTheScopeOfAnyOffset() {
        String text =
                "def f(x=lambda: y, *, z=1):\n  w = [u for u in v for t in s]\n  class C:\n    def m(self): q\nk\n";
        Project project = project(Map.of("t.py", text));
        PythonModule module = Objects.requireNonNull(project.module("t.py"));
        assertThat(module.scopeAt(text.indexOf("y,")).kind()).isEqualTo(Scope.Kind.LAMBDA);
        assertThat(module.scopeAt(text.indexOf("z=")).name()).isEqualTo("t");
        assertThat(module.scopeAt(text.indexOf("u for")).kind())
                .isEqualTo(Scope.Kind.COMPREHENSION);
        assertThat(module.scopeAt(text.indexOf("v for")).name()).isEqualTo("t.f");
        assertThat(module.scopeAt(text.indexOf("s]")).kind()).isEqualTo(Scope.Kind.COMPREHENSION);
        assertThat(module.scopeAt(text.indexOf("q")).name()).isEqualTo("t.f.C.m");
        assertThat(module.scopeAt(text.indexOf("k\n")).name()).isEqualTo("t");
    }
}
