import numpy as np
import torch
from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_integer("seed", 17, "Random seed.")
flags.DEFINE_float("lr", 0.1, "Learning rate.")


def main(argv):
    del argv
    model = torch.nn.Linear(2, 2)  # cause: LS104 torch
    x = torch.tensor(np.random.rand(4, 2)).float()  # cause: LS102 numpy
    print(model(x).sum() * FLAGS.lr)


if __name__ == "__main__":
    app.run(main)
