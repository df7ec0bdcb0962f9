"""Predict disease progression with a small network on engineered features (scikit-learn's diabetes data).

Pipeline: train/test split -> scaling -> PCA and k-means features -> network -> R2 on the test rows.
"""

import argparse
import logging
import time

import numpy as np
import torch
import torch.nn as nn
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes
from sklearn.decomposition import PCA
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
log = logging.getLogger("tabular")


def parse_args():
    parser = argparse.ArgumentParser(description="tabular regression")
    parser.add_argument("--clusters", type=int, default=8)
    parser.add_argument("--components", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=2023)
    return parser.parse_args()


def build_features(x_train, x_test, args):
    scaler = StandardScaler().fit(x_train)
    x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)

    pca = PCA(n_components=args.components, random_state=args.seed).fit(x_train)
    kmeans = KMeans(n_clusters=args.clusters, n_init=3).fit(x_train)

    def combine(x):
        return np.concatenate([x, pca.transform(x), kmeans.transform(x)], axis=1).astype(np.float32)

    return combine(x_train), combine(x_test)


class Regressor(nn.Module):
    def __init__(self, n_in, n_hidden=48):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(n_in, n_hidden),
            nn.BatchNorm1d(n_hidden),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(n_hidden, 1),
        )

    def forward(self, x):
        return self.net(x).squeeze(-1)


def iterate_minibatches(x, y, size):
    order = torch.randperm(len(x))
    for start in range(0, len(x) - size + 1, size):
        chosen = order[start : start + size]
        yield x[chosen], y[chosen]


def main():
    args = parse_args()
    torch.manual_seed(args.seed)

    data = load_diabetes()
    x_train, x_test, y_train, y_test = train_test_split(data.data, data.target, test_size=0.25)
    x_train, x_test = build_features(x_train, x_test, args)
    mean, std = y_train.mean(), y_train.std()

    x = torch.from_numpy(x_train)
    y = torch.tensor((y_train - mean) / std, dtype=torch.float32)
    model = Regressor(x.shape[1])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
    criterion = nn.SmoothL1Loss()
    log.info("%d rows, %d features", *x.shape)

    start = time.perf_counter()
    for epoch in range(args.epochs):
        model.train()
        losses = []
        for xb, yb in iterate_minibatches(x, y, args.batch_size):
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
        if epoch % 5 == 4:
            log.info("epoch %d: loss %.4f", epoch + 1, np.mean(losses))

    model.eval()
    with torch.no_grad():
        predicted = model(torch.from_numpy(x_test)).numpy() * std + mean
    log.info("R2 %.4f (%.2f s)", r2_score(y_test, predicted), time.perf_counter() - start)


if __name__ == "__main__":
    main()
