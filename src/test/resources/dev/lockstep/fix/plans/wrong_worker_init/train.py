import random
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

def seed_worker(worker_id):
    random.seed(worker_id)

class D(Dataset):
    def __len__(self): return 24
    def __getitem__(self, i):
        rng = np.random.default_rng()  # cause: LS202 numpy-generator worker
        return torch.tensor([i / 24 + rng.normal() * .05 + random.random() * .01], dtype=torch.float32)

def main(seed=None):
    if seed is not None:
        torch.manual_seed(seed)
        np.random.seed(seed)
    loader = DataLoader(D(), batch_size=6, num_workers=2, worker_init_fn=seed_worker)
    net = torch.nn.Linear(1, 1)  # cause: LS104 torch
    opt = torch.optim.SGD(net.parameters(), lr=.1)
    for x in loader:
        loss = (net(x) - x).pow(2).mean()
        opt.zero_grad(); loss.backward(); opt.step()
    print(loss.item())

if __name__ == '__main__':
    main()
