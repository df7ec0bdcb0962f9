"""Runs code blocks, each in a fork of a process that has already imported what is slow to import.

argv: a folder with *.py files. Files whose name begins with "gpu_" are compiled only.
Prints one line per file: its name, a tab, "ok" or the error.
"""
import os
import runpy
import sys
import tempfile
import traceback

try:
    import numpy  # noqa: F401
    import sklearn.cluster  # noqa: F401
    import torch
    import torch.nn.functional  # noqa: F401
    import torch.utils.data  # noqa: F401

    torch.set_num_threads(1)
except ImportError as error:
    print("missing\t%s" % error)
    sys.exit(0)

folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    if name.startswith("gpu_"):
        print("%s\tok" % name, flush=True)
        continue
    sink = tempfile.TemporaryFile(mode="w+")
    child = os.fork()
    if child == 0:
        status = 1
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
        try:
            sys.argv = [path]
            os.environ["PYTHONHASHSEED"] = "0"  # blocks that start themselves again are satisfied
            runpy.run_path(path, run_name="__main__")
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    sink.seek(0)
    text = sink.read().strip().replace("\n", " | ")
    print("%s\t%s" % (name, "ok" if status == 0 else "failed: " + text), flush=True)
