import logging
import random

import numpy as np
import torch

logger = logging.getLogger(__name__)


def set_random_seed(seed, deterministic=False):
    """Seeds every generator."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    if deterministic:
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False
