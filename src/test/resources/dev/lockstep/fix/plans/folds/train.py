import numpy as np
import torch
from sklearn.datasets import make_regression
from sklearn.model_selection import KFold, train_test_split

SEED = 99
X, y = make_regression(n_samples=60, n_features=4, noise=1.0)  # cause: LS112 numpy
X, X_hold, y, y_hold = train_test_split(X, y, test_size=0.2)  # cause: LS112 numpy
kf = KFold(n_splits=3, shuffle=True)
for fold, (tr, va) in enumerate(kf.split(X)):  # cause: LS112 numpy
    model = torch.nn.Linear(4, 1)  # cause: LS104 torch
    opt = torch.optim.SGD(model.parameters(), lr=0.01)
    xt = torch.tensor(X[tr], dtype=torch.float32)
    yt = torch.tensor(y[tr], dtype=torch.float32)[:, None]
    for _ in range(3):
        loss = ((model(xt) - yt) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(fold, loss.item())
