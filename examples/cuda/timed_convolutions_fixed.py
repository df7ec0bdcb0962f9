"""Train a small convolutional network with branches on textures of varying size."""

import torch
from torch import nn

torch.manual_seed(7)
torch.cuda.manual_seed_all(7)
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        kernels = ((16, 3), (24, 5), (20, 7), (32, 1), (12, 9), (48, 3))
        self.stems = nn.ModuleList([nn.Conv2d(3, width, size, padding=size // 2) for width, size in kernels])
        self.mid = nn.Conv2d(152, 96, 3, stride=2, padding=1)
        self.deep = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(96, 128, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(128, 128, 3, groups=4, padding=1),
            nn.ReLU(),
        )
        self.head = nn.Linear(128, 10)

    def forward(self, x):
        x = torch.cat([stem(x) for stem in self.stems], 1)
        return self.head(self.deep(self.mid(x)).mean((2, 3)))


model = Branches().cuda()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
generator = torch.Generator().manual_seed(1)
for step in range(30):
    size = int(torch.randint(20, 72, (1,), generator=generator))
    x = torch.randn(24, 3, size, size, generator=generator).cuda()
    y = torch.randint(10, (24,), generator=generator).cuda()
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    if step % 10 == 0:
        print(step, loss.item())
