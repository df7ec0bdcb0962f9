"""Fingerprints on the installed torch and NumPy: the vectors, layouts, devices, threads, and what they must tell apart."""

import collections
import dataclasses
import itertools
import json
import os
import random
import struct
import subprocess
import sys
import unittest
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import numpy
import torch

from lockstep_agent import fingerprint
from lockstep_agent.fingerprint import content, each, fold, named_root, root

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "..", "..", "src", "test", "resources", "dev", "lockstep", "event", "fingerprints.json")


def one(value):
    print_ = fingerprint.fingerprint(value)
    assert isinstance(print_, bytes) and len(print_) == 8, print_
    return print_


def noise(seed, count):
    words = [fingerprint._random(seed, i) for i in range(-(-count // 8))]
    return struct.pack("<%dQ" % len(words), *words)[:count]


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(VECTORS, encoding="utf-8") as file:
            cls.vectors = json.load(file)

    def test_tensors(self):
        compared = 0
        for vector in self.vectors["tensors"]:
            contents = bytes.fromhex(vector["bytes"]) if "bytes" in vector else noise(vector["seed"], vector["count"])
            dtype = getattr(torch, vector["dtype"])
            flat = torch.tensor(list(contents), dtype=torch.uint8) if len(contents) < 1 << 20 else torch.frombuffer(
                bytearray(contents), dtype=torch.uint8
            )  # fmt: skip
            tensor = flat.clone().view(dtype).view(vector["sizes"]) if contents else torch.empty(vector["sizes"], dtype=dtype)
            self.assertEqual(one(tensor).hex(), vector["fingerprint"], (vector["dtype"], vector["sizes"]))
            if vector["dtype"] != "bfloat16":
                array = numpy.frombuffer(contents, dtype=vector["dtype"]).reshape(vector["sizes"])
                self.assertEqual(one(array).hex(), vector["fingerprint"], (vector["dtype"], vector["sizes"]))
            compared += 1
        self.assertGreater(compared, 30)

    def test_roots(self):
        for vector in self.vectors["roots"]:
            members = [None if m is None else bytes.fromhex(m) for m in vector["members"]]
            self.assertEqual(root(members).hex(), vector["root"])
        for vector in self.vectors["leaves"]:
            self.assertEqual(named_root([[n, bytes.fromhex(p)] for n, p in vector["leaves"]]).hex(), vector["root"])
        for vector in self.vectors["texts"]:
            self.assertEqual(one(vector["text"]).hex(), vector["fingerprint"])


class TellsApart(unittest.TestCase):
    def setUp(self):
        self.draw = torch.Generator().manual_seed(7)

    def normal(self, *sizes, **keywords):
        return torch.randn(*sizes, generator=self.draw, **keywords)

    def assertApart(self, *values):
        prints = [one(value) for value in values]
        self.assertEqual(len(set(prints)), len(prints), [p.hex() for p in prints])

    def test_permuted_rows(self):
        for sizes in ((4, 3), (64, 512), (100, 129), (5, 4096), (3, 100000)):
            tensor = self.normal(*sizes)
            self.assertApart(tensor, tensor.roll(1, 0), tensor.flip(0), tensor.roll(1, 1))

    def test_rows_that_are_each_others_negative(self):
        for dtype in (torch.float32, torch.float64):
            for width in (1, 2, 128, 256, 512, 1024):
                tensor = torch.ones(8, width, dtype=dtype)
                tensor[1::2] = -1
                self.assertApart(tensor, tensor.flip(0), -tensor.abs(), tensor.abs())

    def test_two_flipped_signs_anywhere(self):
        for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.int64):
            tensor = self.normal(600).mul(100).to(dtype)
            before = one(tensor)
            flipped = []
            for i, j in itertools.combinations(range(0, 600, 13), 2):
                other = tensor.clone()
                other[i] = -other[i]
                other[j] = -other[j]
                flipped.append(other)
            prints = each(flipped) + [before]
            self.assertEqual(len(set(prints)), len(prints), dtype)

    def test_every_pair_of_flips_of_one_bit_in_top_positions(self):
        base = torch.zeros(40, dtype=torch.int64)
        for bit in (0, 1, 30, 31, 32, 62, 63):
            flip = -(2**63) if bit == 63 else 1 << bit
            flipped = [base]
            for i, j in itertools.combinations(range(40), 2):
                other = base.clone()
                other[i] ^= flip
                other[j] ^= flip
                flipped.append(other)
            prints = each(flipped)
            self.assertEqual(len(set(prints)), len(prints), bit)

    def test_flips_of_one_bit_at_the_ends_of_a_row(self):
        base = torch.zeros(2048, dtype=torch.uint8)
        places = [0, 1, 2, 3, 4, 5, 2039, 2040, 2041, 2042, 2043, 2044, 2045, 2046, 2047]
        for count in (1, 2, 3):
            for bit in (1, 64, 128):
                flipped = [base]
                for some in itertools.combinations(places, count):
                    other = base.clone()
                    for place in some:
                        other[place] ^= bit
                    flipped.append(other)
                prints = each(flipped)
                self.assertEqual(len(set(prints)), len(prints), (count, bit))

    def test_four_flips_in_a_rectangle(self):
        for dtype in (torch.float32, torch.float64):
            base = self.normal(32, 512, dtype=dtype)
            prints = [one(base)]
            for r, c in itertools.combinations(range(0, 32, 3), 2):
                for a, b in ((0, 1), (5, 77), (100, 511)):
                    other = base.clone()
                    for row, column in ((r, a), (r, b), (c, a), (c, b)):
                        other[row, column] = -other[row, column]
                    prints.append(one(other))
            self.assertEqual(len(set(prints)), len(prints))

    def test_negated_whole(self):
        for dtype in (torch.float32, torch.float64, torch.bfloat16, torch.float16):
            tensor = self.normal(1024).to(dtype)
            self.assertApart(tensor, -tensor)

    def test_one_flipped_low_bit(self):
        for count in (1, 511, 512, 513, 70000, 9000000):
            tensor = self.normal(count)
            for place in {0, count // 2, count - 1}:
                other = tensor.clone()
                other.view(torch.int32)[place] ^= 1
                self.assertApart(tensor, other)

    def test_zeros_of_other_lengths(self):
        self.assertApart(*[torch.zeros(n) for n in list(range(0, 40)) + [512, 513, 1024, 100000]])
        self.assertApart(*[numpy.zeros(n, "float32") for n in range(40)])

    def test_reshapes_and_dtype_views(self):
        tensor = self.normal(6, 4)
        self.assertApart(tensor, tensor.view(4, 6), tensor.view(24), tensor.view(1, 24), tensor.view(6, 4, 1), tensor.t())
        self.assertApart(tensor, tensor.view(torch.int32), tensor.view(torch.int16), tensor.view(torch.uint8))
        self.assertApart(torch.zeros(4, dtype=torch.float16), torch.zeros(4, dtype=torch.bfloat16), torch.zeros(4, dtype=torch.int16))

    def test_swapped_tensors(self):
        a, b = self.normal(3), self.normal(3)
        self.assertNotEqual(fold([a, b]), fold([b, a]))
        self.assertNotEqual(fold([a, a]), fold([b, b]))
        self.assertNotEqual(fold([a]), fold([a, a]))
        self.assertEqual(fold([a, b]), root(each([a, b])))
        self.assertNotEqual(content({"x": a, "y": b})[0], content({"x": b, "y": a})[0])
        self.assertNotEqual(content({"x": a})[0], content({"y": a})[0])

    def test_signed_zero_and_nan_payloads(self):
        self.assertApart(torch.tensor([0.0]), torch.tensor([-0.0]))
        bits = [0x7FC00000, 0x7FC00001, 0x7F800001, 0xFFC00000 - 2**32]
        self.assertApart(*[torch.tensor([b], dtype=torch.int32).view(torch.float32) for b in bits])

    def test_random_changes_of_random_tensors(self):
        chance = random.Random(int(os.environ.get("LOCKSTEP_TEST_SEED", "11")))
        for _ in range(200):
            words = [chance.getrandbits(32) - 2**31 for _ in range(chance.choice([1, 5, 512, 700, 3000]))]
            other = list(words)
            for _ in range(chance.choice([1, 2, 3, 8])):
                other[chance.randrange(len(other))] ^= -(2**31) if chance.random() < 0.5 else 1 << chance.randrange(31)
            a, b = torch.tensor(words, dtype=torch.int32), torch.tensor(other, dtype=torch.int32)
            self.assertEqual(one(a) == one(b), words == other)


class SameEverywhere(unittest.TestCase):
    def tensors(self):
        draw = torch.Generator().manual_seed(3)
        normal = lambda *sizes: torch.randn(*sizes, generator=draw)
        yield normal(8, 16)
        yield normal(300, 700)
        yield normal(2100000, 5)
        yield normal(501).to(torch.bfloat16)
        yield normal(100001).to(torch.float16)
        yield normal(777) > 0
        yield torch.view_as_complex(normal(300, 2))
        yield torch.randint(0, 255, (100003,), dtype=torch.uint8, generator=draw)
        yield torch.tensor(3.5)
        yield torch.empty(0, 4)

    def test_alone_and_together(self):
        tensors = list(self.tensors())
        self.assertEqual(each(tensors), [one(t) for t in tensors])
        self.assertEqual(each(tensors * 3), [one(t) for t in tensors] * 3)
        many = [torch.randn(i % 97, 1 + i % 5) for i in range(700)]
        self.assertEqual(each(many), [one(t) for t in many])

    def test_threads(self):
        before = torch.get_num_threads()
        prints = []
        try:
            for threads in (1, 2, 3, 5):
                torch.set_num_threads(threads)
                prints.append(each(self.tensors()))
        finally:
            torch.set_num_threads(before)
        self.assertTrue(all(p == prints[0] for p in prints))

    def test_layouts(self):
        base = torch.randn(40, 50, 6)
        for view in (base[::2], base[:, 3:17], base.transpose(0, 2), base.flip(1), base[1:, 1::3, :5], base.expand(3, 40, 50, 6)):
            self.assertEqual(one(view), one(view.contiguous()))
        image = torch.randn(4, 3, 32, 32)
        self.assertEqual(one(image), one(image.contiguous(memory_format=torch.channels_last)))
        odd = torch.randint(0, 255, (50000,), dtype=torch.uint8)
        for start in range(9):
            self.assertEqual(one(odd[start:]), one(odd[start:].clone()))
            self.assertEqual(one(odd[start : start + 9]), one(odd[start : start + 9].clone()))
        half = torch.randn(300001).to(torch.bfloat16)
        self.assertEqual(one(half[1:]), one(half[1:].clone()))
        self.assertEqual(one(base[0, 0, :0]), one(torch.empty(0)))

    def test_what_runs_on_an_accelerator_agrees(self):
        tools = fingerprint._toolbox()
        tensors = [t for t in self.tensors() if t.numel()] + [torch.randn(512), torch.zeros(1023, dtype=torch.uint8), torch.randn(9, 1024)]
        results = [None] * len(tensors)
        fingerprint._on_device(tools, torch.device("cpu"), list(enumerate(tensors)), results)
        self.assertEqual(results, each(tensors))

    def test_where_numbers_must_begin_at_their_size(self):
        tensors = list(self.tensors())
        spans = [(t.data_ptr(), t.numel() * t.element_size()) for t in tensors]
        tools = fingerprint._toolbox()
        self.assertEqual(fingerprint._Arena(tools, anywhere=False).totals(spans), fingerprint._Arena(tools, anywhere=True).totals(spans))

    def test_called_in_the_midst_of_itself(self):
        tools = fingerprint._toolbox()
        tensors = [torch.randn(400000), torch.randn(300)]
        spans = [(t.data_ptr(), t.numel() * 4) for t in tensors]
        arena = fingerprint._Arena(tools)
        expected = arena.totals(spans)
        tools.own.arena, sum_, inner = arena, arena._sum, []

        def interrupted(first, rows):
            if not inner:
                inner.append(None)
                inner[0] = tools.totals(spans)
            sum_(first, rows)

        arena._sum = interrupted
        self.assertEqual(tools.totals(spans), expected)
        self.assertEqual(inner, [expected])

    def test_a_few_bytes_by_the_definitions_arithmetic(self):
        for size in (1, 2, 3, 4, 5, 8, 13, 100, 2047, 2048):
            data = noise(9, size)
            tensor = torch.tensor(list(data), dtype=torch.uint8)
            print_ = fingerprint._finish(fingerprint._salt("uint8", (size,)), fingerprint.short_total(data))
            self.assertEqual(one(tensor), print_, size)

    def test_array_without_torch(self):
        script = (
            "import sys; sys.path.insert(0, sys.argv[1]); import numpy; from lockstep_agent import fingerprint as f\n"
            "for n in (1, 511, 512, 1300, 2000003):\n"
            "    print(f.fingerprint(numpy.arange(n, dtype='f4')).hex(), f.fingerprint(numpy.arange(n)[::2] % 251).hex())\n"
            "assert 'torch' not in sys.modules\n"
        )
        folder = os.path.join(HERE, "..")
        out = subprocess.run([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, check=True).stdout.split()
        expected = []
        for n in (1, 511, 512, 1300, 2000003):
            expected += [one(torch.arange(n, dtype=torch.float32)), one(torch.arange(n)[::2] % 251)]
        self.assertEqual([o.decode() for o in out], [e.hex() for e in expected])

    def test_conjugate_and_negative_views(self):
        tensor = torch.view_as_complex(torch.randn(50, 2))
        self.assertEqual(one(tensor.conj()), one(tensor.conj().resolve_conj().clone()))
        self.assertEqual(one(tensor.conj().imag), one(tensor.conj().imag.resolve_neg().clone()))

    def test_numpy_agrees_with_torch(self):
        for tensor in self.tensors():
            if tensor.dtype is not torch.bfloat16:
                self.assertEqual(one(tensor), one(tensor.numpy()), tensor.dtype)
        array = numpy.arange(30.0).reshape(5, 6)
        self.assertEqual(one(array.T), one(torch.from_numpy(array).t()))
        self.assertEqual(one(array.astype(">f8")), one(array))

    def test_forked_child(self):
        tensors = list(self.tensors())
        before = each(tensors)
        arrays = [one(t.numpy()) for t in tensors if t.dtype is not torch.bfloat16]
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                again = [one(t.numpy()) for t in tensors if t.dtype is not torch.bfloat16]
                os.write(writer, b"yes" if each(tensors) == before and again == arrays else b"no")
                status = 0
            finally:
                os._exit(status)
        os.close(writer)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(os.read(reader, 10), b"yes")
        os.close(reader)


class Kinds(unittest.TestCase):
    def test_every_dtype(self):
        names = [
            "bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex32", "complex64",
            "complex128", "uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
            "float8_e8m0fnu",
        ]  # fmt: skip
        for name in names:
            dtype = getattr(torch, name, None)
            if dtype is None:
                continue
            prints = []
            for last in (0, 1):
                raw = torch.zeros(48 * 700, dtype=torch.uint8)
                raw[-1 if name != "bool" else 5] = last
                prints.append(one(raw.view(dtype)))
                prints.append(one(raw[:48].view(dtype)))
                prints.append(one(torch.zeros(0, dtype=dtype)))
                prints.append(one(torch.zeros((), dtype=torch.float32).to(dtype)) if name != "complex32" else b"")
            self.assertNotEqual(prints[0], prints[4], name)

    def test_sparse(self):
        dense = torch.tensor([[0.0, 2.0], [3.0, 0.0]])
        coo = dense.to_sparse()
        other = torch.tensor([[0.0, 2.0], [3.5, 0.0]]).to_sparse()
        moved = torch.tensor([[0.0, 2.0], [0.0, 3.0]]).to_sparse()
        prints = [one(t) for t in (dense, coo, other, moved)]
        self.assertEqual(len(set(prints)), 4)
        self.assertEqual(one(coo), one(dense.to_sparse()))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            csr = [t.to_sparse_csr() for t in (dense, dense.clone(), torch.tensor([[0.0, 2.0], [3.5, 0.0]]))]
        self.assertEqual(one(csr[0]), one(csr[1]))
        self.assertNotEqual(one(csr[0]), one(csr[2]))
        embedding = torch.nn.Embedding(10, 3, sparse=True)
        embedding(torch.tensor([1, 1, 4])).sum().backward()
        self.assertEqual(len(one(embedding.weight.grad)), 8)

    def test_quantised(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tensor = torch.tensor([1.0, 2.0, 3.0])
            q = lambda t, scale, zero: torch.quantize_per_tensor(t, scale, zero, torch.quint8)
            prints = [one(q(tensor, 0.1, 10)), one(q(tensor, 0.1, 11)), one(q(tensor, 0.2, 10)), one(q(tensor + 1, 0.1, 10))]
            self.assertEqual(len(set(prints)), 4)
            self.assertEqual(one(q(tensor, 0.1, 10)), prints[0])
            scales, zeros = torch.tensor([0.1, 0.2]), torch.tensor([0, 0])
            channels = torch.quantize_per_channel(torch.randn(2, 3), scales, zeros, 0, torch.qint8)
            self.assertEqual(one(channels), one(channels.clone()))

    def test_nested(self):
        if not hasattr(torch, "nested") or not hasattr(torch.nested, "nested_tensor"):
            self.skipTest("no nested tensors here")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            a, b = torch.randn(2, 3), torch.randn(4, 3)
            prints = [one(torch.nested.nested_tensor(parts)) for parts in ([a, b], [b, a], [a, a])]
            self.assertEqual(len(set(prints)), 3)
            try:
                jagged = torch.nested.nested_tensor([a, b], layout=torch.jagged)
            except (AttributeError, TypeError):
                return
            self.assertEqual(one(jagged), one(torch.nested.nested_tensor([a, b], layout=torch.jagged)))

    def test_without_contents(self):
        self.assertEqual(each([torch.empty(3, device="meta")]), [None])
        self.assertEqual(content({"x": torch.empty(3, device="meta")})[1], [["x", None]])
        self.assertIsNone(fingerprint.fingerprint(torch.nn.parameter.UninitializedParameter()))
        try:
            from torch._subclasses.fake_tensor import FakeTensorMode
        except ImportError:
            return
        with FakeTensorMode() as mode:
            fake = torch.empty(4)
            self.assertEqual(each([fake]), [None])
        self.assertEqual(each([fake, torch.tensor(1.0)])[0], None)
        self.assertIsNotNone(mode)

    def test_inside_transforms(self):
        vmap = getattr(getattr(torch, "func", None), "vmap", None)
        if vmap is None:
            self.skipTest("no torch.func here")
        seen = []
        vmap(lambda x: (seen.append(each([x])), x)[1])(torch.randn(3, 2))
        self.assertEqual(seen, [[None]])

    def test_subclass_and_parameter(self):
        class Mine(torch.Tensor):
            pass

        tensor = torch.randn(5)
        self.assertEqual(one(tensor.as_subclass(Mine)), one(tensor))
        self.assertEqual(one(torch.nn.Parameter(tensor)), one(tensor))

    def test_shard(self):
        try:
            import torch.distributed as distributed
            from torch.distributed.device_mesh import init_device_mesh
            from torch.distributed.tensor import Shard, distribute_tensor
        except ImportError:
            self.skipTest("no DTensor here")
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            distributed.init_process_group("gloo", init_method="file://" + folder + "/store", rank=0, world_size=1)
            try:
                mesh = init_device_mesh("cpu", (1,))
                tensor = torch.randn(8, 4)
                shard = distribute_tensor(tensor, mesh, [Shard(0)])
                self.assertEqual(one(shard), one(distribute_tensor(tensor.clone(), mesh, [Shard(0)])))
                self.assertNotEqual(one(shard), one(distribute_tensor(tensor + 1, mesh, [Shard(0)])))
            finally:
                distributed.destroy_process_group()

    def test_arrays_of_other_kinds(self):
        records = numpy.zeros(3, dtype=[("a", "i1"), ("b", "f8")])
        changed = records.copy()
        changed["b"][1] = 2
        self.assertNotEqual(one(records), one(changed))
        padded = numpy.zeros(3, dtype=numpy.dtype([("a", "i1"), ("b", "f8")], align=True))
        padded.view(numpy.uint8)[1] = 77
        self.assertEqual(one(padded), one(numpy.zeros(3, dtype=padded.dtype)))
        self.assertNotEqual(one(numpy.array(["ab", "c"])), one(numpy.array(["ab", "d"])))
        self.assertNotEqual(one(numpy.array(["2020-01-01"], "M8[D]")), one(numpy.array(["2020-01-02"], "M8[D]")))
        long = numpy.array([1, 3], dtype=numpy.longdouble) / 3
        self.assertEqual(one(long), one(long.copy()))
        self.assertNotEqual(one(long), one(numpy.nextafter(long, 2)))
        self.assertNotEqual(one(numpy.array([1, "a"], dtype=object)), one(numpy.array([1, "b"], dtype=object)))
        self.assertEqual(one(numpy.float32(2)), one(torch.tensor(2.0)))


class Contents(unittest.TestCase):
    def test_structures(self):
        Pair = collections.namedtuple("Pair", "left right")

        @dataclasses.dataclass
        class Sample:
            image: object
            label: int

        class Custom:
            def __init__(self):
                self.data = torch.ones(2)

        x, y = torch.randn(3), numpy.arange(4)
        value = {"x": x, "pair": Pair(y, "text"), 3: [1, 2.5, None, True], "s": Sample(x, 4), "c": Custom(), "set": {"b", "a"}}
        top, leaves, unknown = content(value)
        self.assertEqual(
            [name for name, _ in leaves],
            ["x", "pair.left", "pair.right", "3.0", "3.1", "3.2", "3.3", "s.image", "s.label", "c.data", "set"],
        )
        self.assertEqual(unknown, [])
        self.assertEqual(top, named_root(leaves))
        self.assertEqual(leaves[0][1], one(x))
        self.assertEqual(leaves[1][1], one(y))
        self.assertEqual(content([x, y])[0], content((x, y))[0])
        self.assertNotEqual(content([x, y])[0], content([y, x])[0])

    def test_plain_values_differ_by_type_and_value(self):
        values = [0, 1, -1, 10**5000, 0.0, -0.0, float("nan"), True, False, None, "", "a", b"", b"a", 1j, "1", "None", [], {}, [[]]]
        prints = [one(v) for v in values if v != {} or isinstance(v, list)]
        self.assertEqual(len(set(prints)), len(prints))
        self.assertEqual(one([]), one({}))

    def test_unknown_types_are_named(self):
        top, leaves, unknown = content({"a": 1, "f": len, "o": object()})
        self.assertEqual([name for name, _ in leaves], ["a"])
        self.assertEqual(len(unknown), 2)
        inside = []
        inside.append(inside)
        self.assertEqual(content(inside)[2], ["builtins.list inside itself"])

    def test_image(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("no PIL here")
        image = Image.new("RGB", (3, 4), 7)
        self.assertNotEqual(one(image), one(Image.new("RGB", (4, 3), 7)))
        self.assertEqual(one(image), one(image.copy()))


class Guest(unittest.TestCase):
    def test_leaves_generators_gradients_and_modes_alone(self):
        weight = torch.nn.Parameter(torch.randn(5, 5))
        loss = (weight * 2).sum()
        state, version = torch.get_rng_state(), weight._version
        with torch.enable_grad():
            each([weight, loss, weight.t(), torch.randn(400000, requires_grad=True)[1:]])
            self.assertTrue(torch.is_grad_enabled())
        self.assertEqual(weight._version, version)
        loss.backward()
        self.assertTrue(torch.equal(weight.grad, torch.full((5, 5), 2.0)))
        torch.set_rng_state(state)
        torch.randn(400000)
        after = torch.get_rng_state()
        torch.set_rng_state(state)
        torch.randn(400000)
        each([weight])
        self.assertTrue(torch.equal(after, torch.get_rng_state()))

    def test_inference_mode_both_ways(self):
        for tools in ([], None):
            fingerprint._tools[:] = tools or []
            with torch.inference_mode():
                inner = torch.arange(1000.0)
                first = each([inner, torch.ones(100000), torch.ones(3)])
                self.assertTrue(torch.is_inference_mode_enabled())
            self.assertEqual(first, each([inner, torch.ones(100000), torch.ones(3)]))

    def test_autocast(self):
        tensor = torch.randn(1000)
        before = one(tensor)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            self.assertEqual(one(tensor), before)

    def test_default_dtype_and_flushed_denormals(self):
        tensor = torch.full((100,), 1e-42)
        before = one(tensor)
        torch.set_default_dtype(torch.float64)
        torch.set_flush_denormal(True)
        try:
            fingerprint._tools[:] = []
            self.assertEqual(one(tensor), before)
        finally:
            torch.set_default_dtype(torch.float32)
            torch.set_flush_denormal(False)

    def test_deterministic_algorithms(self):
        tensors = [torch.randn(10), torch.randn(100000)]
        before = each(tensors)
        torch.use_deterministic_algorithms(True)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self.assertEqual(each(tensors), before)
        finally:
            torch.use_deterministic_algorithms(False)

    def test_unseen_by_the_scripts_modes(self):
        from torch.overrides import TorchFunctionMode
        from torch.utils._python_dispatch import TorchDispatchMode

        seen = []

        class Dispatch(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
                seen.append(function)
                return function(*arguments, **(keywords or {}))

        class Function(TorchFunctionMode):
            def __torch_function__(self, function, types, arguments=(), keywords=None):
                seen.append(function)
                return function(*arguments, **(keywords or {}))

        tensors = [torch.randn(3), torch.randn(100000), torch.randn(20, 30).t()]
        before = each(tensors)
        for mode in (Dispatch, Function):
            with mode():
                self.assertEqual(each(tensors), before)
                self.assertEqual(seen, [])
                tensors[0] + 1
            self.assertTrue(seen)
            seen.clear()

    def test_small_tensors_leave_no_memory_behind(self):
        import gc
        import resource

        for i in range(40):
            each([torch.randn(100, 100 + i) for _ in range(5)])
        gc.collect()
        start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for i in range(500):
            each([torch.randn(100, 100 + i % 300) for _ in range(5)])
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start, 65536)

    def test_needs_neither_torch_nor_numpy(self):
        script = (
            "import sys; sys.path.insert(0, sys.argv[1]); from lockstep_agent import fingerprint as f\n"
            "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
            "print(f.content({'a': [1, 'x', b'y', None]})[0].hex(), f.each([1])[0].hex())\n"
            "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
        )
        folder = os.path.join(HERE, "..")
        out = subprocess.run([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, check=True).stdout.split()
        self.assertEqual([o.decode() for o in out], [content({"a": [1, "x", b"y", None]})[0].hex(), one(1).hex()])


if __name__ == "__main__":
    unittest.main()
