"""What the randomness taps report of real scripts, and that they disturb nothing."""

import unittest

from tests import running


def short(events, *keys):
    """The values of these keys, with sites as line numbers."""
    return [tuple(event[key][1] if key == "site" and event[key] else event[key] for key in keys) for event in events]


class Shared(unittest.TestCase):
    """The generators that a process shares."""

    def test_first_draws_of_what_nobody_seeded(self):
        script = """\
            import random
            from random import shuffle
            import numpy as np
            items = list(range(9)); shuffle(items)
            for i in range(100):
                random.random()
            random.gauss(0, 1)
            np.random.rand(3)
            np.random.mtrand._rand.shuffle(items)
            random.seed(4); np.random.seed(5)
            shuffle(items); np.random.rand()
            random.seed(4)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                result = running.run(python, script)
                self.assertEqual(0, result.status, result.err)
                self.assertEqual(
                    [
                        ("draw", "python", 4),
                        ("draw", "python", 6),
                        ("draw", "python", 7),
                        ("draw", "numpy", 8),
                        ("draw", "numpy", 9),
                        ("seed", "python", 10),
                        ("seed", "numpy", 10),
                        ("seed", "python", 12),
                    ],
                    short(result.events("draw", "seed"), "k", "generator", "site"),
                )
                self.assertEqual(
                    ["random.shuffle", "random.random", "random.gauss", "numpy.random.rand", "numpy.random.shuffle"],
                    [event["function"] for event in result.events("draw")],
                )
                self.assertEqual([[4], [5], [4]], [event["args"] for event in result.events("seed")])
                self.assertEqual([0, 1, 2, 0, 1], [event["ordinal"] for event in result.events("draw")])
                self.assertEqual([], result.problems())

    def test_libraries_that_draw_from_numpy(self):
        script = """\
            import warnings; warnings.simplefilter('ignore')
            import numpy as np
            from sklearn.cluster import KMeans
            from sklearn.model_selection import train_test_split
            import scipy.stats
            X = np.arange(40.).reshape(20, 2)
            KMeans(2, n_init=1).fit(X)
            train_test_split(X)
            scipy.stats.norm.rvs(size=3)
            np.random.seed(1)
            KMeans(2, n_init=1).fit(X)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                draws = running.run(python, script).events("draw", "entropy")
                self.assertEqual([7, 8, 9], [event["site"][1] for event in draws])
                self.assertEqual("sklearn.cluster._kmeans.KMeans.fit", draws[0]["via"])
                self.assertEqual("sklearn.model_selection._split.train_test_split", draws[1]["via"])
                self.assertEqual("split", draws[1]["feeds"])

    def test_what_torch_feeds(self):
        script = """\
            import torch
            from torch.utils.data import DataLoader, Dataset, random_split
            class Points(Dataset):
                def __len__(self):
                    return 8
                def __getitem__(self, i):
                    return torch.rand(2)
            class Net(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.scale = torch.nn.Parameter(torch.randn(2))
                    self.layer = torch.nn.Linear(2, 2)
                    self.drop = torch.nn.Dropout(0.5)
                def forward(self, x):
                    return self.drop(self.layer(x)) * self.scale
            a, b = random_split(Points(), [4, 4])
            net = Net()
            for x in DataLoader(a, 2, shuffle=True):
                net(x)
            net.eval()
            net(x)
            with torch.no_grad():
                torch.nn.functional.dropout(x, 0.5)
            torch.rand(3, generator=torch.Generator())
            noise = torch.zeros(3).normal_()
            torch.manual_seed(3)
            torch.rand(2)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                result = running.run(python, script)
                self.assertEqual(0, result.status, result.err)
                self.assertEqual(
                    [
                        ("split", 16, None),
                        ("weights", 11, None),
                        ("weights", 12, None),
                        ("workers", 18, None),
                        ("order", 18, None),
                        ("augmentation", 7, None),
                        ("dropout", 15, None),
                        ("dropout", 23, "evaluation"),
                        (None, 25, None),
                    ],
                    short(result.events("draw"), "feeds", "site", "during"),
                )
                self.assertEqual([], result.problems())

    def test_draws_inside_of_torch_show_between_steps(self):
        script = """\
            import torch
            torch.nn.init.uniform_ = lambda *arguments: None
            net = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.5)
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            SEED
            for i in range(3):
                optimizer.zero_grad()
                net(torch.ones(2, 1, 3))[0].sum().backward()
                optimizer.step()
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                draws = running.run(python, script.replace("SEED", "")).events("draw")
                self.assertEqual([(None, "torch", 9)], short(draws, "function", "generator", "site"))
                for seed in ("torch.manual_seed(1)", "torch.default_generator.manual_seed(1)"):
                    self.assertEqual([], running.run(python, script.replace("SEED", seed)).events("draw"))

    def test_states_that_are_put_back_seed_nothing(self):
        script = """\
            import random, numpy as np, torch
            held = random.getstate(), np.random.get_state(), torch.get_rng_state()
            random.setstate(held[0]); np.random.set_state(held[1]); torch.set_rng_state(held[2])
            with torch.random.fork_rng(devices=[]):
                pass
            random.random(); np.random.rand(); torch.rand(1)
            """
        other = """\
            import random, numpy as np, torch
            random.setstate(random.Random(4).getstate())
            np.random.set_state(np.random.RandomState(5).get_state())
            torch.default_generator.set_state(torch.Generator().manual_seed(6).get_state())
            torch.set_rng_state(torch.Generator().manual_seed(6).get_state())
            random.random(); np.random.rand(); torch.rand(1)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                self.assertEqual(["python", "numpy", "torch"], [e["generator"] for e in running.run(python, script).events("draw")])
                self.assertEqual([], running.run(python, other).events("draw"))

    def test_a_forked_child_has_another_random(self):
        script = """\
            import os, random, numpy as np
            random.seed(1); np.random.seed(1)
            if os.fork() == 0:
                random.random(); np.random.rand()
                os._exit(0)
            os.wait()
            random.random()
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                draws = running.run(python, script).events("draw")
                self.assertEqual([("python", 4)], short(draws, "generator", "site"))


