"""Sees, at the end, what the process was made of: versions of packages, the project's own files, shared libraries."""

import os
import re
import sys

from lockstep_agent import exits, identity, sites, stream
from lockstep_agent.digest import sha256

_listdir = os.listdir
_MATTER = re.compile(
    r"(openblas|mkl|libgomp|libiomp|libomp|cudnn|cublas|cudart|nccl|libjpeg|turbojpeg|libpng|blis|atlas|liblapack|libblas|torch)",
    re.IGNORECASE,
)
_MOST_BYTES = 4 << 20


def install():
    """Has the packages told at the end and at the step limit."""
    exits.at_exit(_tell, at_limit=True)


def _tell():
    if identity.is_worker() or identity.forked():
        return
    stream.emit("packages", packages=_packages(), modules=_modules(), libraries=_libraries())


def _top_level():
    """The imported top-level modules that come from packages, and the folder that each was found in."""
    found = {}
    for name, module in sorted(list(sys.modules.items())):
        if "." in name or module is None:
            continue
        path = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ()) or ()), None)
        if not isinstance(path, str):
            continue
        for folder in ("site-packages", "dist-packages"):
            head, mark, _ = path.partition(os.sep + folder + os.sep)
            if mark:
                found[name] = head + os.sep + folder
    return found


def _packages():
    wanted = _top_level()
    versions = {}
    for folder in sorted(set(wanted.values())):
        versions.update(_installed(folder, {name for name, where in wanted.items() if where == folder}))
    told = {}
    for name in wanted:
        said = getattr(sys.modules[name], "__version__", None)
        title, version = versions.get(name, (name, None))
        if isinstance(said, str):
            version = said
        if version is not None:
            told[title] = version
    return [[title, told[title]] for title in sorted(told)]


def _installed(folder, names):
    """From the name of an imported module to the distribution's name and version, read from the folder's own notes."""
    found = {}
    try:
        entries = sorted(_listdir(folder))
    except OSError:
        return found
    for entry in entries:
        if not entry.endswith((".dist-info", ".egg-info")):
            continue
        title, _, version = entry.rpartition(".")[0].partition("-")
        version = re.sub(r"-py\d.*$", "", version)
        tops = _text(os.path.join(folder, entry, "top_level.txt")).split() or [title.lower().replace("-", "_"), title]
        for top in tops:
            if top in names:
                found.setdefault(top, (title.replace("_", "-"), version))
    return found


def _text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(100000)
    except OSError:
        return ""


def _modules():
    """The project's own files that were imported, with the hash of what they hold."""
    told = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and os.path.isabs(path) and path.endswith(".py") and sites.users(os.path.normpath(path)):
            try:
                if os.path.getsize(path) <= _MOST_BYTES:
                    with open(path, "rb") as file:
                        told[sites.relative(path)] = sha256(file.read()).digest()
            except OSError:
                continue
    return [[path, told[path]] for path in sorted(told)]


def _libraries():
    """The shared libraries mapped into this process that decide about numbers."""
    found = set()
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
            for line in file:
                path = line.partition("/")[2].strip()
                if ".so" in path and _MATTER.search(os.path.basename(path)):
                    found.add("/" + path)
    except OSError:
        pass
    return sorted(found)
