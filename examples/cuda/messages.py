"""Classify the nodes of a graph: messages are added up at each node."""

import torch
from torch import nn

torch.manual_seed(4)
nodes, edges = 300, 60000
source = torch.randint(nodes, (edges,)).cuda()
target = torch.randint(nodes, (edges,)).cuda()
features = torch.randn(nodes, 32).cuda()
labels = torch.randint(5, (nodes,)).cuda()


class Layer(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.linear = nn.Linear(inside, outside)

    def forward(self, x):
        messages = self.linear(x).index_select(0, source)
        return torch.zeros(nodes, messages.shape[1], device=x.device).index_add_(0, target, messages) / 200


model = nn.Sequential(Layer(32, 64), nn.ReLU(), Layer(64, 5)).cuda()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(40):
    loss = nn.functional.cross_entropy(model(features), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("loss", loss.item())
