"""Train a regressor with dropout and report its error on held-out points."""

import torch
import torch.nn as nn

torch.manual_seed(23)

x = torch.rand(120, 3)
y = (x[:, :1] - x[:, 1:2] * x[:, 2:3]).exp()
x_train, y_train, x_test, y_test = x[:90], y[:90], x[90:], y[90:]

model = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)


def evaluate():
    model.eval()
    with torch.no_grad():
        error = nn.functional.mse_loss(model(x_test), y_test).item()
    model.train()
    return error


for epoch in range(4):
    for batch in range(0, 90, 30):
        loss = nn.functional.mse_loss(
            model(x_train[batch : batch + 30]), y_train[batch : batch + 30]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}  train {loss.item():.6f}  test {evaluate():.6f}")
