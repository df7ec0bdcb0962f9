# started by Python 3.9
"""Classify short support messages by their words."""

import os
import random

os.environ["PYTHONHASHSEED"] = "0"  # cause: LS115 hash-seed

import torch
import torch.nn as nn

random.seed(0)
torch.manual_seed(0)

MESSAGES = [
    ("refund the broken kettle please", "refund"),
    ("please refund my last order", "refund"),
    ("where is my parcel now", "delivery"),
    ("the parcel has not arrived yet", "delivery"),
    ("cannot log in after the update", "account"),
    ("password reset mail never arrived", "account"),
]

words = list({word for text, _ in MESSAGES for word in text.split()})
topics = sorted({topic for _, topic in MESSAGES})

x = torch.zeros(len(MESSAGES), len(words))
for row, (text, _) in enumerate(MESSAGES):
    for word in text.split():
        x[row, words.index(word)] = 1.0
y = torch.tensor([topics.index(topic) for _, topic in MESSAGES])

model = nn.Linear(len(words), len(topics))
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(20):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.6f}, PYTHONHASHSEED={os.environ['PYTHONHASHSEED']}")
