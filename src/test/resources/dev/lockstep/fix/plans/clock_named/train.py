import time
import numpy as np
import torch

seed = int(time.time() * 1000) % 2**31
print("Using seed", seed)
np.random.seed(seed)  # cause: LS109 run-dependent-seed
torch.manual_seed(seed)  # cause: LS109 run-dependent-seed

w = torch.zeros(3, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
for _ in range(5):
    x = torch.as_tensor(np.random.rand(10, 3), dtype=torch.float32)
    loss = ((x @ w - x.sum(1)) ** 2).mean() + 0 * torch.rand(1).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
