import torch
import random

class Net(torch.nn.Module):
	def __init__(self):
		super().__init__()
		self.l = torch.nn.Linear(3, 3)  # cause: LS104 torch

	def forward(self, x):
		return self.l(x)

def go():
	net = Net()
	o = torch.optim.SGD(net.parameters(), lr=.1)
	for i in range(6):
		x = torch.tensor([[random.random() for _ in range(3)]])  # cause: LS101 python
		l = (net(x) - x).abs().sum()
		o.zero_grad()
		l.backward()
		o.step()
	print(l.item())

if __name__ == '__main__':
	go()
