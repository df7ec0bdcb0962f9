"""Runs the code cells of a notebook one after the other: run_notebook.py FILE"""

import json
import sys

path = sys.argv[1]
with open(path, encoding="utf-8") as file:
    notebook = json.load(file)
space = {"__name__": "__main__"}
for number, cell in enumerate(notebook["cells"]):
    if cell["cell_type"] == "code":
        code = compile("".join(cell["source"]), f"{path}[{number}]", "exec")
        exec(code, space)
