import sys
from torch import nn, optim
from torch.utils.data import DataLoader
import numpy

if __name__ == '__main__':
  epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 2
  net = nn.Linear(2, 1)  # cause: LS104 torch
  data = numpy.random.rand(20, 2).astype('f')  # cause: LS102 numpy
  for x in DataLoader(data, batch_size=5, shuffle=True):  # cause: LS104 torch
    print(net(x).mean())
