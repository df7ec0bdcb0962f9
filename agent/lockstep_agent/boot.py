"""Starts the agent in a process: pins first, then taps."""

import sys

from lockstep_agent.settings import settings

#: Helpers of libraries that run none of the experiment's code.
_NOT_THE_EXPERIMENT = (
    "from multiprocessing.resource_tracker import",
    "from multiprocessing.semaphore_tracker import",
    "loky.backend.resource_tracker import",
    "compile_worker",
)


def command_line():
    """The whole command line of this process, as the operating system has it."""
    words = getattr(sys, "orig_argv", None)
    if not words:
        try:
            with open("/proc/self/cmdline", "rb") as file:
                words = [word.decode("utf-8", "surrogateescape") for word in file.read().split(b"\0")[:-1]]
        except OSError:
            words = []
    return list(words)


def start():
    """Starts the agent, unless this process belongs to no run or runs none of the experiment's code."""
    if not settings.active:
        return
    line = command_line()
    if any(mark in word for word in line[1:4] for mark in _NOT_THE_EXPERIMENT):
        return
    from lockstep_agent import compiled, identity, pins, taps, vary

    identity.begin(line)
    compiled.install()
    vary.apply_all()
    pins.apply_all()
    if settings.observe:
        taps.install_all()
