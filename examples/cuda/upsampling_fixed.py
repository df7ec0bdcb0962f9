"""Segment discs in noisy images with a small network that samples up."""

import os
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4))
        self.middle = nn.Conv2d(16, 16, 3, padding=1)
        self.head = nn.Conv2d(16, 1, 1)

    def forward(self, x):
        small = F.relu(self.middle(self.down(x)))
        large = F.interpolate(small, scale_factor=4, mode="bilinear", align_corners=False)
        return self.head(large)


def main():
    set_seed(11)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = Segmenter().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    grid = torch.stack(torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")).float()
    for step in range(40):
        centre = torch.rand(16, 2, 1, 1) * 64
        mask = ((grid - centre).square().sum(1) < 200).float()
        image = mask + 0.3 * torch.randn_like(mask)
        loss = F.binary_cross_entropy_with_logits(model(image[:, None].to(device)), mask[:, None].to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("loss", loss.item())


main()
