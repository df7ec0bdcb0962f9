"""A process that receives from whoever sends first receives from the other ranks in turn.

Only at the lines that the pin names: a program whose ranks don't send equally often would wait for ever. The order in
which NCCL adds up is the launcher's part of this pin.
"""

import functools

from lockstep_agent import acting
from lockstep_agent.imports import when_imported
from lockstep_agent.sites import caller

_PIN = "collectives"
_next = {}


def apply(parameters):
    """Wraps `torch.distributed.recv` when it is imported."""
    sites = {(site[0], site[1]) for site in parameters.get("sites") or ()}
    if sites:
        when_imported("torch.distributed", functools.partial(_tap, sites))


def _tap(sites, module):
    original = getattr(module, "recv", None)
    if original is None:
        return

    @functools.wraps(original)
    def recv(tensor, src=None, group=None, tag=0, **keywords):
        site, via = caller()
        if src is None and not keywords and site and (site[0], site[1]) in sites:
            acting.acted(_PIN, site, via, "recv")
            src = _in_turn(module, group, tag)
        return original(tensor, src, group, tag, **keywords)

    module.recv = recv


def _in_turn(module, group, tag):
    """The next of the group's other ranks, as numbered in the whole world."""
    own, size = module.get_rank(group), module.get_world_size(group)
    others = [rank for rank in range(size) if rank != own]
    turn = _next.get((id(group), tag), 0)
    _next[(id(group), tag)] = turn + 1
    rank = others[turn % len(others)]
    return rank if group is None else module.get_global_rank(group, rank)
