import random
import re
from collections import Counter

import torch
import torch.nn.functional as F
from torch import nn, optim

POS = ["what a lovely film", "great acting and a great plot", "i would watch it again", "simply wonderful", "the best one so far"]
NEG = ["what a waste of time", "poor acting and no plot", "i would never watch it again", "simply dreadful", "the worst one so far"]


def tokenize(text):
    return re.findall(r"\w+", text.lower())


def build_vocab(sentences, min_count=1):
    counter = Counter()
    for s in sentences:
        counter.update(tokenize(s))
    words = set(w for w, c in counter.items() if c >= min_count)
    return {w: i + 1 for i, w in enumerate(words)}  # cause: LS107 hash-seed


def encode(text, vocab, length=8):
    ids = [vocab.get(w, 0) for w in tokenize(text)][:length]
    return ids + [0] * (length - len(ids))


class TextClassifier(nn.Module):
    def __init__(self, vocab_size, dim=16):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size + 1, dim, padding_idx=0)  # cause: LS104 torch
        self.rnn = nn.GRU(dim, dim, batch_first=True)
        self.out = nn.Linear(dim, 2)

    def forward(self, x):
        h, _ = self.rnn(self.embedding(x))
        return self.out(F.dropout(h[:, -1], 0.3, self.training))


def batches(samples, vocab, size=4):
    random.shuffle(samples)  # cause: LS101 python
    for i in range(0, len(samples), size):
        chunk = samples[i:i + size]
        yield (torch.tensor([encode(t, vocab) for t, _ in chunk]), torch.tensor([y for _, y in chunk]))


def train(model, samples, vocab, epochs=4):
    optimizer = optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(epochs):
        total = 0
        for x, y in batches(samples, vocab):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: {total:.4f}")


def main():
    samples = [(t, 1) for t in POS] + [(t, 0) for t in NEG]
    vocab = build_vocab([t for t, _ in samples])
    model = TextClassifier(len(vocab))
    train(model, samples, vocab)
    torch.save(model.state_dict(), "sentiment.pt")


if __name__ == "__main__":
    main()
