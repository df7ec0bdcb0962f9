"""Tag tokens with an LSTM; stop early."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, random_split, TensorDataset
from utils import setup

class LSTMTagger(nn.Module):
    def __init__(self, vocab=50, emb=16, hid=32, tags=5):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hid, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * hid, tags)

    def forward(self, x):
        return self.out(self.lstm(self.emb(x))[0])

model = LSTMTagger()
opt = torch.optim.Adam(model.parameters())
setup(1234)
tokens = torch.randint(0, 50, (300, 12))
tags = tokens % 5
train_set, val_set = random_split(TensorDataset(tokens, tags), [250, 50])
loader = DataLoader(train_set, batch_size=32, shuffle=True)
best = float("inf")
patience = 2
for epoch in range(6):
    model.train()
    for xb, yb in loader:
        opt.zero_grad()
        loss = nn.functional.cross_entropy(model(xb).transpose(1, 2), yb)
        loss.backward()
        opt.step()
    model.eval()
    with torch.no_grad():
        vx, vy = zip(*val_set)
        val = nn.functional.cross_entropy(model(torch.stack(vx)).transpose(1, 2), torch.stack(vy)).item()
    print(f"Epoch {epoch}: val {val:.4f}")
    if val < best:
        best, patience = val, 2
        torch.save(model.state_dict(), "best.pth")
    else:
        patience -= 1
        if patience == 0:
            print("early stop")
            break
