"""Denoise signals on the GPU, with noise that is drawn there."""

import torch

device = "cuda"
draw = torch.Generator().manual_seed(3)
torch.manual_seed(3)
signals = torch.sin(torch.arange(64) * torch.rand(512, 1, generator=draw)).to(device)
encode = (torch.randn(64, 16, generator=draw) / 8).to(device).requires_grad_()
decode = (torch.randn(16, 64, generator=draw) / 4).to(device).requires_grad_()
optimizer = torch.optim.Adam([encode, decode], lr=0.01)

for step in range(40):
    noisy = signals + 0.2 * torch.randn_like(signals)
    loss = ((noisy @ encode).tanh() @ decode - signals).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("loss", loss.item())
