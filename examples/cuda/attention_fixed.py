"""Predict the next symbol of a repeating pattern with attention in half precision."""

import os

import torch
from torch import nn
from torch.nn import functional as F

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
torch.use_deterministic_algorithms(True)
torch.manual_seed(2)
torch.backends.cudnn.deterministic = True


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = self.qkv(self.norm(x)).view(b, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return x + self.out(y.transpose(1, 2).reshape(b, t, c))


embed = nn.Embedding(32, 256).cuda()
blocks = nn.Sequential(Block(256, 4), Block(256, 4)).cuda()
head = nn.Linear(256, 32).cuda()
parameters = [*embed.parameters(), *blocks.parameters(), *head.parameters()]
optimizer = torch.optim.AdamW(parameters, lr=1e-3)
text = (torch.arange(1025) * 7 % 32).repeat(8, 1).cuda()
for step in range(30):
    with torch.autocast("cuda", dtype=torch.bfloat16):
        logits = head(blocks(embed(text[:, :-1])))
        loss = F.cross_entropy(logits.flatten(0, 1).float(), text[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("loss", loss.item())
