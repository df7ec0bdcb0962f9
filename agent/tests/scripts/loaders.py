"""Iterates over loaders of many kinds, prints what they gave, to the bit."""

import collections
import hashlib
import random
import sys

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, random_split

Pair = collections.namedtuple("Pair", "image label")


class Images(Dataset):
    def __len__(self):
        return 23

    def __getitem__(self, i):
        noise = random.random() + float(np.random.rand()) + float(torch.rand(1))
        return Pair(torch.full((2, 2), i + noise), i)


class Texts(Dataset):
    def __len__(self):
        return 9

    def __getitem__(self, i):
        return {"name": "sample %d" % i, "ids": np.arange(i % 3 + 1), "score": i / 7}


class Stream(IterableDataset):
    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        for i in range(10):
            if info is None or i % info.num_workers == info.id:
                yield torch.tensor([i, random.random()])


def keep(samples):
    return samples


def told(batches, epochs=2):
    found = hashlib.sha256()
    count = 0
    for _ in range(epochs):
        for batch in batches:
            count += 1
            if isinstance(batch, tuple):
                found.update(batch.image.numpy().tobytes() + repr(batch.label).encode())
            elif isinstance(batch, torch.Tensor):
                found.update(batch.numpy().tobytes())
            else:
                found.update(repr(batch).encode())
    return count, found.hexdigest()[:16]


if __name__ == "__main__":
    workers = int(sys.argv[1])
    method = sys.argv[2] if len(sys.argv) > 2 else None
    random.seed(1)
    np.random.seed(2)
    torch.manual_seed(3)
    more = {"num_workers": workers}
    if workers:
        more["multiprocessing_context"] = method
    print("plain", told(DataLoader(Images(), batch_size=4, shuffle=True, **more)))
    generator = torch.Generator().manual_seed(5)
    print("generator", told(DataLoader(Images(), batch_size=5, shuffle=True, drop_last=True, generator=generator, **more)))
    if workers:
        print("persistent", told(DataLoader(Images(), batch_size=4, shuffle=True, persistent_workers=True, **more), 3))
    print("texts", told(DataLoader(Texts(), batch_size=2, collate_fn=keep, **more)))
    print("stream", told(DataLoader(Stream(), batch_size=3, **more)))
    print("single", told(DataLoader(Subset(Images(), range(5)), batch_size=None, **more)))
    one, two = random_split(Images(), [20, 3])
    sampler = torch.utils.data.WeightedRandomSampler([1.0] * 20, 8)
    loader = DataLoader(one, batch_size=3, sampler=sampler, **more)
    for a, b in zip(loader, loader):
        break
    print("stopped", a.label.tolist(), b.label.tolist(), two.indices)
    print(random.random(), np.random.rand(), torch.rand(1).item())
