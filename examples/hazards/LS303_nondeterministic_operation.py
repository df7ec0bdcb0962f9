"""Learn a lookup table by indexing: many queries hit few rows."""

import torch

torch.manual_seed(17)
torch.set_num_threads(2)

ROWS, WIDTH, QUERIES = 50, 32, 40000

rows = torch.randint(0, ROWS, (QUERIES,))
wanted = torch.randn(ROWS, WIDTH)[rows] + 0.1 * torch.randn(QUERIES, WIDTH)

table = torch.zeros(ROWS, WIDTH, requires_grad=True)
optimizer = torch.optim.SGD([table], lr=25.0)
for step in range(4):
    loss = (table[rows] - wanted).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"step {step}  loss {loss.item():.7f}")