class Made(unittest.TestCase):
    """Generators that scripts make, and the operating system's entropy."""

    def test_with_and_without_a_seed(self):
        script = """\
            import random, os, uuid, secrets, tempfile, copy, pickle
            import numpy as np
            r = random.Random(); s = random.Random(5)
            tempfile.mkdtemp(); tempfile.NamedTemporaryFile()
            os.urandom(4)
            uuid.uuid4()
            secrets.token_hex(3)
            random.SystemRandom().random()
            np.random.default_rng()
            np.random.default_rng(6)
            np.random.RandomState()
            t = np.random.RandomState(7)
            np.random.SeedSequence(); np.random.SeedSequence(8)
            np.random.seed(); random.seed()
            assert pickle.loads(pickle.dumps(t)).rand() == copy.deepcopy(t).rand() == np.random.RandomState(7).rand()
            assert isinstance(t, np.random.RandomState) and isinstance(np.random.mtrand._rand, np.random.RandomState)
            assert isinstance(r, random.Random) and random.Random(5).random() == s.random()
            class Mine(random.Random):
                pass
            class Legacy(np.random.RandomState):
                pass
            assert Mine(3).random() == random.Random(3).random() and Legacy(3).rand() == np.random.RandomState(3).rand()
            assert not isinstance(t, Legacy) and isinstance(Legacy(3), np.random.RandomState)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                result = running.run(python, script)
                self.assertEqual(0, result.status, result.err)
                found = short(result.events("entropy"), "source", "site")
                self.assertEqual(
                    [
                        ("random.Random", 3),
                        ("os.urandom", 5),
                        ("uuid4", 6),
                        ("secrets", 7),
                        ("SystemRandom", 8),
                        ("numpy.default_rng", 9),
                        ("numpy.RandomState", 11),
                        ("numpy.SeedSequence", 13),
                        ("numpy.seed", 14),
                        ("random.seed", 14),
                    ],
                    found,
                )
                seeds = short(result.events("seed"), "generator", "site")[:3]
                self.assertEqual([("python.Random", 3), ("numpy.Generator", 10), ("numpy.RandomState", 12)], seeds)
                self.assertEqual([], result.problems())


class Other(unittest.TestCase):
    def test_listings_clocks_threads_variables_and_switches(self):
        script = """\
            import os, glob, pathlib, time, threading, pickle, concurrent.futures as futures
            from multiprocessing.pool import ThreadPool
            os.makedirs('d/e')
            for name in 'bca':
                open('d/' + name, 'w').close()
            os.listdir('d'); glob.glob('d/*'); list(pathlib.Path('d').iterdir()); list(os.walk('d'))
            with os.scandir('d') as entries:
                print(sorted(entry.name for entry in entries))
            time.time()
            os.getpid()
            for i in range(9000):
                time.perf_counter()
            print(time.time, time.perf_counter)
            class Timer:
                read = time.time
            Timer().read()
            assert pickle.loads(pickle.dumps(os.listdir)) is os.listdir and pickle.loads(pickle.dumps(os.urandom)) is os.urandom
            thread = threading.Thread(target=int); thread.start(); thread.join()
            with futures.ThreadPoolExecutor(1) as pool:
                list(futures.as_completed([pool.submit(int)]))
            with ThreadPool(1) as pool:
                list(pool.imap_unordered(abs, [1]))
            os.environ['PYTHONHASHSEED'] = '0'; os.environ['HOME'] = '/'
            import torch
            torch.use_deterministic_algorithms(True)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                result = running.run(python, script)
                self.assertEqual(0, result.status, result.err)
                self.assertIn("<built-in function time> <built-in function perf_counter>", result.out)
                self.assertEqual(
                    [("os.listdir", 6), ("glob.glob", 6), ("Path.iterdir", 6), ("os.walk", 6), ("os.scandir", 7)],
                    short(result.events("listing"), "function", "site"),
                )
                self.assertEqual({"d"}, {event["path"] for event in result.events("listing")})
                self.assertEqual([4, 4, 4, 3, 4], [event["count"] for event in result.events("listing")])
                self.assertEqual(
                    [("time.time", 9), ("os.getpid", 10), ("time.perf_counter", 12)],
                    short(result.events("clock"), "function", "site")[:3],
                )
                self.assertEqual(
                    [("threading.Thread", 18), ("as_completed", 20), ("imap_unordered", 22)],
                    short(result.events("concurrent"), "function", "site"),
                )
                self.assertEqual([("PYTHONHASHSEED", "0", 23)], short(result.events("variable"), "name", "value", "site"))
                self.assertIn(
                    ("torch.use_deterministic_algorithms", True, 25),
                    [each for each in short(result.events("flag"), "name", "value", "site")],
                )
                self.assertEqual([], result.problems())


