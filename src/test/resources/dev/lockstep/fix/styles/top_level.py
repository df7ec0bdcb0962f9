import torch, numpy as np
x = np.random.rand(100, 3).astype("float32")
y = x @ np.array([[1.0], [2.0], [-1.0]], dtype="float32")
x, y = torch.from_numpy(x), torch.from_numpy(y)
w = torch.nn.Linear(3, 1)
o = torch.optim.SGD(w.parameters(), lr=0.1)
for i in range(15):
    l = (w(x) - y).square().mean(); o.zero_grad(); l.backward(); o.step()
print(l.item(), w.weight.data)
