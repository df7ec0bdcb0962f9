from torch.nn import Linear, ReLU, Sequential


def network(hidden=20):
    return Sequential(Linear(2, hidden), ReLU(), Linear(hidden, 2))
