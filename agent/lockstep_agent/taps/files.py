"""Sees the data files read and the files written, and keeps the user's own files from being written through the mirror.

The run's working copy may hold symbolic links to the user's files. Before anything opens such a link for writing, the
link becomes a private copy. Compiled code opens files by itself, without a word to Python: of it, the functions of a table are
seen, what a process still has open or mapped when it ends, and the files of the project that it changed, by their times.
"""

import os
import stat
import sys
import threading
import time

from lockstep_agent import audit, exits, home, lineage, sites, stream
from lockstep_agent.digest import sha256
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.pid import getpid
from lockstep_agent.settings import settings

WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_TRUNC | os.O_CREAT
_CODE = (".py", ".pyc", ".so", ".pth", ".pyi", ".pyx", ".pyd", ".dylib", ".egg-link")
_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib/", "/lib64/", "/var/lib/", "/run/")
_PACKAGES = ("/site-packages/", "/dist-packages/", "/__pycache__/", "/.git/", "/torchinductor_", "/.triton/", "/.cache/")
_MOST_FILES = 20000
_MOST_BYTES = 256 << 20
_MOST_IN_ALL = 1 << 30
#: Entries of the project that are looked at for files that compiled code wrote.
_MOST_ENTRIES = 20000
#: The clock of a file system is some milliseconds behind.
_LATE = 20 * 10**6
_NEVER = ("__pycache__", ".lockstep", ".git")

#: Functions whose compiled code opens the file: module, attribute, place and names of the path, place of the mode or None.
_COMPILED = (
    ("h5py", "File.__init__", 1, ("name",), 2),
    ("cv2", "imread", 0, ("filename",), None),
    ("soundfile", "SoundFile.__init__", 1, ("file",), 2),
    ("torchvision.io.image", "read_file", 0, ("path",), None),
    ("torchaudio", "load", 0, ("uri", "filepath"), None),
    ("pyarrow", "memory_map", 0, ("path",), 1),
    ("netCDF4", "Dataset.__init__", 1, ("filename",), 2),
)

_open = os.open
_begun = time.time_ns() - _LATE
busy = threading.local()
_read = {}
_written = {}
_connected = {}
_places = []


def install():
    """Taps `open`, `os.open`, `os.truncate` and `sqlite3.connect` through the interpreter's audit events."""
    prefixes = {os.path.join(sys.prefix, ""), os.path.join(sys.base_prefix, "")}
    prefixes.add(os.path.join(os.path.dirname(os.path.abspath(os.__file__)), ""))
    prefixes.add(os.path.join(settings.run, ""))
    prefixes.add(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ""))
    _places.extend(_SYSTEM + tuple(p for p in prefixes if not settings.project.startswith(p) and len(p) > 1))
    _Mirror.prepare()
    audit.on("open", _opening)
    audit.on("os.truncate", lambda arguments: writing(arguments[0]))
    audit.on("sqlite3.connect", _connecting)
    for entry in _COMPILED:
        when_imported(entry[0], lambda module, entry=entry: _tap(module, *entry[1:]))
    exits.at_exit(_emit_held)
    exits.at_exit(_emit_written)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_written.clear)


class _Mirror:
    """Where links to the user's files may stand: under the mirror's root, which is above the run's working copy."""

    root = None
    real = None

    @classmethod
    def prepare(cls):
        root = home.mirror()
        if root is not None:
            cls.root = os.path.join(root, "")
            cls.real = os.path.join(os.path.realpath(cls.root), "")


def _opening(arguments):
    path, mode, flags = arguments
    if type(path) is int:
        return
    if flags & WRITES:
        if mode is None and not flags & (os.O_WRONLY | os.O_RDWR | os.O_TRUNC):
            return
        writing(path, bool(flags & os.O_TRUNC), bool(flags & os.O_EXCL))
    elif type(path) is str and path.endswith(_CODE):
        return
    elif stream.recording():
        _reading(path)


def _tap(module, attribute, place, names, mode):
    owner, _, name = attribute.rpartition(".")
    owner = getattr(module, owner, None) if owner else module
    if owner is None or not hasattr(owner, name):
        return

    def wrapper(original):
        def opening(*arguments, **keywords):
            _opened(arguments, keywords, place, names, mode)
            return original(*arguments, **keywords)

        return opening

    replace(owner, name, wrapper)


@guarded
def _opened(arguments, keywords, place, names, mode):
    path = arguments[place] if len(arguments) > place else next((keywords[n] for n in names if n in keywords), None)
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    how = None
    if mode is not None:
        how = arguments[mode] if len(arguments) > mode else keywords.get("mode")
    if how is None or how in ("r", "rb"):
        reading(path)
    else:
        writing(path)


@guarded
def reading(path):
    """Says that compiled code is about to read a file."""
    if stream.recording():
        _reading(path)


def _connecting(arguments):
    path = arguments[0]
    try:
        found = os.stat(path)
        _connected[_absolute(path)] = (found.st_size, found.st_mtime_ns)
    except (OSError, TypeError, ValueError):
        pass
    writing(path)


