"""Sees, at the end, what the process was made of: versions of packages, the project's own files, shared libraries."""

import os
import re
import sys

from lockstep_agent import exits, identity, installed, sites, stream
from lockstep_agent.digest import sha256
from lockstep_agent.taps import source, variable

_MATTER = re.compile(
    r"(openblas|mkl|libgomp|libiomp|libomp|cudnn|cublas|cudart|nccl|libjpeg|turbojpeg|libpng|libtiff|libwebp|blis|atlas|liblapack|libblas|torch)",
    re.IGNORECASE,
)
_MOST_BYTES = 4 << 20


def install():
    """Has the packages told at the end and at the step limit."""
    exits.at_exit(_tell, at_limit=True)


def _tell():
    if identity.is_worker() or identity.forked():
        return
    versions, hashes = _packages()
    stream.emit("packages", packages=versions, modules=_modules(), libraries=_libraries(), hashes=hashes, asked=variable.asked())


def _top_level():
    """The imported top-level modules that come from packages, and the folder that each was found in."""
    found = {}
    for name, module in sorted(list(sys.modules.items())):
        if "." in name or module is None:
            continue
        path = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ()) or ()), None)
        if not isinstance(path, str):
            continue
        folder = _folder(os.path.normpath(path))
        if folder:
            found[name] = folder
    return found


def _folder(path):
    """The folder of packages that a top-level module was found in; None for the project's own, the standard library's and ours."""
    for folder in installed.FOLDERS:
        head, mark, _ = path.partition(os.sep + folder + os.sep)
        if mark:
            return head + os.sep + folder
    if not os.path.isabs(path) or sites.users(path) or sites.standard_or_ours(path):
        return None
    # What `pip install --target` made, or another checkout on PYTHONPATH.
    folder = os.path.dirname(path)
    return os.path.dirname(folder) if os.path.basename(path).startswith("__init__.") else folder


def _packages():
    """What each imported package says its version is, and the hash over what was installed."""
    wanted = _top_level()
    known = {}
    for folder in sorted(set(wanted.values())):
        for one in installed.distributions(folder):
            for name in one.modules:
                if wanted.get(name) == folder:
                    known.setdefault(name, one)
    versions, hashes = {}, {}
    for name, folder in wanted.items():
        said = getattr(sys.modules[name], "__version__", None)
        one = known.get(name)
        title = one.title if one else name
        version = said if isinstance(said, str) else one.version if one else None
        if version is not None:
            versions[title] = version
        elif os.path.basename(folder) in installed.FOLDERS:
            continue
        if title not in hashes:
            hashes[title] = one.hash() if one else installed.hash_of_module(folder, name)
    return sorted(map(list, versions.items())), [[title, hashes[title]] for title in sorted(hashes) if hashes[title]]


def _modules():
    """The project's own files that were imported, with the hash of what they hold."""
    told = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and os.path.isabs(path) and path.endswith(".py") and sites.users(os.path.normpath(path)):
            try:
                content = source.kept(os.path.normpath(path))
                if content is None and os.path.getsize(path) <= _MOST_BYTES:
                    with open(path, "rb") as file:
                        content = file.read()
                if content is not None:
                    told[sites.relative(path)] = sha256(content).digest()
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
