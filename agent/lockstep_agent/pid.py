"""The process id as the operating system has it; `os.getpid` is tapped, and pinned for the script."""

try:
    from posix import getpid
except ImportError:
    from os import getpid

__all__ = ["getpid"]
