"""Uses much of what torch, NumPy and `random` offer, one feature after the other, and prints what came out, to the bit."""

import copy
import functools
import hashlib
import inspect
import io
import pickle
import random
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

warnings.simplefilter("ignore")
FEATURES = []


def feature(function):
    FEATURES.append(function)
    return function


def shown(value):
    if isinstance(value, torch.Tensor):
        if value.is_meta:
            return "meta", tuple(value.shape)
        if value.is_nested:
            return [shown(part) for part in value.unbind()]
        held = np.ascontiguousarray(value.detach().to_dense().float().numpy())
        return hashlib.sha256(held.tobytes()).hexdigest()[:16], str(value.dtype), value.device.type
    if isinstance(value, dict):
        return shown(list(value.items()))
    if isinstance(value, (list, tuple)):
        return [shown(part) for part in value]
    return repr(value)[:200]


@feature
def vmap_random():
    torch.manual_seed(1)
    return torch.func.vmap(lambda x: x + torch.randn(3), randomness="different")(torch.zeros(4, 3)), torch.func.vmap(
        lambda x: F.dropout(x, 0.5), randomness="same"
    )(torch.ones(4, 8))


@feature
def vmap_error():
    return torch.func.vmap(lambda x: x + torch.rand(3))(torch.zeros(4, 3))


@feature
def per_sample():
    torch.manual_seed(1)
    m = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1))
    p = dict(m.named_parameters())
    f = lambda p, x, y: (torch.func.functional_call(m, p, (x[None],)) - y).pow(2).sum()
    return torch.func.vmap(torch.func.grad(f), (None, 0, 0))(p, torch.ones(3, 4), torch.ones(3))


@feature
def jit_script():
    torch.manual_seed(1)

    @torch.jit.script
    def f(x):
        return F.dropout(x, 0.5, True) + torch.rand_like(x) + torch.randn([2, 2]).sum()

    return f(torch.ones(5)), f.graph.__str__()[:80]


@feature
def jit_module():
    torch.manual_seed(1)

    class M(nn.Module):
        def __init__(s):
            super().__init__()
            s.l = nn.Linear(3, 3)
            s.d = nn.Dropout(0.5)

        def forward(s, x):
            return s.d(s.l(x)) + torch.rand(3)

    return torch.jit.script(M())(torch.ones(2, 3))


@feature
def jit_trace():
    torch.manual_seed(1)
    return torch.jit.trace(nn.Linear(3, 2), torch.ones(1, 3))(torch.ones(2, 3))


@feature
def fx():
    class M(nn.Module):
        def forward(s, x):
            return F.dropout(x, 0.5) + torch.randn_like(x)

    torch.manual_seed(1)
    m = torch.fx.symbolic_trace(M())
    return m.code, m(torch.ones(4)), [n.target.__name__ for n in m.graph.nodes if callable(n.target)]


@feature
def export():
    ep = torch.export.export(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), (torch.ones(1, 2),))
    return len(str(ep.graph))


@feature
def make_fx():
    from torch.fx.experimental.proxy_tensor import make_fx

    torch.manual_seed(0)
    return str(make_fx(lambda x: torch.rand(2) + F.dropout(x, 0.3))(torch.ones(2)).code)


@feature
def fake_mode():
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        return str(torch.rand(3).__class__), str(nn.Linear(2, 2)(torch.randn(1, 2)).shape)


@feature
def dispatch_mode():
    from torch.utils._python_dispatch import TorchDispatchMode

    seen = []

    class L(TorchDispatchMode):
        def __torch_dispatch__(s, f, ty, a=(), k=None):
            seen.append(str(f))
            return f(*a, **(k or {}))

    torch.manual_seed(0)
    with L():
        F.dropout(torch.rand(3), 0.5)
        nn.init.normal_(torch.empty(2))
        torch.randperm(3)
    return seen


@feature
def function_mode():
    from torch.overrides import TorchFunctionMode

    seen = []

    class L(TorchFunctionMode):
        def __torch_function__(s, f, ty, a=(), k=None):
            seen.append(getattr(f, "__name__", str(f)))
            return f(*a, **(k or {}))

    torch.manual_seed(0)
    with L():
        F.dropout(torch.rand(3), 0.5)
        nn.init.normal_(torch.empty(2))
        torch.randperm(3)
        torch.ones(2).normal_()
    return seen


@feature
def subclass():
    class T(torch.Tensor):
        pass

    torch.manual_seed(0)
    x = torch.rand(3).as_subclass(T)
    return (
        type(torch.rand_like(x)).__name__,
        type(F.dropout(x)).__name__,
        type(x.normal_()).__name__,
        type(torch.bernoulli(torch.full((2,), 0.5).as_subclass(T))).__name__,
    )


@feature
def overrides():
    import torch.overrides as o

    return (
        o.is_tensor_method_or_property(torch.Tensor.add),
        len(o.get_overridable_functions()),
        torch.rand in o.get_ignored_functions(),
        o.resolve_name(torch.nn.functional.dropout),
        o.resolve_name(torch.randn_like),
    )


