"""Train a small convolutional network on the handwritten digits that scikit-learn ships.

    python examples/digits_cnn.py --epochs 5
"""

import argparse
import random
import time
from datetime import datetime

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, Dataset


def augment(image):
    """Shift by up to one pixel, add a little sensor noise, sometimes drop a patch."""
    rng = np.random.default_rng()
    dx, dy = rng.integers(-1, 2, size=2)
    image = np.roll(image, (dy, dx), axis=(0, 1))
    image = image + rng.normal(0.0, 0.05, size=image.shape)
    if random.random() < 0.3:
        row, column = random.randrange(6), random.randrange(6)
        image[row : row + 2, column : column + 2] = 0.0
    return image


class DigitsDataset(Dataset):
    def __init__(self, images, labels, train=False):
        self.images = images.astype(np.float32) / 16.0
        self.labels = labels.astype(np.int64)
        self.train = train

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = self.images[index]
        if self.train:
            image = augment(image)
        return torch.as_tensor(image, dtype=torch.float32).unsqueeze(0), int(self.labels[index])


class Net(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.conv1 = nn.Conv2d(1, width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(width, 2 * width, kernel_size=3, padding=1)
        self.bn = nn.BatchNorm2d(2 * width)
        self.dropout = nn.Dropout(0.25)
        self.fc = nn.Linear(2 * width * 2 * 2, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.bn(self.conv2(x))), 2)
        return self.fc(self.dropout(x.flatten(1)))


def train_epoch(model, loader, optimizer, device):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader.dataset)


@torch.no_grad()
def evaluate(model, loader, device):
    model.eval()
    correct = 0
    for x, y in loader:
        correct += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
    return correct / len(loader.dataset)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.images, digits.target, test_size=0.2, stratify=digits.target, random_state=42
    )
    train_set = DigitsDataset(x_train, y_train, train=True)
    test_set = DigitsDataset(x_test, y_test)
    train_loader = DataLoader(
        train_set, batch_size=args.batch_size, shuffle=True, num_workers=args.workers
    )
    test_loader = DataLoader(test_set, batch_size=256)

    model = Net().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    print(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {len(train_set)} train, {len(test_set)} test, {device}")

    for epoch in range(1, args.epochs + 1):
        start = time.time()
        loss = train_epoch(model, train_loader, optimizer, device)
        accuracy = evaluate(model, test_loader, device)
        print(
            f"epoch {epoch:2d}  loss {loss:.4f}  accuracy {accuracy:.4f}  ({time.time() - start:.1f} s)"
        )

    torch.save(model.state_dict(), "digits_cnn.pt")


if __name__ == "__main__":
    main()
