package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// LS112: what a package's source says about a seed that is left out.
class UnseededPackageTest {
    private final FakePackages packages =
            new FakePackages()
                    .with("pkg/__init__.py", "")
                    .with(
                            "pkg/check.py",
                            """
                            import numbers
                            import numpy as np

                            def check_random_state(seed):
                                if seed is None or seed is np.random:
                                    return np.random.mtrand._rand
                                if isinstance(seed, numbers.Integral):
                                    return np.random.RandomState(seed)
                                return seed
                            """);

    private List<Finding> check(String code) {
        var files = new TreeMap<String, Contents>();
        files.put("train.py", () -> code.getBytes(StandardCharsets.UTF_8));
        var setting =
                new Checker.Setting(
                        Selection.of(List.of("LS112"), List.of()), null, List.of(), packages);
        return new Checker(Rules.all(), setting, 1).check(files).findings();
    }

    /// The calls behind `# draws` are found and no other.
    private void assertMarked(String code) {
        var marked = new java.util.TreeSet<Integer>();
        List<String> lines = code.lines().toList();
        for (int k = 0; k < lines.size(); k++) {
            if (lines.get(k).contains("# draws")) {
                marked.add(k + 1);
            }
        }
        assertThat(marked).isNotEmpty();
        assertThat(check(code).stream().map(f -> f.place().line()))
                .containsExactlyElementsOf(marked);
    }

    /// What the source of a package does not show.
    @Test
    void aSamplerThatAStudyMakesItself() {
        assertMarked(
                """
                import optuna
                from optuna import create_study
                study = optuna.create_study(direction="minimize")  # draws
                study = optuna.create_study(sampler=None)  # draws
                study = create_study()  # draws
                study = create_study(sampler=optuna.samplers.TPESampler(seed=1))
                study = create_study(sampler=optuna.samplers.RandomSampler())  # draws
                """);
        Finding first = check("import optuna\nstudy = optuna.create_study()\n").getFirst();
        assertThat(first.message()).startsWith("create_study is left without sampler");
        assertThat(Objects.requireNonNull(first.fix()).edits())
                .extracting(Edit::text)
                .containsExactly("sampler=optuna.samplers.TPESampler(seed=0)");
        Finding short_ = check("from optuna import create_study\ncreate_study()\n").getFirst();
        assertThat(Objects.requireNonNull(short_.fix()).edits()).isEmpty();
    }

    @Test
    void anEnvironmentThatIsResetWithoutASeed() {
        String program =
                """
                import gymnasium as gym
                env = gym.make("CartPole-v1")
                env = gym.wrappers.RecordEpisodeStatistics(env)
                state, info = env.reset()  # draws
                for episode in range(3):
                    state, info = env.reset()
                """;
        assertMarked(program);
        assertThat(check(program.replace("info = env.reset()  #", "info = env.reset(seed=3)  #")))
                .isEmpty();
        assertThat(check(program + "env.seed(4)\n")).isEmpty();
        assertThat(check("import game\nenv = game.make()\nenv.reset()\n")).isEmpty();
    }

    /// A space of actions has a generator of its own, which no reset seeds.
    @Test
    void actionsThatAreDrawnFromASpaceThatNobodySeeds() {
        String program =
                """
                import gymnasium as gym
                env = gym.make("CartPole-v1")
                state, info = env.reset(seed=3)
                action = env.action_space.sample()  # draws
                action = env.action_space.sample()
                """;
        assertMarked(program);
        assertThat(check(program + "env.action_space.seed(4)\n")).isEmpty();
    }

    /// A space that comes in belongs to who hands it over, who may seed it.
    @Test
    void aSpaceThatComesInIsSeededByWhoHandsItOver() {
        String policy =
                """
                class Policy:
                    def __init__(self, action_space):
                        self.action_space = action_space

                    def act(self):
                        return self.action_space.sample()
                """;
        assertThat(severities(policy)).containsExactly(Severity.NOTE);
        assertThat(severities(policy + "Policy(space).act()\n")).containsExactly(Severity.ERROR);
        assertThat(severities(policy.replace("= action_space", "= make().action_space")))
                .containsExactly(Severity.ERROR);
    }

    private List<Severity> severities(String code) {
        return check(code).stream().map(Finding::severity).toList();
    }

