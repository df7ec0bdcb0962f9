import json
import pathlib
import subprocess
import sys

import torch

HERE = pathlib.Path(__file__).parent
torch.manual_seed(4)
out = subprocess.run([sys.executable, str(HERE / "make_data.py")], capture_output=True, text=True, check=True).stdout
x = torch.tensor(json.loads(out))
net = torch.nn.Linear(x.shape[1], 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(4):
    loss = (net(x) - x.mean(1, keepdim=True)).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
