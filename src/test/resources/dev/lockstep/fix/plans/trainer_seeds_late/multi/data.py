import random

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, Dataset


class Digits(Dataset):
    def __init__(self, images, targets, transform=None):
        self.images, self.targets, self.transform = images, targets, transform

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, index):
        image = self.images[index]
        if self.transform is not None:
            image = self.transform(image)
        return torch.from_numpy(np.ascontiguousarray(image)), self.targets[index]


class RandomErase:
    """Blank out a row of the image now and then."""

    def __init__(self, probability):
        self.probability = probability

    def __call__(self, image):
        if random.random() < self.probability:  # cause: LS101 python
            image = image.copy()
            image[random.randrange(image.shape[0])] = 0.0
        return image


def build_loaders(cfg):
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)
    targets = digits.target.astype(np.int64)
    order = np.random.RandomState(0).permutation(len(images))
    train, valid = order[:1500], order[1500:]
    transform = RandomErase(cfg.flip_probability)
    return (
        DataLoader(
            Digits(images[train], targets[train], transform), cfg.batch_size, shuffle=True
        ),
        DataLoader(Digits(images[valid], targets[valid]), cfg.batch_size),
    )
