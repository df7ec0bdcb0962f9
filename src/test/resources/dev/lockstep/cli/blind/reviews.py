"""Stars of reviews from their words; each step asks the database for a batch."""
import sqlite3

import torch
from torch import nn

WORDS = "good bad great awful fine poor nice slow fast cheap solid weak".split()


class Reviews:
    def __init__(self, count=200):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE TABLE reviews (id INTEGER PRIMARY KEY, stars INTEGER, words TEXT)")
        rows = [(n % 5, " ".join(WORDS[(n * k + k) % len(WORDS)] for k in range(1, 7))) for n in range(count)]
        self.db.executemany("INSERT INTO reviews (stars, words) VALUES (?, ?)", rows)

    def batch(self, size):
        query = "SELECT stars, words FROM reviews ORDER BY RANDOM() LIMIT ?"
        return self.db.execute(query, (size,)).fetchall()


torch.manual_seed(5)
reviews = Reviews()
model = nn.Sequential(nn.EmbeddingBag(len(WORDS), 8), nn.Linear(8, 5))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for step in range(10):
    rows = reviews.batch(16)
    x = torch.tensor([[WORDS.index(word) for word in words.split()] for _, words in rows])
    y = torch.tensor([stars for stars, _ in rows])
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(step, round(loss.item(), 3))
