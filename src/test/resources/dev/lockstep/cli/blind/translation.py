"""Reverse sequences with teacher forcing."""

import random
import numpy as np
import torch
import torch.nn as nn

def set_seed(s):
    np.random.seed(s)
    torch.manual_seed(s)

set_seed(10)
SOS, V = 0, 12
pairs = [(torch.randint(1, V, (6,)), None) for _ in range(64)]
pairs = [(a, a.flip(0)) for a, _ in pairs]

class Reader(nn.Module):
    def __init__(self, h=32):
        super().__init__()
        self.embedding = nn.Embedding(V, h)
        self.gru = nn.GRU(h, h, batch_first=True)
    def forward(self, x):
        return self.gru(self.embedding(x))

class Writer(nn.Module):
    def __init__(self, h=32):
        super().__init__()
        self.embedding = nn.Embedding(V, h)
        self.gru = nn.GRU(h, h, batch_first=True)
        self.out = nn.Linear(h, V)
    def forward(self, enc_h, target, tf_ratio):
        tok = torch.full((target.size(0), 1), SOS)
        h, outs = enc_h, []
        for t in range(target.size(1)):
            o, h = self.gru(self.embedding(tok), h)
            logits = self.out(o)
            outs.append(logits)
            if tf_ratio >= 1.0 or random.random() < tf_ratio:
                tok = target[:, t:t + 1]
            else:
                tok = logits.argmax(-1).detach()
        return torch.cat(outs, 1)

enc, dec = Reader(), Writer()
enc_opt = torch.optim.SGD(enc.parameters(), lr=0.1)
dec_opt = torch.optim.SGD(dec.parameters(), lr=0.1)
criterion = nn.CrossEntropyLoss()
for epoch in range(3):
    ratio = 1.0 if epoch == 0 else 0.5
    for i in range(0, 64, 8):
        x = torch.stack([p[0] for p in pairs[i:i + 8]])
        y = torch.stack([p[1] for p in pairs[i:i + 8]])
        _, h = enc(x)
        loss = criterion(dec(h, y, ratio).flatten(0, 1), y.flatten())
        enc_opt.zero_grad(); dec_opt.zero_grad()
        loss.backward()
        enc_opt.step(); dec_opt.step()
    print('%d: %.4f' % (epoch, loss.item()))