def _emit_held():
    """Says what this process still has open or mapped, and the databases that it only read."""
    # A mirror's files are copies, or links to other places.
    if _Mirror.root is None:
        for path, before in list(_connected.items()):
            found = os.stat(path)
            if before == (found.st_size, found.st_mtime_ns):
                _written.pop(path, None)
                _reading(path)
        for path in _held():
            _reading(path)


def _held():
    paths = set()
    busy.on = True
    try:
        for entry in os.listdir("/proc/self/fd"):
            if int(entry) > 2:
                try:
                    path = os.readlink("/proc/self/fd/" + entry)
                    with open("/proc/self/fdinfo/" + entry) as file:
                        flags = int(next(line for line in file if line.startswith("flags:")).split()[1], 8)
                except OSError:
                    continue
                if not flags & os.O_ACCMODE:
                    paths.add(path)
        with open("/proc/self/maps") as file:
            for line in file:
                fields = line.rstrip("\n").split(None, 5)
                if len(fields) == 6 and "x" not in fields[1] and not ("w" in fields[1] and "s" in fields[1]):
                    paths.add(fields[5])
    finally:
        busy.on = False
    return sorted(path for path in paths if path.startswith("/") and ".so" not in os.path.basename(path))


def _absolute(path):
    path = os.fsdecode(path)
    return os.path.normpath(path if os.path.isabs(path) else os.path.join(os.getcwd(), path))


def _boring(path):
    return path.startswith(tuple(_places)) or any(part in path for part in _PACKAGES)


def _reading(path):
    if getattr(busy, "on", False):
        return
    path = _absolute(path)
    if path in _read or path in _written or len(_read) >= _MOST_FILES or path.endswith(_CODE) or _boring(path):
        return
    try:
        found = os.stat(path)
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        return
    _read[path] = True
    stream.emit("open", path=sites.relative(path), bytes=found.st_size, modified=found.st_mtime_ns)


@guarded
def writing(path, truncate=False, exclusive=False):
    """Says that a file is about to be written; makes a link in its place that leads to a file of the user's a private copy."""
    if getattr(busy, "on", False) or isinstance(path, int):
        return
    path = _absolute(path)
    if _Mirror.root is not None and not exclusive and _in_mirror(path) and os.path.islink(path):
        busy.on = True
        try:
            _own(path, truncate)
        finally:
            busy.on = False
    if len(_written) < _MOST_FILES and not path.endswith(_CODE) and not _boring(path):
        _written[path] = True


def _in_mirror(path):
    if path.startswith(_Mirror.root) or path.startswith(_Mirror.real):
        return True
    folder = os.path.join(os.path.realpath(os.path.dirname(path)), "")
    return folder.startswith(_Mirror.real)


def _own(path, truncate):
    """Replaces a link that leads out of the mirror by a copy of what it leads to."""
    target = os.path.realpath(path)
    if target.startswith(_Mirror.real):
        return
    try:
        found = os.stat(target)
    except OSError:
        os.unlink(path)
        return
    if not stat.S_ISREG(found.st_mode):
        return
    part = "%s.lockstep-%d" % (path, getpid())
    copy = _open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        if not truncate:
            source = _open(target, os.O_RDONLY)
            try:
                while True:
                    data = os.read(source, 1 << 20)
                    if not data:
                        break
                    while data:
                        data = data[os.write(copy, data):]
            finally:
                os.close(source)
        os.fchmod(copy, stat.S_IMODE(found.st_mode) | stat.S_IWUSR)
    finally:
        os.close(copy)
    os.utime(part, ns=(found.st_atime_ns, found.st_mtime_ns))
    os.replace(part, path)


def _unseen():
    """Files of the project that are newer than this process and that nobody was seen to write: the main process looks."""
    found = []
    if lineage.name() != "main":
        return found
    entries = 0
    for folder, folders, files in os.walk(settings.project):
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        for name in files:
            path = os.path.join(folder, name)
            entries += 1
            if entries > _MOST_ENTRIES:
                return found
            if path in _written or path.endswith(_CODE) or _boring(path):
                continue
            try:
                at = os.lstat(path)
            except OSError:
                continue
            if stat.S_ISREG(at.st_mode) and at.st_ctime_ns >= _begun:
                found.append(path)
    return found


def _emit_written():
    budget = _MOST_IN_ALL
    busy.on = True
    unseen = set(_unseen())
    for path in sorted(unseen.union(_written)):
        try:
            found = os.stat(path)
            if not stat.S_ISREG(found.st_mode):
                continue
            size = found.st_size
            digest = None
            if size <= _MOST_BYTES and size <= budget:
                budget -= size
                digest = _sha256(path)
            if digest is None:
                stream.emit("write", path=sites.relative(path), bytes=size, sha256=None, why="too large to be hashed at exit")
            else:
                more = {"unseen": True} if path in unseen else {}
                stream.emit("write", path=sites.relative(path), bytes=size, sha256=digest, **more)
        except OSError:
            continue
    busy.on = False


def _sha256(path):
    digest = sha256()
    descriptor = _open(path, os.O_RDONLY)
    try:
        while True:
            data = os.read(descriptor, 1 << 20)
            if not data:
                return digest.digest()
            digest.update(data)
    finally:
        os.close(descriptor)
