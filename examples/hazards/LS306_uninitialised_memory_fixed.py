"""Tell questions from statements by hashed words; short sentences have zeros at the end of their row."""

import random
import zlib

import torch
import torch.nn as nn

random.seed(12)
torch.manual_seed(12)

SENTENCES, LONGEST, BUCKETS = 24, 40, 997
ASKING = "who what why where when which how does is can".split()
TELLING = "the rain falls over fields and every road is long today".split()


def make_corpus():
    lines = []
    for i in range(SENTENCES):
        words = random.choices(ASKING if i % 2 else TELLING, k=random.randint(10, LONGEST))
        lines.append(" ".join(words))
    return "\n".join(lines)


def longest_word(text):
    words = [word for line in text.splitlines() for word in line.ljust(LONGEST * 8, ".").split()]
    return max(words + [str(i) for i in range(SENTENCES * LONGEST)], key=len)


def encode(text):
    hashed = torch.zeros(SENTENCES, LONGEST, dtype=torch.long)
    for row, line in enumerate(text.splitlines()):
        for column, word in enumerate(line.split()):
            hashed[row, column] = zlib.crc32(word.encode())
    return hashed % BUCKETS


corpus = make_corpus()
print("longest word:", len(longest_word(corpus)), "letters")
x = encode(corpus)
y = torch.arange(SENTENCES) % 2
model = nn.Sequential(nn.EmbeddingBag(BUCKETS, 8), nn.Linear(8, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(10):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}")
