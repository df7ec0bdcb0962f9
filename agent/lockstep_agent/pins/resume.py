"""Brings the random generators back to where they were when a checkpoint was saved, once a later run has loaded it.

Only `verify --resume-with` tells this pin. The run that is interrupted keeps the states in the given folder, under the SHA-256 of
the file that it saved; the run that goes on from there restores them when it loads a file with the same bytes, the first time.
The checkpoint itself stays as the script wrote it. Nothing is unpickled.
"""

import json
import os
import sys

from lockstep_agent import acting, generators
from lockstep_agent.digest import sha256
from lockstep_agent.guard import guarded
from lockstep_agent.stream import emit
from lockstep_agent.taps import checkpoint, files


def apply(parameters):
    """Keeps states on each save, or restores them on the first load: `restore` says which."""
    folder = parameters["folder"]
    if parameters.get("restore"):
        checkpoint.loaded.append(lambda path, function, site: _restore(folder, path, function, site))
    else:
        checkpoint.saved.append(lambda path, function, site: _keep(folder, path))


def _key(path):
    files.busy.on = True
    try:
        digest = sha256()
        with open(path, "rb") as file:
            while True:
                data = file.read(1 << 20)
                if not data:
                    return digest.hexdigest()
                digest.update(data)
    finally:
        files.busy.on = False


@guarded
def _keep(folder, path):
    if path is None:
        emit("untapped", what="pin resume", why="a checkpoint was saved into an object without a path")
        return
    told = json.dumps(_states())
    files.busy.on = True
    try:
        os.makedirs(folder, exist_ok=True)
        name = os.path.join(folder, _key(path) + ".json")
        files.busy.on = True
        with open(name, "w") as file:
            file.write(told)
    finally:
        files.busy.on = False


@guarded
def _restore(folder, path, function, site):
    if path is None or not os.path.isfile(path):
        return
    name = os.path.join(folder, _key(path) + ".json")
    files.busy.on = True
    try:
        if not os.path.exists(name):
            return
        with open(name) as file:
            states = json.load(file)
    finally:
        files.busy.on = False
    del checkpoint.loaded[:]
    for kind, put in _PUT.items():
        if states.get(kind) is not None:
            put(states[kind])
    acting.acted("resume", site, None, function)


def _states():
    torch = sys.modules.get("torch")
    numpy = sys.modules.get("numpy.random")
    random = sys.modules.get("random")
    states = {}
    if random is not None:
        _, internal, gauss = random._inst.getstate()
        states["python"] = [list(internal), gauss]
    if numpy is not None:
        state = numpy.mtrand._rand.get_state(legacy=False)
        if state.get("bit_generator") == "MT19937":
            inner = state["state"]
            states["numpy"] = [[int(n) for n in inner["key"]], int(inner["pos"]), int(state["has_gauss"]), float(state["gauss"])]
    if torch is not None:
        states["torch"] = generators.state_of("torch").hex()
        if torch.cuda.is_initialized():
            names = ["torch.cuda:%d" % i for i in range(len(torch.cuda.default_generators))]
            states["cuda"] = [generators.state_of(name).hex() for name in names]
    return states


def _python(state):
    import _random
    import random

    # The methods of the class, as the script sees them, say that somebody seeds.
    _random.Random.setstate(random._inst, tuple(state[0]))
    random._inst.gauss_next = state[1]


def _numpy(state):
    import numpy

    key, position, has_gauss, gauss = state
    whole = ("MT19937", numpy.array(key, dtype=numpy.uint32), position, has_gauss, gauss)
    rand = numpy.random.mtrand._rand
    base = next(kind for kind in reversed(type(rand).__mro__) if "set_state" in vars(kind))
    base.set_state(rand, whole)


def _torch(state):
    torch = sys.modules["torch"]
    torch.default_generator.set_state(_tensor(torch, state))


def _cuda(states):
    torch = sys.modules["torch"]
    torch.cuda.init()
    for generator, state in zip(torch.cuda.default_generators, states):
        generator.set_state(_tensor(torch, state))


def _tensor(torch, state):
    return torch.tensor(list(bytes.fromhex(state)), dtype=torch.uint8)


_PUT = {"python": _python, "numpy": _numpy, "torch": _torch, "cuda": _cuda}
