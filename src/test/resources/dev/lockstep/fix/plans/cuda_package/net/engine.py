import torch


def run():
    model = torch.nn.Conv1d(1, 2, 3).cuda()
    x = torch.ones(1, 1, 9, device="cuda")
    loss = model(x).sum()
    loss.backward()  # cause: LS301 cudnn
    out = torch.zeros(3, device="cuda").index_add(0, torch.zeros(9, dtype=torch.long, device="cuda"), x[0, 0])  # cause: LS303 deterministic
    print(out)
