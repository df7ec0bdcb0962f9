from __future__ import annotations

import os, sys
import torch as th

th.cuda.manual_seed(5)
models = [th.nn.Dropout(0.5).to(f"cuda:{k}") for k in range(2)]
for k, model in enumerate(models):
    print(model(th.ones(3, device=f"cuda:{k}")))  # cause: LS106 cuda
w = th.ones(4, 4, device="cuda:1") @ th.ones(4, 4, device="cuda:1")  # cause: LS304 cublas
