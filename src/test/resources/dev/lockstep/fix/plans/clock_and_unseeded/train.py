import random, sys, time
import torch, torch.nn as nn

random.seed(time.time())  # cause: LS109 run-dependent-seed

def sample(k):
  return [random.choice('abcdefgh') for _ in range(k)]

emb = nn.Embedding(8, 4)  # cause: LS104 torch
head = nn.Linear(4, 8)
opt = torch.optim.Adam(list(emb.parameters()) + list(head.parameters()), lr=1e-2)
for step in range(8):
  s = sample(9)
  ids = torch.tensor([ord(c) - 97 for c in s])
  loss = nn.functional.cross_entropy(head(emb(ids[:-1])), ids[1:])
  opt.zero_grad(); loss.backward(); opt.step()
print(loss.item())