@feature
def names():
    return (
        torch.randn.__name__,
        torch.randn.__module__,
        callable(torch.randn),
        inspect.isbuiltin(torch.randn),
        type(torch.randn).__name__,
        (torch.randn.__doc__ or "")[:20],
        torch.Tensor.normal_.__name__,
    )


@feature
def partials():
    torch.manual_seed(0)
    return (
        functools.partial(torch.randn, 2)(),
        list(map(torch.rand, [1, 2])),
        (lambda f=torch.randn: f(1))(),
        pickle.loads(pickle.dumps(torch.rand))(2),
        copy.deepcopy(torch.randn)(1),
    )


@feature
def attributes_of_classes():
    class A:
        noise = torch.randn
        init = torch.nn.init.normal_

    torch.manual_seed(0)
    return A().noise(2), A.noise(1)


@feature
def arguments():
    torch.manual_seed(0)
    o = torch.empty(3)
    torch.rand(3, out=o)
    return (
        o,
        torch.randint(0, 5, size=(2,)),
        torch.randn(size=(2,), dtype=torch.float64),
        torch.normal(torch.zeros(2), 1.0),
        torch.normal(0.0, 1.0, (2,)),
        torch.randperm(4, generator=torch.Generator().manual_seed(3)),
        torch.rand((2, 2), generator=torch.Generator().manual_seed(3), requires_grad=True).requires_grad,
    )


@feature
def distributions():
    torch.manual_seed(0)
    D = torch.distributions
    return (
        D.Normal(0.0, 1.0).sample((2,)),
        D.Categorical(torch.ones(4)).sample((3,)),
        D.Dirichlet(torch.ones(3)).rsample(),
        D.Gamma(torch.ones(2), 1.0).sample(),
        D.Poisson(torch.ones(2)).sample(),
        D.MultivariateNormal(torch.zeros(2), torch.eye(2)).sample(),
    )


@feature
def checkpointing():
    from torch.utils.checkpoint import checkpoint

    torch.manual_seed(0)
    x = torch.ones(4, requires_grad=True)
    y = checkpoint(lambda z: F.dropout(z * 2, 0.5), x, use_reentrant=False).sum()
    y.backward()
    return y, x.grad


@feature
def nested():
    torch.manual_seed(0)
    return torch.nested.nested_tensor([torch.rand(2), torch.rand(3)])


@feature
def sparse_products():
    torch.manual_seed(0)
    return torch.rand(3, 3).to_sparse() @ torch.rand(3, 2)


@feature
def mixed_precision():
    torch.manual_seed(0)
    with torch.autocast("cpu", torch.bfloat16):
        return nn.Linear(4, 4)(torch.rand(2, 4))


@feature
def recurrent():
    torch.manual_seed(0)
    return nn.LSTM(3, 4, 2, dropout=0.5)(torch.rand(5, 1, 3))[0], nn.GRUCell(2, 2)(torch.rand(1, 2))


@feature
def transformer():
    torch.manual_seed(0)
    m = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2)
    a = m(torch.rand(2, 3, 8))
    m.eval()
    with torch.no_grad():
        b = m(torch.rand(2, 3, 8))
    return a, b, F.scaled_dot_product_attention(torch.rand(1, 2, 3, 4), torch.rand(1, 2, 3, 4), torch.rand(1, 2, 3, 4), dropout_p=0.3)


@feature
def parametrize():
    torch.manual_seed(0)
    m = torch.nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))
    n = torch.nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
    return m(torch.ones(1, 3)), n.weight


@feature
def lazy():
    torch.manual_seed(0)
    m = nn.LazyLinear(3)
    return m(torch.ones(1, 2)), m.weight


@feature
def meta_init():
    with torch.device("meta"):
        m = nn.Linear(3, 3)
    m.to_empty(device="cpu")
    torch.manual_seed(0)
    m.reset_parameters()
    return m.weight


@feature
def default_dtype():
    torch.set_default_dtype(torch.float64)
    try:
        torch.manual_seed(0)
        return torch.rand(2), nn.Linear(2, 2).weight, torch.empty(2).zero_()
    finally:
        torch.set_default_dtype(torch.float32)


@feature
def optimizers():
    torch.manual_seed(0)
    m = nn.Linear(3, 1)
    out = []
    for O in (torch.optim.SGD, torch.optim.AdamW, torch.optim.LBFGS, torch.optim.Rprop, torch.optim.ASGD):
        o = O(m.parameters(), lr=0.01)

        def c():
            o.zero_grad()
            l = m(torch.rand(4, 3)).pow(2).mean()
            l.backward()
            return l

        o.step(c)
        out.append(m.weight.detach().clone())
        o2 = copy.deepcopy(o)
        out.append(sorted(map(str, o2.state_dict()["param_groups"][0])))
        pickle.loads(pickle.dumps(o))
    return out


