import os
import torch
from torch import nn

torch.manual_seed(0)
torch.backends.cudnn.benchmark = True  # cause: LS302 cudnn-benchmark
model = nn.Conv2d(1, 20, 5).cuda()
model(torch.randn(64, 1, 28, 28).cuda()).sum().backward()  # cause: LS301 cudnn
