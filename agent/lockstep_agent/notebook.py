"""Runs the code cells of a Jupyter notebook in order, as a script is run.

    python notebook.py TRAIN.ipynb ARGUMENTS...

Lines of magic (`%`, `!`, `?`) and cells of another language (`%%bash`) are left out. All cells count as one text, each
from a line of its own, so that line numbers are those of Lockstep's reader of notebooks; `linecache` knows that text.
"""

import json
import os
import re
import sys

_PYTHON = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")
_MAGIC = re.compile(r"^([ \t]*)([%!?].*|[\w.]+\?{1,2}[ \t]*)$", re.M)
_VALUE = re.compile(r"^([ \t]*[\w., \[\]'\"]+=[ \t]*)[!%].*$", re.M)


def cells(path):
    """The texts of the code cells."""
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    found = [(cell, "source") for cell in notebook.get("cells", ())]
    found += [(cell, "input") for sheet in notebook.get("worksheets", ()) for cell in sheet.get("cells", ())]
    texts = []
    for cell, key in found:
        if cell.get("cell_type") == "code":
            text = cell.get(key, "")
            texts.append(text if isinstance(text, str) else "".join(text))
    return texts


def python(text):
    """A cell's text with what is no Python left out, line for line."""
    if text.lstrip().startswith("%%"):
        words = text.split(None, 1)
        if words[0] not in _PYTHON:
            return "\n" * text.count("\n")
        return re.sub(r"^(\s*)%%.*", r"\1", text, count=1)
    try:
        compile(text, "cell", "exec", dont_inherit=True)
        return text
    except (SyntaxError, ValueError):
        return _VALUE.sub(r"\1None", _MAGIC.sub(r"\1pass", text))


def run(path):
    """Runs a notebook as `__main__`."""
    import linecache
    import types

    full = os.path.abspath(path)
    texts = cells(full)
    whole = "".join(text + "\n" for text in texts)
    linecache.cache[full] = (len(whole), None, whole.splitlines(True), full)
    main = types.ModuleType("__main__")
    main.__dict__["display"] = print
    sys.modules["__main__"] = main
    sys.path[0] = os.path.dirname(full)
    line = 0
    for text in texts:
        code = compile("\n" * line + python(text), full, "exec", dont_inherit=True)
        exec(code, main.__dict__)
        line += text.count("\n") + 1


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    try:
        run(sys.argv[0])
    except Exception:
        kind, error, trace = sys.exc_info()
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        sys.excepthook(kind, error, trace)
        sys.exit(1)