@feature
def averaged():
    torch.manual_seed(0)
    m = nn.Linear(2, 2)
    a = torch.optim.swa_utils.AveragedModel(m)
    a.update_parameters(m)
    return a.module.weight


@feature
def save_load():
    b = io.BytesIO()
    torch.manual_seed(0)
    torch.save({"w": torch.rand(3), "f": torch.rand, "m": nn.Linear(2, 2)}, b)
    b.seek(0)
    d = torch.load(b, weights_only=False)
    return d["w"], d["m"].weight, d["f"].__name__


@feature
def loaders():
    torch.manual_seed(0)
    out = []
    d = torch.utils.data.TensorDataset(torch.arange(10))
    for kw in (
        {},
        {"num_workers": 2},
        {"sampler": torch.utils.data.WeightedRandomSampler(torch.ones(10), 5)},
        {"batch_size": None},
        {"batch_sampler": torch.utils.data.BatchSampler(torch.utils.data.RandomSampler(d), 3, True)},
    ):
        if not kw or "num_workers" in kw:
            kw = dict(kw, shuffle=True)
        l = torch.utils.data.DataLoader(d, **kw)
        out.append([b[0].tolist() for b in l])
        out.append(len(l))
    return out


@feature
def loader_types():
    class S(torch.utils.data.DataLoader):
        pass

    l = S(list(range(4)), shuffle=True, generator=torch.Generator().manual_seed(3))
    it = iter(l)
    return (
        type(it).__name__,
        isinstance(l, torch.utils.data.DataLoader),
        next(it).tolist(),
        pickle.loads(pickle.dumps(torch.utils.data.DataLoader)).__name__,
    )


@feature
def hooks():
    out = []
    torch.manual_seed(0)
    m = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    m.register_forward_hook(lambda *a: out.append("f"))
    m.register_full_backward_hook(lambda *a: out.append("b"))
    h = torch.nn.modules.module.register_module_forward_hook(lambda *a: out.append("g"))
    m(torch.ones(1, 2)).sum().backward()
    h.remove()
    return out


@feature
def autograd_fn():
    class Fn(torch.autograd.Function):
        @staticmethod
        def forward(c, x):
            c.save_for_backward(x)
            return x * torch.rand(1)

        @staticmethod
        def backward(c, gr):
            return gr * 2

    torch.manual_seed(0)
    x = torch.ones(2, requires_grad=True)
    Fn.apply(x).sum().backward()
    return x.grad, torch.autograd.gradcheck(lambda z: z**2, torch.ones(2, dtype=torch.double, requires_grad=True))


@feature
def custom_op():
    @torch.library.custom_op("features::twice", mutates_args=())
    def twice(x: torch.Tensor) -> torch.Tensor:
        return x * 2

    return twice(torch.ones(2))


@feature
def fork_rng():
    torch.manual_seed(0)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        a = torch.rand(2)
    return a, torch.rand(2), torch.initial_seed(), torch.get_rng_state().sum().item()


@feature
def states():
    random.seed(2)
    np.random.seed(2)
    torch.manual_seed(2)
    return (
        random.random(),
        np.random.rand(),
        np.random.default_rng(3).random(),
        np.random.RandomState(3).rand(),
        random.Random(4).random(),
        np.random.get_state()[2],
        hash(str(random.getstate())) and random.getstate()[1][-1],
        np.random.SeedSequence(3).generate_state(2).tolist(),
    )


@feature
def numpy_types():
    r = np.random.default_rng(1)
    import numpy.random as nr

    return (
        type(r).__name__,
        isinstance(r, nr.Generator),
        type(np.random.RandomState(1)).__name__,
        isinstance(np.random.mtrand._rand, nr.RandomState),
        nr.default_rng.__name__,
        type(nr.rand).__name__,
        r.spawn(2)[0].random(),
        pickle.loads(pickle.dumps(r)).random(),
        np.random.Generator(np.random.PCG64(3)).integers(9),
        np.empty(2).shape,
    )


@feature
def py_random():
    class R(random.Random):
        def random(self):
            return 0.25

    random.seed(1)
    return (
        R().random(),
        R().choice([1, 2, 3, 4]),
        random.sample(range(9), 3),
        random.Random("x").random(),
        random.shuffle.__name__,
        isinstance(random.Random(1), random.Random),
        random.SystemRandom().random() < 1,
    )


@feature
def threads():
    from concurrent.futures import ThreadPoolExecutor, as_completed

    with ThreadPoolExecutor(3) as e:
        return sorted(f.result() for f in as_completed([e.submit(pow, i, 2) for i in range(5)]))


@feature
def classes():
    return (
        nn.Linear.__init__.__qualname__,
        nn.Module.__call__.__name__,
        torch.optim.SGD.step.__name__,
        torch.utils.data.DataLoader.__iter__.__qualname__,
        torch.save.__name__,
        torch.Tensor.backward.__qualname__,
        torch.manual_seed.__name__,
    )


for one in FEATURES:
    try:
        print(one.__name__, shown(one()))
    except Exception as error:
        print(one.__name__, type(error).__name__, str(error)[:100])
