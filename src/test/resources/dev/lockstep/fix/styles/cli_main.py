"""cli_main.py COMMAND: `train` writes a model, `show` prints it. Sub-commands without a library."""

import os
import sys

import torch
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

MODEL = "cli_main.pt"


def train(arguments):
    epochs = int(arguments[0]) if arguments else 10
    points, _ = make_blobs(120, centers=4, n_features=3)
    labels = KMeans(4, n_init=1).fit_predict(points)
    x, y = torch.tensor(points, dtype=torch.float32), torch.tensor(labels).long()
    model = torch.nn.Linear(3, 4)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.1)
    for _ in range(epochs):
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), MODEL)
    print("loss", loss.item())


def show(arguments):
    if not os.path.exists(MODEL):
        sys.exit("there is no model yet")
    print(torch.load(MODEL))


COMMANDS = {"train": train, "show": show}

if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else "train"
    COMMANDS[name](sys.argv[2:])
