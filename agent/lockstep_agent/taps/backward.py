"""Sees the calls of `backward` in a process that has no optimizer: its losses are all there is to compare."""

from lockstep_agent import fingerprint, losses, sites, stream
from lockstep_agent.imports import when_imported
from lockstep_agent.progress import progress


def install():
    """Taps `torch.autograd.backward`."""
    when_imported("torch", losses.tap)
    losses.listen(_called)


def _called(kept):
    if progress.optimizers:
        return
    n = progress.backwards
    progress.backwards += 1
    site, _ = sites.caller()
    prints = fingerprint.each(kept)
    losses.taken(prints)
    stream.emit(
        "backward",
        n=n,
        loss=fingerprint.root(prints) if len(prints) > 1 else (prints[0] if prints else None),
        value=losses.value(kept[-1]) if kept else None,
        site=site,
    )
