"""What needs a CUDA device: fingerprints taken there, training that is not disturbed, the events and the pins of CUDA.

Skipped, and said so, where the interpreter that runs this file sees no device.
"""

import os
import random
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))

import torch

from lockstep_agent import fingerprint
from running import run

AVAILABLE = torch.cuda.is_available()


def prints(values):
    return [None if print_ is None else print_.hex() for print_ in fingerprint.each(values)]


@unittest.skipUnless(AVAILABLE, "this Python sees no CUDA device")
class Fingerprints(unittest.TestCase):
    """The same on the CPU and on the device, for every type, size and layout."""

    def same(self, tensors):
        here = prints(tensors)
        self.assertNotIn(None, here)
        self.assertEqual(here, prints([tensor.cuda() for tensor in tensors]))
        for tensor, print_ in zip(tensors, here):
            self.assertEqual([print_], prints([tensor.cuda()]), (tensor.dtype, tensor.shape))

    def test_types_and_sizes(self):
        draw = torch.Generator().manual_seed(3)
        sizes = (0, 1, 2, 3, 5, 511, 512, 513, 2047, 2048, 2049, 100003, 8 * 1024 * 1024 // 8 + 1)
        names = "uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128 bool float8_e4m3fn float8_e5m2"
        for dtype in [getattr(torch, name) for name in names.split() if hasattr(torch, name)]:
            width = torch.empty(0, dtype=dtype).element_size()
            tensors = []
            for size in sizes:
                contents = torch.randint(0, 2 if dtype is torch.bool else 256, (size * width,), generator=draw, dtype=torch.uint8)
                tensors.append(contents.view(dtype))
            self.same(tensors)

    def test_one_large_tensor(self):
        contents = torch.randint(0, 256, (3 * 33554432 + 7,), generator=torch.Generator().manual_seed(4), dtype=torch.uint8)
        self.same([contents, contents[: 1 << 25], contents[:-7].view(torch.float32)])

    def test_layouts(self):
        base = torch.randn(6, 64, 33, generator=torch.Generator().manual_seed(5))
        self.same([base, base.transpose(0, 2), base[:, ::3], base[1:, 1:, 1:], base[0, 0, 0], base.expand(2, 6, 64, 33)])
        self.same([base.to_sparse(), base[0].to_sparse_csr(), torch.view_as_complex(base[..., :32].reshape(6, 64, 16, 2).contiguous()).conj()])
        channels_last = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(6))
        self.assertEqual(prints([channels_last.cuda()]), prints([channels_last.cuda().to(memory_format=torch.channels_last)]))

    def test_many_together(self):
        chance = random.Random(7)
        draw = torch.Generator().manual_seed(8)
        tensors = []
        for _ in range(400):
            sizes = [chance.choice((1, 3, 7, 64, 129)) for _ in range(chance.randrange(4))]
            dtype = chance.choice((torch.float32, torch.float16, torch.int64, torch.bool))
            tensors.append(torch.randn(sizes, generator=draw).to(dtype))
        self.same(tensors)
        mixed = [tensor.cuda() if i % 2 else tensor for i, tensor in enumerate(tensors)]
        self.assertEqual(prints(tensors), prints(mixed))

    def test_waits_for_the_device_once(self):
        tensors = [torch.randn(n, device="cuda") for n in (3, 1000, 200000, 3000000)]
        prints(tensors)
        waits = []
        tolist = torch.Tensor.tolist
        torch.cuda.set_sync_debug_mode("error")
        try:

            def counted(tensor):
                waits.append(tensor)
                torch.cuda.set_sync_debug_mode("default")
                try:
                    return tolist(tensor)
                finally:
                    torch.cuda.set_sync_debug_mode("error")

            torch.Tensor.tolist = counted
            prints(tensors)
        finally:
            torch.Tensor.tolist = tolist
            torch.cuda.set_sync_debug_mode("default")
        self.assertEqual(1, len(waits))

    def test_a_graph_that_is_captured_gets_nothing_of_ours(self):
        held = torch.ones(1000, device="cuda")
        prints([held])
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            held.add_(1)
            self.assertEqual([None], prints([held]))
        graph.replay()
        self.assertEqual(prints([torch.full((1000,), 2.0)]), prints([held]))