    /// `None` is no number, so a package that asks for one goes on to its shared generator.
    @Test
    void askingForANumberIsNoSeed() {
        packages.with(
                "frames/__init__.py",
                """
                import numpy as np
                from frames._lib import is_integer
                def _state(state):
                    if is_integer(state):
                        return np.random.RandomState(state)
                    elif state is None:
                        return np.random
                    return state
                def sample(rows, random_state=None):
                    return _state(random_state).choice(rows)
                """);
        assertMarked("import frames\nframes.sample([1])  # draws\n");
        assertThat(check("import frames\nframes.sample([1])\n").getFirst().message())
                .contains("NumPy's global generator")
                .doesNotContain("of its own");
    }

    @Test
    void aFunctionThatIsReExportedFromWhereItIsWritten() {
        packages.with("pkg/tools/__init__.py", "from ._impl import split\n__all__ = ['split']\n")
                .with(
                        "pkg/tools/_impl.py",
                        """
                        from ..check import check_random_state

                        def split(x, shuffle=True, random_state=None):
                            if shuffle is False:
                                return x
                            rng = check_random_state(random_state)
                            return rng.permutation(x)
                        """);
        assertMarked(
                """
                import pkg.tools as t
                from pkg.tools import split as divide
                options = {}
                t.split(1)  # draws
                divide(2, True)  # draws
                divide(3, False)
                divide(4, shuffle=False)
                divide(5, random_state=7)
                divide(6, True, 8)
                divide(9, True, None)  # draws
                divide(10, **options)
                divide(*options)
                """);
    }

    @Test
    void aClassWhoseSeedGoesThroughItsBasesToAMethod() {
        packages.with(
                "pkg/models.py",
                """
                from pkg.check import check_random_state

                class Mixin:
                    def score(self, x):
                        return 1

                class Base:
                    def __init__(self, size, *, solver, random_state):
                        self.size = size
                        self.solver = solver
                        self.random_state = random_state

                    def fit(self, x):
                        return self._fit(x)

                class Model(Mixin, Base):
                    def __init__(self, size=3, *, solver="exact", random_state=None):
                        super().__init__(size, solver=solver, random_state=random_state)

                    def _fit(self, x):
                        generator = check_random_state(self.random_state)
                        if self.solver in ("random", "other"):
                            return generator.normal(size=self.size)
                        return x

                class Quiet(Base):
                    def __init__(self, random_state=None):
                        super().__init__(1, solver="exact", random_state=random_state)
                """);
        assertMarked(
                """
                from pkg.models import Model, Quiet
                Model()
                Model(solver="random")  # draws
                Model(4, solver="other")  # draws
                Model(solver="random", random_state=5)
                Quiet()

                class Mine(Model):
                    pass

                Mine(solver="random")  # draws
                """);
    }

    @Test
    void whatNoneLeadsToDecides() {
        packages.with(
                "pkg/kinds.py",
                """
                import random
                import numpy as np

                def fixed(seed=None):
                    if seed is None:
                        seed = 0
                    return np.random.default_rng(seed).random()

                def fresh(rng=None):
                    return np.random.default_rng(rng).random()

                def shared(x, seed=None):
                    if seed is None:
                        seed = random.randint(0, 99)
                    return x + seed

                def unused(x, random_state=None):
                    return x

                def hidden(x, **options):
                    seed = options.pop("seed", None)
                    return np.random.default_rng(seed).random()

                def compiled(x, seed=None):
                    return _native(x, seed)
                """);
        assertMarked(
                """
                from pkg.kinds import *
                from pkg import kinds
                kinds.fixed()
                kinds.fresh()  # draws
                kinds.shared(1)  # draws
                kinds.unused(2)
                kinds.hidden(3)  # draws
                kinds.hidden(4, seed=5)
                kinds.compiled(6)
                """);
    }

    @Test
    void theDocumentationHasTheLastWord() {
        packages.with(
                "pkg/docs.py",
                """
                from .check import check_random_state

                class Machine:
                    \"""Estimates.

                    Parameters
                    ----------
                    probability : bool, default=False
                        Whether to.

                    solver : {'a', 'b', 'c'}, default='a'
                        Which.

                    random_state : int or None, default=None
                        Used when ``solver`` == 'b' or 'c' to shuffle the data. Ignored
                        when `probability` is False.
                    \"""

                    def __init__(self, probability=False, solver="a", random_state=None):
                        self.random_state = random_state

                    def fit(self, x):
                        return check_random_state(self.random_state).randint(9)
                """);
        assertMarked(
                """
                from pkg.docs import Machine
                flag = bool(input())
                Machine()
                Machine(True)
                Machine(solver="b")
                Machine(True, "b")  # draws
                Machine(probability=True, solver="c")  # draws
                Machine(probability=flag, solver="c")
                """);
    }

