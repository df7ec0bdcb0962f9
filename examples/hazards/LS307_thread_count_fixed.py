"""Match the average of a long signal: one wide reduction in every step."""

import torch

torch.manual_seed(18)
torch.set_num_threads(1)

signal = torch.randn(400_000)
filters = (0.01 * torch.randn(4)).requires_grad_()
optimizer = torch.optim.SGD([filters], lr=0.1)

for step in range(5):
    response = sum(filters[k] * signal.roll(k) for k in range(4))
    loss = (response - signal.abs()).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"step {step}  loss {loss.item():.8f}  threads {torch.get_num_threads()}")
