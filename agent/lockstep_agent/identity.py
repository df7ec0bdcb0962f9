"""Says which process of the experiment this is: the main one, a rank, a loader's worker, or another child."""

import os
import sys

from lockstep_agent import VERSION, lineage, sites, stream
from lockstep_agent.guard import guarded
from lockstep_agent.pid import getpid
from lockstep_agent.settings import settings

#: How a process that `multiprocessing` spawned is told to start; its role is known a little later.
_SPAWN = (
    "from multiprocessing.spawn import",
    "from multiprocessing.forkserver import",
    "--multiprocessing-fork",
    "loky.backend.popen_loky_posix",
)


#: Of so many programs of one name the rest is not told apart.
_MOST_PROGRAMS = 1_000

#: A name is cut off behind so many characters: it becomes the name of a file.
_LONGEST_NAME = 80

#: How a process that `exec` replaced tells its successor who it is.
_HANDED = "LOCKSTEP_EXEC"


class _Identity:
    role = None
    replaced = 0
    method = "exec"
    hash_randomization = False


def begin(line):
    """Takes the command line, decides the role, and begins the stream, unless that must wait for a spawned child's role."""
    said = os.environ.get("PYTHONHASHSEED", "random")
    _Identity.hash_randomization = bool(sys.flags.hash_randomization) and said in ("random", "")
    stream.begin = _emit_process
    waits = any(mark in word for word in line[1:8] for mark in _SPAWN)
    handed = os.environ.pop(_HANDED, "").partition(":")
    if handed[0].isdigit():
        _Identity.replaced = int(handed[0])
    if waits:
        sites.spawned = True
        _Identity.role = _child()
    elif handed[2] == "main":
        _Identity.role = {"kind": "main"}
    else:
        _Identity.role = _role(line)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_in_child)
    if not waits:
        stream.ensure()


def role():
    """The role as a map, as the `process` event has it."""
    return _Identity.role


def is_worker():
    """Whether this is a worker of a loader."""
    return _Identity.role is not None and _Identity.role["kind"] == "worker"


def forked():
    """Whether this process came from a fork and not from a start of its own."""
    return _Identity.method == "fork"


def hand_over():
    """Puts into the environment, and gives, what the program that replaces this one needs to go on as this process."""
    handed = {
        _HANDED: "%d:%s" % (_Identity.replaced + 1, _Identity.role["kind"]),
        lineage.VARIABLE: lineage.name(),
    }
    for name, value in handed.items():
        os.putenv(name, value)
    return handed


def become_worker(loader, iterator, worker):
    """Says that this process is a loader's worker; called where its work begins."""
    _Identity.role = {"kind": "worker", "loader": loader, "iterator": iterator, "worker": worker}


def serve_a_pool():
    """Says that this process takes tasks from a pool; called where its work begins."""
    if _Identity.role is not None and _Identity.role["kind"] == "child":
        _Identity.role = dict(_Identity.role, pool=True)


def serves_a_pool():
    """Whether this process takes tasks from a pool."""
    return _Identity.role is not None and bool(_Identity.role.get("pool"))


def _role(line):
    if lineage.is_rank():
        return {"kind": "rank", "rank": lineage.rank()}
    if lineage.is_child():
        return _child()
    if _is_ours("main"):
        return {"kind": "main"}
    script = script_of(line)[:_LONGEST_NAME]
    number = 1
    while number < _MOST_PROGRAMS and not _is_ours("program %s %d" % (script, number)):
        number += 1
    lineage.begin_program(script if number == 1 else "%s (%d)" % (script, number))
    return _child()


def script_of(line):
    """The name of the script or module that a command line of Python runs."""
    words = iter(line[1:])
    for word in words:
        if word == "-m":
            return next(words, word)
        if word in ("-W", "-X", "--check-hash-based-pycs"):
            next(words, None)
        elif not word.startswith("-") or word in ("-", "-c"):
            return os.path.basename(word)
    return "python"


def _child():
    name = lineage.name()
    last = name.rpartition("/")[2]
    return {"kind": "child", "ordinal": int(last) - 1 if last.isdigit() else None, "name": name}


def _is_ours(name):
    """Whether this is the run's first Python process of that name; decided by who makes a file."""
    folder = os.path.join(settings.run, "streams")
    try:
        os.makedirs(folder, exist_ok=True)
        os.close(os.open(os.path.join(folder, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        return True
    except FileExistsError:
        return False
    except OSError:
        return False


def _in_child():
    _Identity.role = _child()
    _Identity.method = "fork"


@guarded
def _emit_process():
    try:
        folder = os.getcwd()
    except OSError:
        folder = None
    stream.emit(
        "process",
        pid=getpid(),
        ppid=os.getppid(),
        name=lineage.name(),
        argv=list(getattr(sys, "argv", [])),
        role=_Identity.role,
        python=sys.version.split()[0],
        executable=sys.executable,
        cwd=folder,
        method=_Identity.method,
        replaced=_Identity.replaced,
        hash_randomization=_Identity.hash_randomization,
        agent=VERSION,
    )
