# polynomial regression, everything in small functions
import random

import torch


def make_points(n):
    xs = [random.uniform(-1.0, 1.0) for _ in range(n)]
    ys = [4.0 * x**3 - x + random.gauss(0.0, 0.05) for x in xs]
    return torch.tensor(xs), torch.tensor(ys)


def design(x, degree=4):
    return torch.stack([x**k for k in range(degree + 1)], dim=1)


def fit(x, y, epochs, lr):
    model = torch.nn.Linear(5, 1, bias=False)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        loss = ((model(design(x)).squeeze(1) - y) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    return model, loss.item()


def main():
    x, y = make_points(100)
    model, loss = fit(x, y, epochs=20, lr=0.3)
    print("loss %.6f" % loss, "weights", [round(w, 3) for w in model.weight[0].tolist()])


if __name__ == "__main__":
    main()
