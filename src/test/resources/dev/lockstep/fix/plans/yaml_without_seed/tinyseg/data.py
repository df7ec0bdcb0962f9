import random

import torch
from torch.utils.data import Dataset


def flip(image, mask):
    if random.random() < 0.5:  # cause: LS101 python
        return image.flip(-1), mask.flip(-1)
    return image, mask


class Shapes(Dataset):
    def __init__(self, n, transform=None):
        self.images = torch.rand(n, 1, 16, 16)
        self.masks = (self.images > 0.5).long().squeeze(1)
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image, mask = self.images[i], self.masks[i]
        return self.transform(image, mask) if self.transform else (image, mask)