    @Test
    void methodsOfWhatFunctionsGive() {
        packages.with(
                "pkg/frame.py",
                """
                from __future__ import annotations
                import numpy as np

                class Reader:
                    pass

                class Frame:
                    def head(self) -> Frame:
                        return self._cut()

                    def sample(self, n, random_state=None):
                        rng = np.random if random_state is None else np.random.RandomState(random_state)
                        return rng.choice(n)

                def read(path) -> Frame | Reader:
                    return _open(path)
                """);
        assertMarked(
                """
                from pkg.frame import Frame, read
                table = read("x.csv")
                table.sample(1)  # draws
                table.head().sample(2)  # draws
                table.head().sample(3, random_state=4)

                def use(given: Frame):
                    return given.sample(5)  # draws
                """);
    }

    @Test
    void aSeededGlobalGeneratorIsNoFinding() {
        packages.with(
                "pkg/one.py",
                """
                from .check import check_random_state

                def shuffle(x, random_state=None):
                    check_random_state(random_state).shuffle(x)
                """);
        assertThat(
                        check(
                                "import numpy as np\nfrom pkg.one import shuffle\nnp.random.seed(3)\nshuffle([1])\n"))
                .isEmpty();
        assertMarked(
                "import numpy as np\nfrom pkg.one import shuffle\nshuffle([1])  # draws\nnp.random.seed(3)\n");
    }

    @Test
    void theEditNamesTheSeedThatIsThere() {
        packages.with(
                "pkg/one.py",
                """
                import numpy as np

                def shuffle(x, random_state=None):
                    np.random.default_rng(random_state).shuffle(x)
                """);
        var findings =
                check(
                        """
                        import argparse
                        import numpy as np
                        from pkg.one import shuffle
                        SEED = 11

                        def options():
                            args = argparse.ArgumentParser().parse_args()
                            np.random.seed(args.seed)
                            shuffle([2])

                        def plain():
                            shuffle([1])

                        def given(x, seed):
                            shuffle(x, None)

                        def optional(x, seed=None):
                            shuffle(x)
                        """);
        assertThat(
                        findings.stream()
                                .map(f ->
                                        Objects.requireNonNull(f.fix()).edits().getFirst().text()))
                .containsExactly(
                        ", random_state=args.seed",
                        ", random_state=SEED",
                        "seed",
                        ", random_state=SEED");
    }

    @Test
    void onlyWhatACallLeadsToIsReadAndItIsRemembered() {
        packages.with("pkg/big.py", "def other(seed=None):\n    pass\n")
                .with(
                        "pkg/one.py",
                        """
                        import numpy as np

                        def draw(seed=None):
                            return np.random.default_rng(seed).random()
                        """);
        assertThat(check("import pkg.one\npkg.one.draw()\n")).hasSize(1);
        assertThat(packages.read).doesNotContain("pkg/big.py", "pkg/check.py");
        assertThat(packages.answers).containsEntry("pkg.one.draw ()", "seed 0 FRESH");
        packages.read.clear();
        assertThat(check("import pkg.one\npkg.one.draw()\n")).hasSize(1);
        assertThat(packages.read).isEmpty();
    }

    @Test
    void aMethodThatTakesASeedIsJudgedWhereItIsCalled() {
        packages.with(
                "pkg/laws.py",
                """
                import numpy as np

                class Law:
                    def __init__(self, name, seed=None):
                        self.seed = seed

                    def rvs(self, n, random_state=None):
                        if random_state is None:
                            random_state = self.seed
                        return np.random.default_rng(random_state).random(n)
                """);
        assertMarked(
                """
                from pkg.laws import Law
                law = Law("a")
                law.rvs(2)  # draws
                law.rvs(3, random_state=4)
                law.rvs(5, rng=6)
                """);
    }

    @Test
    void aStubStandsInForACompiledModule() {
        packages.with("pkg/lazy/__init__.pyi", "from ._impl import draw as draw\n")
                .with(
                        "pkg/lazy/__init__.py",
                        "import lazy_loader\n__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)\n")
                .with(
                        "pkg/lazy/_impl.py",
                        """
                        import numpy as np

                        def draw(rng=None):
                            return np.random.default_rng(rng).random()
                        """);
        assertMarked("import pkg.lazy\npkg.lazy.draw()  # draws\n");
    }
}