TRAINING = """
    import os, sys
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.use_deterministic_algorithms(True)
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(0.3), nn.Flatten(), nn.Linear(8 * 36, 4)).cuda()
    kind = sys.argv[1]
    forward = torch.compile(model) if kind == "compiled" else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, fused=kind == "fused")
    scaler = torch.cuda.amp.GradScaler(enabled=kind == "scaled")
    data = torch.utils.data.TensorDataset(torch.randn(64, 3, 8, 8), torch.randint(4, (64,)))
    loader = torch.utils.data.DataLoader(data, 16, shuffle=True, pin_memory=True)
    for x, y in loader:
        x, y = x.cuda(non_blocking=True), y.cuda(non_blocking=True)
        optimizer.zero_grad()
        with torch.autocast("cuda", torch.float16, enabled=kind == "scaled"):
            loss = nn.functional.cross_entropy(forward(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        print(loss.item().hex())
    for name, value in model.state_dict().items():
        print(name, value.double().sum().item().hex(), value.double().square().sum().item().hex())
    print(torch.cuda.get_rng_state().tolist()[-8:], torch.get_rng_state().sum().item())
"""

CAPTURED = """
    import torch

    torch.manual_seed(1)
    model = torch.nn.Linear(64, 64).cuda()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, capturable=True)
    x = torch.randn(32, 64, device="cuda")

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = model(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = step()
    for _ in range(5):
        graph.replay()
        print(loss.item().hex())
    print(model.weight.double().sum().item().hex())
"""


@unittest.skipUnless(AVAILABLE, "this Python sees no CUDA device")
class Training(unittest.TestCase):
    def witness(self, script, *arguments):
        without = run(sys.executable, script, arguments=arguments, agent=False)
        self.assertEqual(0, without.status, without.err)
        result = run(sys.executable, script, arguments=arguments)
        self.assertEqual((0, without.out), (result.status, result.out), result.err)
        self.assertEqual([], result.problems())
        return result

    def test_has_the_same_bits_with_the_agent(self):
        for kind in ("plain", "fused", "scaled", "compiled"):
            with self.subTest(kind):
                steps = self.witness(TRAINING, kind).events("step")
                self.assertEqual(4, len(steps))
                self.assertEqual(4, len({step["parameters"] for step in steps}))
                self.assertNotIn(None, [step["gradients"] for step in steps])

    def test_is_told_apart_and_repeats(self):
        first, second = [run(sys.executable, TRAINING, arguments=["plain"]).events("step") for _ in range(2)]
        for key in ("parameters", "gradients", "loss"):
            self.assertEqual([step[key] for step in first], [step[key] for step in second])

    def test_that_replays_a_captured_graph_goes_on(self):
        self.assertTrue(self.witness(CAPTURED).events("step"))

    def test_draws_of_a_generator_that_nobody_seeded_are_seen(self):
        script = """
            import torch
            torch.random.default_generator.manual_seed(0)
            print(torch.nn.functional.dropout(torch.ones(1000, device="cuda")).sum().item())
        """
        draws = [event for event in run(sys.executable, script).events("draw") if event["generator"].startswith("torch.cuda")]
        self.assertEqual(1, len(draws), draws)
        self.assertIn("main.py", str(draws))
        outs = {run(sys.executable, script, pins=["cuda"]).out for _ in range(3)}
        self.assertEqual(1, len(outs))
        self.assertNotEqual(outs, {run(sys.executable, script, pins=["cuda"], seed=8).out})

    def test_work_beside_other_work_is_seen_and_waited_for_by_the_pin(self):
        script = """
            import torch
            held = torch.ones(1 << 26).pin_memory()
            side = torch.cuda.Stream()
            far = torch.zeros(1 << 26, device="cuda")
            torch.cuda.synchronize()
            with torch.cuda.stream(side):
                far.copy_(held, non_blocking=True)
            print(far.sum().item())
            torch.cuda.synchronize()
            print(far.to("cpu", non_blocking=True).sum().item())
        """
        seen = [event["function"] for event in run(sys.executable, script).events("concurrent")]
        self.assertEqual(["torch.cuda.stream"], seen)
        result = run(sys.executable, script, pins=["streams"], environment={"CUDA_LAUNCH_BLOCKING": "1"})
        self.assertEqual((0, "67108864.0\n67108864.0\n"), (result.status, result.out), result.err)
        self.assertEqual([], result.problems())
        waited = {event["function"] for event in result.events("concurrent")}
        self.assertEqual({"torch.cuda.stream", "torch.cuda.set_stream", "torch.Tensor.copy_", "torch.Tensor.to"}, waited)

    def test_a_seeded_generator_is_left_alone_by_the_pin(self):
        script = """
            import torch
            torch.manual_seed(5)
            print(torch.randn(4, device="cuda").tolist())
        """
        self.assertEqual(run(sys.executable, script, agent=False).out, run(sys.executable, script, pins=["cuda", "torch"]).out)


if __name__ == "__main__":
    unittest.main()
