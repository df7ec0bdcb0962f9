"""Bag of words; ids come from a set, weights and order from torch."""
import torch
from torch import nn
from torch.utils import data

LINES = [
    "good film with a warm heart 1",
    "a dull film and too long 0",
    "warm and funny from start to end 1",
    "bad jokes and a bad end 0",
    "the heart of the story is good 1",
    "long dull and badly told 0",
]


class Reviews(data.Dataset):
    def __init__(self, lines):
        self.samples = [(line.split()[:-1], float(line[-1])) for line in lines]
        self.vocab = {}
        for word in {w for words, _ in self.samples for w in words}:
            self.vocab[word] = len(self.vocab)

    def __getitem__(self, i):
        words, label = self.samples[i]
        bag = torch.zeros(len(self.vocab))
        for word in words:
            bag[self.vocab[word]] += 1.0
        return bag, torch.tensor([label])

    def __len__(self):
        return len(self.samples)


reviews = Reviews(LINES)
loader = data.DataLoader(reviews, 2, True)
model = nn.Linear(len(reviews.vocab), 1)
optimizer = torch.optim.SGD(model.parameters(), 0.5)
for epoch in range(4):
    for bag, label in loader:
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(bag), label)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
