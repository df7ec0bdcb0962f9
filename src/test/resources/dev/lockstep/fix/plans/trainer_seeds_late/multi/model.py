import torch.nn as nn


class Classifier(nn.Module):
    def __init__(self, hidden, dropout):
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(),
            nn.Linear(64, hidden),  # cause: LS110 torch
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.head = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.head(self.body(x))


def build_model(cfg):
    return Classifier(cfg.hidden, cfg.dropout)
