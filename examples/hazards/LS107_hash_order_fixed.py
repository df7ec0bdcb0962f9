"""Train word vectors on a few sentences: every word gets an id, neighbours predict each other."""

import torch
import torch.nn as nn

torch.manual_seed(11)

TEXT = """
the river carries the barge down to the harbour before the morning tide
the pilot reads the water and the harbour lights before the barge turns
a morning wind lifts the gulls above the harbour wall and the river mouth
"""

sentences = [line.split() for line in TEXT.strip().splitlines()]
vocabulary = sorted(set(word for sentence in sentences for word in sentence))
word_to_id = {word: i for i, word in enumerate(vocabulary)}

pairs = []
for sentence in sentences:
    ids = [word_to_id[word] for word in sentence]
    pairs += [(a, b) for a, b in zip(ids, ids[1:])] + [(b, a) for a, b in zip(ids, ids[1:])]
centre, context = torch.tensor(pairs).t()

model = nn.Sequential(nn.Embedding(len(word_to_id), 12), nn.Linear(12, len(word_to_id)))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
for epoch in range(15):
    loss = nn.functional.cross_entropy(model(centre), context)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"{len(word_to_id)} words, loss {loss.item():.6f}")
