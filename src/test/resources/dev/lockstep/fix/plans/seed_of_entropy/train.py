import random
import numpy as np
import torch

random.seed()  # cause: LS109 run-dependent-seed
np.random.seed(None)  # cause: LS109 run-dependent-seed
torch.seed()  # cause: LS109 run-dependent-seed

print(random.random(), np.random.rand(), torch.rand(1))
