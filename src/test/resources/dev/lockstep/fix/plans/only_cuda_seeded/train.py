import torch
import torch.nn as nn
import torch.backends.cudnn as cudnn

cudnn.benchmark = True
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

if torch.cuda.is_available():
    torch.cuda.manual_seed_all(1)

net = nn.Conv1d(1, 2, 3).to(device)  # cause: LS104 torch
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for i in range(4):
    x = torch.randn(4, 1, 10, device=device)
    loss = net(x).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
print(loss.item())
