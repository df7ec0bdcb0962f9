"""Tell ones from sevens in tiny drawings with the usual first convolution."""

import random

import numpy as np
import torch
from torch import nn


def drawings(count):
    images = torch.zeros(count, 1, 28, 28)
    labels = torch.randint(2, (count,))
    for image, label in zip(images, labels):
        column = int(torch.randint(8, 20, ()))
        image[0, 4:24, column] = 1
        if label:
            image[0, 4, column - 7 : column] = 1
    return images + 0.2 * torch.randn_like(images), labels


def main():
    random.seed(8)
    np.random.seed(8)
    torch.manual_seed(8)
    images, labels = drawings(512)
    model = nn.Sequential(
        nn.Conv2d(1, 20, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(20 * 14 * 14, 2),
    ).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    for epoch in range(3):
        for x, y in zip(images.split(64), labels.split(64)):
            loss = nn.functional.cross_entropy(model(x.cuda()), y.cuda())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print("epoch", epoch, "loss", loss.item())


if __name__ == "__main__":
    main()
