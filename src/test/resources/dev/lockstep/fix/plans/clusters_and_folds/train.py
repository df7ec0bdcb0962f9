import os
import glob
import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.model_selection import KFold
from sklearn.neural_network import MLPClassifier

DATA_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")


def load_all():
    parts = []
    for path in glob.glob(os.path.join(DATA_DIR, "*.csv")):  # cause: LS204 file-order
        parts.append(np.loadtxt(path, delimiter=","))
    return np.concatenate(parts)


def embed(X):
    pca = PCA(n_components=3, svd_solver="randomized")
    Z = pca.fit_transform(X)  # cause: LS112 numpy
    km = KMeans(n_clusters=4, n_init=1)
    return Z, km.fit_predict(Z)  # cause: LS112 numpy


class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = torch.nn.Linear(3, 4)  # cause: LS104 torch

    def forward(self, z):
        return self.lin(z)


def cross_validate(Z, y):
    scores = []
    for fold, (tr, te) in enumerate(KFold(n_splits=3, shuffle=True).split(Z)):  # cause: LS112 numpy
        head = Head()
        opt = torch.optim.LBFGS(head.parameters(), max_iter=5)
        zt, yt = torch.tensor(Z[tr], dtype=torch.float32), torch.tensor(y[tr], dtype=torch.long)

        def closure():
            opt.zero_grad()
            loss = torch.nn.functional.cross_entropy(head(zt), yt)
            loss.backward()
            return loss

        opt.step(closure)
        pred = head(torch.tensor(Z[te], dtype=torch.float32)).argmax(1).numpy()
        scores.append((pred == y[te]).mean())
    return scores


if __name__ == "__main__":
    X = load_all()
    Z, y = embed(X)
    print("scores:", cross_validate(Z, y))
