"""Character-level language model (a GRU) on corpus.txt beside this file.

    python examples/char_lm/train.py --iters 200 --hidden 128
"""

import argparse
import math
import os
import random
import time
import uuid

import torch
import torch.nn as nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


class Corpus:
    def __init__(self, path, held_out=0.1):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        self.chars = sorted(set(text))
        self.stoi = {c: i for i, c in enumerate(self.chars)}
        data = torch.tensor([self.stoi[c] for c in text], dtype=torch.long)
        n = int(len(data) * (1 - held_out))
        self.splits = {"train": data[:n], "val": data[n:]}

    def decode(self, ids):
        return "".join(self.chars[i] for i in ids)

    def get_batch(self, split, batch_size, block_size, device):
        data = self.splits[split]
        ix = torch.randint(len(data) - block_size - 1, (batch_size,))
        x = torch.stack([data[i : i + block_size] for i in ix])
        y = torch.stack([data[i + 1 : i + 1 + block_size] for i in ix])
        return x.to(device), y.to(device)


class CharGRU(nn.Module):
    def __init__(self, n_chars, n_embd, n_hidden, n_layer, dropout):
        super().__init__()
        self.embedding = nn.Embedding(n_chars, n_embd)
        self.rnn = nn.GRU(n_embd, n_hidden, n_layer, batch_first=True, dropout=dropout)
        self.head = nn.Linear(n_hidden, n_chars)

    def forward(self, idx, state=None, targets=None):
        hidden, state = self.rnn(self.embedding(idx), state)
        logits = self.head(hidden)
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        return logits, state, loss

    @torch.no_grad()
    def generate(self, idx, n, temperature=0.8):
        self.eval()
        out, state = [], None
        for _ in range(n):
            logits, state, _ = self(idx, state)
            probabilities = F.softmax(logits[:, -1] / temperature, dim=-1)
            idx = torch.multinomial(probabilities, num_samples=1)
            out.append(idx.item())
        self.train()
        return out


@torch.no_grad()
def estimate_loss(model, corpus, args, device):
    model.eval()
    losses = {}
    for split in ("train", "val"):
        total = 0.0
        for _ in range(args.eval_iters):
            x, y = corpus.get_batch(split, args.batch_size, args.block_size, device)
            total += model(x, targets=y)[2].item()
        losses[split] = total / args.eval_iters
    model.train()
    return losses


def learning_rate(it, args):
    if it < args.warmup:
        return args.lr * (it + 1) / args.warmup
    ratio = (it - args.warmup) / max(1, args.iters - args.warmup)
    return args.lr * (0.1 + 0.45 * (1.0 + math.cos(math.pi * ratio)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iters", type=int, default=40)
    parser.add_argument("--eval-interval", type=int, default=20)
    parser.add_argument("--eval-iters", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--block-size", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--lr", type=float, default=5e-3)
    parser.add_argument("--warmup", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1337)
    parser.add_argument("--out-dir", default="out-char-lm")
    args = parser.parse_args()

    random.seed(args.seed)
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4()}"
    os.makedirs(os.path.join(args.out_dir, run))
    print("run", run, "pid", os.getpid())

    corpus = Corpus(os.path.join(HERE, "corpus.txt"))
    model = CharGRU(len(corpus.chars), 24, args.hidden, args.layers, args.dropout).to(device)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(corpus.chars)} characters")
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.01)

    t0 = time.time()
    for it in range(args.iters):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(it, args)
        x, y = corpus.get_batch("train", args.batch_size, args.block_size, device)
        _, _, loss = model(x, targets=y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (it + 1) % args.eval_interval == 0:
            losses = estimate_loss(model, corpus, args, device)
            dt = (time.time() - t0) * 1000 / (it + 1)
            print(f"iter {it + 1}: train {losses['train']:.4f}, val {losses['val']:.4f}, {dt:.1f} ms/iter")

    torch.save(
        {"model": model.state_dict(), "args": vars(args), "run": run, "saved": time.ctime()},
        os.path.join(args.out_dir, run, "ckpt.pt"),
    )
    start = torch.tensor([[corpus.stoi["\n"]]], device=device)
    print("sample:", corpus.decode(model.generate(start, 80)).strip().replace("\n", " "))


if __name__ == "__main__":
    main()
