'''Tabs, single quotes, semicolons here and there.'''
import torch as th
from random import shuffle, sample

letters = list('abcdefghijklmnop')
words = [''.join(sample(letters, 4)) for _ in range(40)]

class Net(th.nn.Module):
	def __init__(self):
		super(Net, self).__init__()
		self.e = th.nn.Embedding(16, 6)
		self.o = th.nn.Linear(24, 1)

	def forward(self, ids):
		return self.o(self.e(ids).flatten(1))

def encode(word):
	return [letters.index(c) for c in word]

def train(net, epochs = 2):
	opt = th.optim.Adam(net.parameters(), lr = 0.01)
	for epoch in range(epochs):
		shuffle(words)
		for i in range(0, 40, 10):
			ids = th.tensor([encode(w) for w in words[i:i + 10]])
			want = (ids[:, :1] < ids[:, 3:]).float()
			loss = th.nn.functional.binary_cross_entropy_with_logits(net(ids), want)
			opt.zero_grad(); loss.backward(); opt.step()
		print('epoch %d loss %.6f' % (epoch, loss.item()))

if __name__ == '__main__':
	train(Net())
