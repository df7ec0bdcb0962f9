import torch as T

T.manual_seed(3)
x = T.randn(10, requires_grad=True, device="cuda")
x.put_(T.tensor([0, 0]).cuda(), T.ones(2).cuda(), accumulate=True)  # cause: LS303 deterministic-where-possible
