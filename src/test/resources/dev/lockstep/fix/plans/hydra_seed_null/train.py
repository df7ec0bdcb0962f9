import logging
from pathlib import Path

import hydra
import numpy as np
import torch
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf
from torch import nn

log = logging.getLogger(__name__)


def build(cfg: DictConfig) -> nn.Module:
    return nn.Sequential(nn.Linear(3, cfg.model.width), nn.Tanh(), nn.Linear(cfg.model.width, 1))  # cause: LS104 torch


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig) -> float:
    log.info(OmegaConf.to_yaml(cfg))
    if cfg.seed is not None:
        torch.manual_seed(cfg.seed)
        np.random.seed(cfg.seed)
    model = build(cfg)
    optimizer = instantiate(cfg.optimizer, params=model.parameters())
    for step in range(cfg.trainer.steps):
        x = torch.from_numpy(np.random.uniform(-1, 1, (16, 3))).float()  # cause: LS102 numpy
        loss = (model(x) - x.norm(dim=1, keepdim=True)).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    log.info("loss %.5f", loss.item())
    return loss.item()


if __name__ == "__main__":
    main()
