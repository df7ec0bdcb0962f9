"""Takes events, gives this process's stream: a CBOR Sequence, appended by this process alone.

Each event is one `write` on a file opened for appending, so a process that is killed loses nothing it had
emitted and threads need no lock. A forked child starts a stream of its own. When the disk is full, recording stops,
what is whole stays whole, and the script goes on as if nothing had happened; such a stream has no `end`.
"""

import os
import struct
import threading

from lockstep_agent.pid import getpid
from lockstep_agent.settings import settings

_PACK_DOUBLE = struct.Struct(">d").pack
_SINGLE = struct.Struct(">f")
_HIGH_DESCRIPTOR = 512


def encode(value):
    """The CBOR form of integers, floats, text, bytes, lists, maps, booleans and None."""
    out = bytearray()
    _append(out, value)
    return bytes(out)


def _head(out, major, n):
    if n < 24:
        out.append(major | n)
    elif n < 0x100:
        out.append(major | 24)
        out.append(n)
    elif n < 0x10000:
        out.append(major | 25)
        out += n.to_bytes(2, "big")
    elif n < 0x100000000:
        out.append(major | 26)
        out += n.to_bytes(4, "big")
    else:
        out.append(major | 27)
        out += n.to_bytes(8, "big")


def _append(out, value):
    kind = type(value)
    if kind is str:
        text = value.encode("utf-8", "backslashreplace")
        _head(out, 0x60, len(text))
        out += text
    elif kind is bytes or kind is bytearray:
        _head(out, 0x40, len(value))
        out += value
    elif kind is int:
        if 0 <= value <= 0xFFFFFFFFFFFFFFFF:
            _head(out, 0x00, value)
        elif -0x10000000000000000 <= value < 0:
            _head(out, 0x20, -1 - value)
        else:
            _append(out, hex(value))
    elif value is None:
        out.append(0xF6)
    elif value is True:
        out.append(0xF5)
    elif value is False:
        out.append(0xF4)
    elif kind is float:
        try:
            short = _SINGLE.pack(value)
        except OverflowError:
            short = None
        if short is not None and _SINGLE.unpack(short)[0] == value:
            out.append(0xFA)
            out += short
        else:
            out.append(0xFB)
            out += _PACK_DOUBLE(value)
    elif kind is list or kind is tuple:
        _head(out, 0x80, len(value))
        for item in value:
            _append(out, item)
    elif kind is dict:
        _head(out, 0xA0, len(value))
        for key, item in value.items():
            _append(out, key if type(key) is str else str(key))
            _append(out, item)
    elif isinstance(value, (str, int, float, bytes, list, tuple, dict)):
        for base in (str, int, float, bytes, list, tuple, dict):
            if isinstance(value, base):
                _append(out, base.__str__(value) if base is str else base(value))
                break
    elif hasattr(kind, "__index__"):
        _append(out, value.__index__())
    else:
        _append(out, "<" + kind.__module__ + "." + kind.__qualname__ + ">")


class _Stream:
    def __init__(self):
        self.reset()

    def reset(self):
        self.pid = getpid()
        self.lock = threading.RLock()
        self.descriptor = -1
        self.identity = None
        self.path = None
        self.ready = False
        self.broken = False
        self.opening = False

    def write(self, data):
        if self.pid != getpid():
            self.reset()
        if self.broken:
            return
        if not self.ready:
            with self.lock:
                if not self.ready and not self.opening:
                    self._create()
            if self.broken:
                return
        if not data:
            return
        try:
            status = os.fstat(self.descriptor)
            if (status.st_dev, status.st_ino) != self.identity:
                self._reopen()
        except OSError:
            try:
                self._reopen()
            except OSError as error:
                self.fail(error, 0)
                return
        written = 0
        try:
            written = os.write(self.descriptor, data)
            while written < len(data):
                more = os.write(self.descriptor, data[written:])
                written += more
        except OSError as error:
            self.fail(error, written)

    def _create(self):
        self.opening = True
        try:
            if not settings.active:
                self.broken = True
                return
            folder = os.path.join(settings.run, "streams")
            os.makedirs(folder, exist_ok=True)
            n = 0
            while True:
                path = os.path.join(folder, "%d-%d.cbor" % (self.pid, n))
                try:
                    self._open(path, os.O_CREAT | os.O_EXCL)
                    break
                except FileExistsError:
                    n += 1
            self.path = path
            _write_whole(self.descriptor, encode({"k": "stream", "format": 2}))
            if begin is not None:
                begin()
            self.ready = True
        except OSError as error:
            self.fail(error, 0)
        finally:
            self.opening = False

    def _reopen(self):
        """The script closed our descriptor (daemons close all they find); what it opened there since is not ours."""
        self._open(self.path, 0)

    def _open(self, path, flags):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | flags | getattr(os, "O_CLOEXEC", 0), 0o644)
        try:
            # Out of the way: descriptors that the script opens keep the numbers they have without us.
            import fcntl

            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
            os.close(descriptor)
            descriptor = high
        except (ImportError, OSError):
            pass
        self.descriptor = descriptor
        status = os.fstat(descriptor)
        self.identity = (status.st_dev, status.st_ino)

    def fail(self, error, written):
        """Stops recording: cuts the stream back to its last whole event and leaves a note where there is room."""
        self.broken = True
        note = encode({"k": "untapped", "what": "stream", "why": "recording stopped: " + str(error.strerror or error)})
        try:
            if written:
                os.ftruncate(self.descriptor, os.fstat(self.descriptor).st_size - written)
            if os.write(self.descriptor, note) != len(note):
                raise OSError("short")
        except OSError:
            try:
                os.close(os.open((self.path or "stream") + ".failed", os.O_CREAT | os.O_WRONLY, 0o644))
            except OSError:
                pass


def _write_whole(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


_stream = _Stream()

#: Called once when a stream begins, to emit its second item, the `process` event.
begin = None


def emit(kind, /, **fields):
    """Appends one event of this kind to this process's stream; the fields keep their order."""
    out = bytearray()
    _head(out, 0xA0, len(fields) + 1)
    out += b"\x61k"
    _append(out, kind)
    for key, value in fields.items():
        _append(out, key)
        _append(out, value)
    if _holding["kinds"] and _held(kind, bytes(out)):
        return
    _stream.write(bytes(out))


_holding = {"kinds": frozenset(), "events": [], "pid": None}


def hold(kinds):
    """Keeps events of these kinds back until this process tells something else; a process that does not has no stream."""
    if not begun():
        _holding.update(kinds=frozenset(kinds), events=[], pid=os.getpid())


def _held(kind, event):
    if _holding["pid"] != os.getpid():
        _holding.update(kinds=frozenset(), events=[])
        return False
    if kind in _holding["kinds"]:
        if len(_holding["events"]) < 1000:
            _holding["events"].append(event)
        return True
    events = _holding["events"]
    _holding.update(kinds=frozenset(), events=[])
    for earlier in events:
        _stream.write(earlier)
    return False


def ensure():
    """Begins this process's stream, if it has none yet."""
    _stream.write(b"")


def begun():
    """Whether this process has a stream already (a forked child starts its own at its first event)."""
    return _stream.ready and _stream.pid == getpid()


def recording():
    """Whether events are still taken in this process."""
    return not _stream.broken


def stopped():
    """Whether recording stopped in this process, for want of a folder or of space."""
    return _stream.broken


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stream.reset)
