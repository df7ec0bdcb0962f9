# needs: accelerate
import argparse

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch.utils.data import DataLoader, TensorDataset


def training_function(config, args):
    accelerator = Accelerator(cpu=args.cpu)
    x = torch.randn(64, 4)
    y = (x[:, :1] > 0).float()
    loader = DataLoader(TensorDataset(x, y), batch_size=config["batch_size"], shuffle=True)
    set_seed(config["seed"])
    model = torch.nn.Linear(4, 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config["lr"])
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    for epoch in range(config["num_epochs"]):
        model.train()
        for a, b in loader:
            loss = torch.nn.functional.binary_cross_entropy_with_logits(model(a), b)
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
    accelerator.print(loss.item())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cpu", action="store_true", default=True)
    args = parser.parse_args()
    config = {"lr": 2e-2, "num_epochs": 2, "seed": 42, "batch_size": 16}
    training_function(config, args)


if __name__ == "__main__":
    main()
