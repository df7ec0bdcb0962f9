"""Lockstep's agent: observes one Python process of an experiment, applies the pins it is told, decides nothing.

A guest in somebody's process: nothing it raises gets out, it draws no random number, and it keeps the
order of the script's imports. `site/sitecustomize.py` starts it; `boot` says in which order.
"""

VERSION = "0.1.0"
