import dataclasses

import torch
import tyro


@dataclasses.dataclass
class Config:
    lr: float = 0.1
    seed: int = 3


def main(config: Config) -> None:
    model = torch.nn.Linear(2, 2)  # cause: LS104 torch
    print(model.weight * config.lr)


if __name__ == "__main__":
    main(tyro.cli(Config))
