def accuracy(loss):
    return 1 / (1 + float(loss))
