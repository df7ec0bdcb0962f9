import argparse
import os
import random
import warnings

import numpy as np
import torch
import torch.backends.cudnn as cudnn
import torch.nn as nn
import torch.utils.data

parser = argparse.ArgumentParser(description='Small PyTorch Training')
parser.add_argument('--epochs', default=2, type=int, metavar='N',
                    help='number of total epochs to run')
parser.add_argument('-b', '--batch-size', default=16, type=int)
parser.add_argument('-j', '--workers', default=0, type=int)
parser.add_argument('--lr', '--learning-rate', default=0.1, type=float)
parser.add_argument('--seed', default=None, type=int,
                    help='seed for initializing training. ')
parser.add_argument('--gpu', default=None, type=int, help='GPU id to use.')

best_acc1 = 0


def main():
    args = parser.parse_args()

    if args.seed is not None:
        random.seed(args.seed)
        torch.manual_seed(args.seed)
        cudnn.deterministic = True
        cudnn.benchmark = False
        warnings.warn('You have chosen to seed training. '
                      'This will turn on the CUDNN deterministic setting, '
                      'which can slow down your training considerably!')

    main_worker(args.gpu, args)


def main_worker(gpu, args):
    global best_acc1
    args.gpu = gpu
    device = torch.device(f'cuda:{gpu}' if torch.cuda.is_available() and gpu is not None else 'cpu')
    model = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(inplace=True), nn.Linear(32, 3)).to(device)  # cause: LS104 torch
    criterion = nn.CrossEntropyLoss().to(device)
    optimizer = torch.optim.SGD(model.parameters(), args.lr, momentum=0.9, weight_decay=1e-4)
    centers = np.random.randn(3, 10)  # cause: LS102 numpy
    labels = np.random.randint(0, 3, 160)
    data = centers[labels] + 0.3 * np.random.randn(160, 10)
    train_dataset = torch.utils.data.TensorDataset(torch.from_numpy(data).float(), torch.from_numpy(labels).long())
    train_loader = torch.utils.data.DataLoader(
        train_dataset, batch_size=args.batch_size, shuffle=True,
        num_workers=args.workers, pin_memory=False, sampler=None)

    for epoch in range(args.epochs):
        acc1 = train(train_loader, model, criterion, optimizer, epoch, device)
        best_acc1 = max(acc1, best_acc1)
    print('best', best_acc1)


def train(train_loader, model, criterion, optimizer, epoch, device):
    model.train()
    right = total = 0
    for i, (images, target) in enumerate(train_loader):
        images, target = images.to(device), target.to(device)
        output = model(images)
        loss = criterion(output, target)
        right += (output.argmax(1) == target).sum().item()
        total += len(target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f'Epoch: [{epoch}] {right / total:.3f}')
    return right / total


if __name__ == '__main__':
    main()
