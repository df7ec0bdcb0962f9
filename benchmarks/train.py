"""Trains one of the networks and prints wall and processor time of each block of ten steps, and the bits of the result.

    python train.py NETWORK BLOCKS plain|debug [DEVICE]

On CUDA with deterministic algorithms, so that the bits can be compared.
"""

import contextlib
import hashlib
import sys
import time

import torch
from torch import nn

from networks import NETWORKS


def main():
    name, blocks, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    device = torch.device(sys.argv[4] if len(sys.argv) > 4 else "cpu")
    build, sizes, classes = NETWORKS[name]
    torch.manual_seed(0)
    if device.type == "cuda":
        torch.use_deterministic_algorithms(True)
    network = build().to(device)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    x, y = torch.randn(sizes).to(device), torch.randint(0, classes, sizes[:1]).to(device)
    count = hashes = 0
    for _ in range(blocks):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(10):
            with contextlib.ExitStack() as stack:
                if mode == "debug":
                    from torch.utils._debug_mode import DebugMode

                    stack.enter_context(DebugMode.log_tensor_hashes(hash_fn="hash_tensor"))
                    debug = stack.enter_context(DebugMode())
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(network(x), y)
                loss.backward()
                optimizer.step()
            if mode == "debug":
                hashes += len(debug.operators)
            count += 1
        if device.type == "cuda":
            torch.cuda.synchronize()
        print("block", (time.perf_counter() - start) / 10, (time.process_time() - used) / 10, flush=True)
    bits = b"".join(p.detach().cpu().numpy().tobytes() for p in network.parameters())
    print("bits", hashlib.sha256(bits).hexdigest(), "steps", count, "operators", hashes)


main()
