import hydra
import torch
from omegaconf import DictConfig


@hydra.main(version_base=None, config_path="a33_conf", config_name="config")
def main(cfg: DictConfig) -> None:
    model = torch.nn.Linear(2, 1)  # cause: LS104 torch
    opt = torch.optim.SGD(model.parameters(), lr=cfg.optim.lr)
    for _ in range(cfg.steps):
        x = torch.rand(4, 2)
        loss = (model(x) - x.sum(1, keepdim=True)).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(loss.item())


if __name__ == "__main__":
    main()
