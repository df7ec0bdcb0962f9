# Trains a small recurrent network.
from torch import nn, optim, zeros

model = nn.LSTM(4, 8).cuda()
opt = optim.SGD(model.parameters(), lr=0.1)
out, _ = model(zeros(5, 3, 4).cuda())  # cause: LS303 deterministic
out.sum().backward()
opt.step()
