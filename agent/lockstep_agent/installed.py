"""Says which distributions lie in a folder of packages, in which version, with a hash over what was installed.

The agent asks about what the process imported. `python -c "from lockstep_agent import installed; installed.tell()"` asks
about the distributions whose names come on standard input, a line each, without importing any.
"""

import os
import re
import sys

from lockstep_agent.digest import sha256

_listdir = os.listdir
FOLDERS = ("site-packages", "dist-packages")
_MOST_BYTES = 8 << 20


class Distribution:
    """What a folder's own notes say: `title`, `version`, the modules that it brings, and where the notes are."""

    def __init__(self, folder, entry):
        title, _, version = entry.rpartition(".")[0].partition("-")
        self.folder = folder
        self.notes = os.path.join(folder, entry)
        self.title = title.replace("_", "-")
        self.version = re.sub(r"-py\d.*$", "", version)
        named = _bytes(os.path.join(self.notes, "top_level.txt")).decode("utf-8", "replace").split()
        self.modules = named or [title.lower().replace("-", "_"), title]

    def hash(self):
        """16 digits over the installer's list of files and their hashes; without one over the main module's files."""
        lines = _bytes(os.path.join(self.notes, "RECORD")).splitlines()
        wanted = sorted(line for line in lines if not _of_the_place(line))
        if wanted:
            return sha256(b"\n".join(wanted)).hexdigest()[:16]
        return hash_of_module(self.folder, self.modules[0])


def _of_the_place(line):
    """Whether a line of RECORD is about what differs from one installation of the same files to the next."""
    path = line.partition(b",")[0].lstrip(b'"')
    return path.startswith((b"../", b"/")) or b".dist-info/" in path or b"__pycache__/" in path


def distributions(folder):
    """The distributions in a folder, by name."""
    try:
        entries = sorted(_listdir(folder))
    except OSError:
        return []
    return [Distribution(folder, entry) for entry in entries if entry.endswith((".dist-info", ".egg-info"))]


def hash_of_module(folder, name):
    """16 digits over the names and sizes of a module's files and the bytes of its first one; None when it is not there."""
    for first in (os.path.join(folder, name, "__init__.py"), os.path.join(folder, name + ".py")):
        if not os.path.isfile(first):
            continue
        digest = sha256(_bytes(first))
        if first.endswith("__init__.py"):
            with os.scandir(os.path.dirname(first)) as entries:
                for line in sorted("%s %d\n" % (entry.name, entry.stat().st_size) for entry in entries if entry.is_file()):
                    digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:16]
    return None


def _bytes(path):
    try:
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""


def tell():
    """Prints `name<TAB>version<TAB>hash` for each distribution or module that was asked for and is there."""
    asked = {line.strip() for line in sys.stdin if line.strip()}
    left = set(asked)
    standard = os.path.dirname(os.__file__)
    folders = [path for path in sys.path if path and path not in (standard, os.path.join(standard, "lib-dynload"))]
    for folder in folders:
        for one in distributions(folder):
            if one.title in left:
                left.discard(one.title)
                print("%s\t%s\t%s" % (one.title, one.version, one.hash() or ""))
    for folder in folders:
        for name in sorted(left):
            found = hash_of_module(folder, name)
            if found:
                left.discard(name)
                print("%s\t\t%s" % (name, found))