WATCHED = """
    import random, numpy as np, torch
    from random import shuffle, random as draw
    items = list(range(50))
    values = []
    for i in range(300):
        shuffle(items); values += [draw(), random.gauss(0, 1), random.choice(items), random.getrandbits(9)]
        values += [np.random.randn(), np.random.mtrand._rand.normal(), np.random.choice(items), np.random.permutation(3).tolist()]
        values += [torch.rand(1).item(), torch.zeros(1).normal_().item(), torch.randperm(4).tolist()]
        values += [torch.nn.functional.dropout(torch.ones(9)).tolist()]
    layer = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    values.append(layer(torch.ones(2, 1, 3))[0].tolist())
    random.seed(values[0:3].__repr__()); np.random.seed(4)
    for i in range(3):
        values += [random.gauss(0, 1), np.random.randn(), np.random.mtrand._rand.randn()]
    print(values)
    """


class Undisturbed(unittest.TestCase):
    def test_watched_generators_give_the_same_bits(self):
        for python in running.PYTHONS:
            with self.subTest(python=python):
                pins = ["python", "numpy", "torch"]
                watched = running.run(python, WATCHED, pins=pins)
                alone = running.run(python, WATCHED, pins=pins, observe=False)
                self.assertEqual(0, watched.status, watched.err)
                self.assertTrue(watched.events("draw"))
                self.assertEqual([], alone.events("draw"))
                self.assertEqual(alone.out, watched.out)

    def test_torchscript_finds_the_functions_that_it_knows(self):
        script = """\
            import torch
            from torch import Tensor
            torch.rand(2)
            @torch.jit.script
            def noisy(x: Tensor):
                return torch.nn.functional.dropout(x + torch.rand([3]) + torch.randn_like(x), 0.5)
            noisy(torch.ones(3))
            def local():
                class Point:
                    def __init__(self, x: Tensor):
                        self.x = x
                Half = Tensor
                class Pair:
                    def __init__(self, a: Half):
                        self.a = a
                return torch.jit.script(Point), torch.jit.script(Pair)
            local()
            traced = torch.jit.trace(lambda x: x + torch.rand(3), torch.ones(3), check_trace=False)
            torch.randn(3)
            """
        for python in running.PYTHONS:
            with self.subTest(python=python):
                result = running.run(python, script)
                self.assertEqual(0, result.status, result.err)
                self.assertEqual({3, 18, 19}, {event["site"][1] for event in result.events("draw")})

    def test_the_same_is_compiled(self):
        script = """
            import random, time, torch
            if not hasattr(torch, 'compile'):
                raise SystemExit(0)
            from torch import rand
            from torch.nn.functional import dropout
            from random import random as python_random
            SEED
            class Net(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layer = torch.nn.Linear(4, 4)
                    self.drop = torch.nn.Dropout(0.5)
                def forward(self, x):
                    x = dropout(self.drop(self.layer(x)), 0.3) + rand(4) + torch.rand(4) + torch.randn_like(x)
                    return (x + torch.zeros(4).uniform_(0, 1)).sum()
            def other(x):
                y = x + 1
                time.time()
                z = random.random() + python_random()
                return x if z > 2 else y * 2 + z
            def seeding(x):
                torch.manual_seed(3)
                return x + torch.rand(3)
            net = Net()
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            from torch._dynamo.testing import CompileCounter
            counters = [CompileCounter() for i in range(3)]
            compiled = torch.compile(net, backend=counters[0])
            for i in range(3):
                optimizer.zero_grad(); loss = compiled(torch.ones(2, 4)); loss.backward(); optimizer.step()
            torch.compile(other, backend=counters[1])(torch.ones(3))
            torch.compile(seeding, backend=counters[2])(torch.ones(3))
            print([(each.frame_count, each.op_count) for each in counters])
            if torch.initial_seed() == 3 and 'SEED':
                print(loss.item(), [p.tolist() for p in net.parameters()])
            """
        for python in running.PYTHONS:
            for seed in ("torch.manual_seed(1); random.seed(1)", ""):
                with self.subTest(python=python, seed=seed):
                    text = script.replace("SEED", seed)
                    plain = running.run(python, text, agent=False)
                    self.assertEqual(0, plain.status, plain.err)
                    self.assertEqual(plain.out, running.run(python, text).out)


if __name__ == "__main__":
    unittest.main()
