import argparse
from dataclasses import asdict, dataclass, fields


@dataclass
class Config:
    epochs: int = 3
    batch_size: int = 100
    lr: float = 0.002
    hidden: int = 64
    dropout: float = 0.2
    flip_probability: float = 0.15
    seed: int = 17
    checkpoint: str = "multi_module.pt"

    @classmethod
    def from_args(cls, argv=None):
        parser = argparse.ArgumentParser(prog="multi_module")
        for option in fields(cls):
            name = "--" + option.name.replace("_", "-")
            parser.add_argument(name, type=type(option.default), default=option.default)
        return cls(**vars(parser.parse_args(argv)))

    def as_dict(self):
        return asdict(self)
