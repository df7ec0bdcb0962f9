"""One thread in torch and in the libraries below NumPy, whatever the script asks for afterwards."""

import functools
import sys

from lockstep_agent import acting
from lockstep_agent.imports import when_imported


def apply(parameters):
    """Holds torch at one thread from its import on; the launcher set the variables that other libraries read."""
    when_imported("torch", _hold)
    when_imported("threadpoolctl", _limit)


def _hold(torch):
    original = torch.set_num_threads
    if torch.get_num_threads() != 1:
        original(1)

    @functools.wraps(original)
    def set_num_threads(n):
        original(1)

    torch.set_num_threads = set_num_threads
    acting.acted("threads", None, None, "torch.set_num_threads")


def _limit(module):
    if "numpy" in sys.modules:
        module.threadpool_limits(limits=1)
