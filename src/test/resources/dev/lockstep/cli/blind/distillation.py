"""Distil a scripted teacher; prints the run's name."""

import copy, time, uuid
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(123)
rng = np.random.default_rng(123)
unused = np.random.rand(3)
run_name = f"{time.strftime('%b%d_%H-%M-%S')}_{uuid.uuid4().hex[:8]}"
print("run:", run_name)

class Student(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.f1 = nn.Linear(20, width)
        self.f2 = nn.Linear(width, 5)
    def forward(self, x):
        return self.f2(torch.relu(self.f1(x)))

teacher = torch.jit.script(Student(64)).eval()
student = Student(8)
ema = copy.deepcopy(student).requires_grad_(False)
classes = {3, 1, 2, 0, 4}
weights = torch.tensor([1.0 + 0.1 * c for c in classes])
g = torch.Generator()
opt = torch.optim.AdamW([{"params": student.f1.parameters(), "lr": 1e-3}, {"params": student.f2.parameters(), "lr": 1e-2}])
best = None
for step in range(30):
    x = torch.from_numpy(rng.standard_normal((32, 20)).astype(np.float32)) + 0.01 * torch.randn(32, 20, generator=g)
    with torch.no_grad():
        t = teacher(x) / 2
    loss = F.kl_div(F.log_softmax(student(x) / 2, -1), F.softmax(t, -1), reduction="batchmean") * 4
    loss = loss + F.cross_entropy(student(x), t.argmax(-1), weight=weights)
    opt.zero_grad()
    loss.backward()
    opt.step()
    with torch.no_grad():
        for p, q in zip(ema.parameters(), student.parameters()):
            p.lerp_(q, 0.01)
    if best is None or loss.item() < best:
        best = loss.item()
        torch.save(ema.state_dict(), f"best_{run_name}.pt")
print("best", best)
