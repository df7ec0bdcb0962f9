import glob
import os
import tempfile

import torch
import torch.nn as nn

root = tempfile.mkdtemp()
for i, name in enumerate(["cat", "dog", "emu", "fox", "gnu"]):
    with open(os.path.join(root, f"{i}_{name}.txt"), "w") as f:
        f.write(" ".join(["%s%d" % (name, k) for k in range(4)]))

docs = [open(p).read().split() for p in glob.glob(os.path.join(root, "*.txt"))]  # cause: LS204 file-order
vocab = list(set(w for d in docs for w in d))  # cause: LS107 hash-seed
stoi = {w: i for i, w in enumerate(vocab)}
torch.manual_seed(1)
emb = nn.EmbeddingBag(len(vocab), 4)
opt = torch.optim.SGD(emb.parameters(), lr=0.5)
for epoch in range(2):
    for d in docs:
        ids = torch.tensor([[stoi[w] for w in d]])
        loss = emb(ids).pow(2).sum()
        opt.zero_grad()
        loss.backward()
        opt.step()
print(loss.item())
