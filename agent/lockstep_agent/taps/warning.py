"""Sees torch's warnings of nondeterministic operations, and shows nobody a warning that is there only because of a pin.

Torch warns where it is asked to be deterministic and cannot. Such a warning passes Python's filters once a place, and
is lost when the script ignores warnings; where the pin asked for them, they are taken before any filter.
"""

import re
import sys

from lockstep_agent import sites, stream
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.settings import settings

_TEXT = re.compile(
    r"\s*(\S[^\n]*?) (?:does not have a deterministic implementation|defaults to a non-deterministic algorithm)", re.IGNORECASE
)
_MOST = 256
_seen = set()


class _Asked:
    """Whether the script itself wants torch's warnings."""

    by_script = False


def install():
    """Taps `warnings`; where the pin is applied, also puts a filter before all others, again after each change."""
    when_imported("warnings", _tap)
    if _pinned():
        when_imported("torch", lambda torch: replace(torch, "use_deterministic_algorithms", _asking))


def _pinned():
    return "deterministic" in settings.pins or "deterministic-where-possible" in settings.pins


def _asking(original):
    def use_deterministic_algorithms(mode, **keywords):
        _Asked.by_script = _Asked.by_script or bool(mode)
        return original(mode, **keywords)

    return use_deterministic_algorithms


def _tap(module):
    replace(module, "_showwarnmsg", _showing)
    if _pinned():
        for name in ("filterwarnings", "simplefilter", "resetwarnings"):
            replace(module, name, _filtering)
        _first()


def _showing(original):
    def _showwarnmsg(message):
        if _saw(message):
            return None
        return original(message)

    return _showwarnmsg


@guarded
def _saw(message):
    """Records a warning of ours; whether it is there only because of the pin, so that nobody should see it."""
    text = str(message.message)
    match = _TEXT.match(text)
    if match is None:
        return False
    site, via = sites.caller()
    operation = match.group(1)
    key = (operation, tuple(site) if site else None)
    if key not in _seen and len(_seen) < _MOST:
        _seen.add(key)
        stream.emit("warning", text=text.splitlines()[0][:1000], operation=operation, site=site, via=via)
    return _pinned() and not _Asked.by_script


def _filtering(original):
    def change(*arguments, **keywords):
        result = original(*arguments, **keywords)
        _first()
        return result

    return change


@guarded
def _first():
    warnings = sys.modules["warnings"]
    ours = ("always", _TEXT, Warning, None, 0)
    if not warnings.filters or warnings.filters[0] != ours:
        if ours in warnings.filters:
            warnings.filters.remove(ours)
        warnings.filters.insert(0, ours)
        warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else warnings._filters_mutated_lock_held()
