"""Runs one command of an experiment so that nothing of it outlives the run.

    python -I -S supervise.py --run FOLDER [--stdin FILE] -- COMMAND...

The command gets a session of its own, our standard output and error, and FILE or nothing as its standard input. Our own
standard input is the line to whoever started us: at its end, or at the line `stop`, everything is ended. So it is when
the command has ended: what it left running (daemons with a session of their own too) gets SIGTERM, a second later SIGKILL.
`FOLDER/exit.json` then holds the command's `status` and `signal`, `stopped` when we ended it, and `left`, the number of
processes that it had left running, and `read`, how many bytes of FILE were read. Needs the standard library alone and
imports little of it: it stands in the way of every start.
"""

import os
import select
import signal
import sys
import time

_GRACE = 1.0
_PATIENCE = 0.3
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def _prctl():
    """Linux's `prctl`, or something that does nothing."""
    if not sys.platform.startswith("linux"):
        return lambda option, value: 0
    try:
        import ctypes

        call = ctypes.CDLL(None, use_errno=True).prctl
        return lambda option, value: call(option, value, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return lambda option, value: 0


def _arguments(words):
    run = stdin = None
    while words:
        word = words.pop(0)
        if word == "--":
            break
        if word == "--run" and words:
            run = words.pop(0)
        elif word == "--stdin" and words:
            stdin = words.pop(0)
        else:
            sys.exit("supervise.py: unexpected " + word)
    if not run or not words:
        sys.exit("usage: supervise.py --run FOLDER [--stdin FILE] -- COMMAND...")
    return os.path.abspath(run), stdin, words


class Supervisor:
    def __init__(self, run, stdin, command):
        self.run = run
        self.mark = ("LOCKSTEP_RUN=" + os.environ.get("LOCKSTEP_RUN", run)).encode("utf-8", "surrogateescape")
        self.stdin = stdin
        self.command = command
        self.child = None
        self.status = None
        self.stopped = False
        self.source = None

    def start(self):
        prctl = _prctl()
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
        source = self.source = os.open(self.stdin or os.devnull, os.O_RDONLY)
        supervisor = os.getpid()
        self.child = os.fork()
        if self.child:
            return
        try:
            os.setsid()
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != supervisor:
                os._exit(125)
            os.dup2(source, 0)
            os.close(source)
            # Python ignores these two; what we start must find them as any program does.
            for number in (signal.SIGPIPE, getattr(signal, "SIGXFSZ", signal.SIGPIPE)):
                signal.signal(number, signal.SIG_DFL)
            os.execvp(self.command[0], self.command)
        except OSError as error:
            os.write(2, ("%s: %s\n" % (self.command[0], error.strerror)).encode())
            os._exit(127 if isinstance(error, FileNotFoundError) else 126)
        finally:
            os._exit(125)

    def follow(self):
        """Waits for the command's end, the line's end, or `stop`."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, frame: self.pass_on(number))
        self.start()
        text = b""
        while not self.reap():
            ready, _, _ = select.select([0, reader], [], [])
            if reader in ready:
                try:
                    os.read(reader, 4096)
                except BlockingIOError:
                    pass
            if 0 in ready:
                try:
                    read = os.read(0, 4096)
                except OSError:
                    read = b""
                text = (text + read)[-4096:]
                if not read or b"stop\n" in text:
                    self.stopped = True
                    break
        left = self.clear()
        self.report(left)

    def pass_on(self, number):
        try:
            os.killpg(self.child, number)
        except (OSError, TypeError):
            pass

    def reap(self):
        """Takes the ended processes; whether the command is among all those taken so far."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid == self.child:
                self.status = status
        return self.status is not None

    def others(self):
        """Every living process of the run: of the command's group, below us, or with the run in its environment."""
        me = os.getpid()
        parents = {}
        found = set()
        try:
            entries = os.listdir("/proc")
        except OSError:
            entries = []
        for entry in entries:
            if not entry.isdigit():
                continue
            pid = int(entry)
            try:
                with open("/proc/%d/stat" % pid, "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                if fields[0] in (b"Z", b"X"):
                    continue
                parents[pid] = int(fields[1])
                if int(fields[2]) == self.child or int(fields[3]) == self.child:
                    found.add(pid)
                    continue
                with open("/proc/%d/environ" % pid, "rb") as file:
                    if self.mark in file.read().split(b"\0"):
                        found.add(pid)
            except (OSError, IndexError, ValueError):
                continue
        for pid in parents:
            above = pid
            for _ in range(100):
                above = parents.get(above)
                if above is None:
                    break
                if above == me:
                    found.add(pid)
                    break
        found.discard(me)
        return found - self.ancestors(me, parents)

    @staticmethod
    def ancestors(pid, parents):
        above = set()
        while pid in parents and parents[pid] not in above and parents[pid] > 0:
            pid = parents[pid]
            above.add(pid)
        return above

    def end(self, number):
        try:
            os.killpg(self.child, number)
        except OSError:
            pass
        for pid in self.others():
            try:
                os.kill(pid, number)
            except OSError:
                pass

    def gone(self, seconds):
        """Waits until nothing of the run lives any more, so long at most."""
        until = time.monotonic() + seconds
        pause = 0.002
        while True:
            self.reap()
            if not self.others():
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    def clear(self):
        """Ends what lives; gives the number of processes that had not ended by themselves."""
        if not self.stopped and self.gone(_PATIENCE):
            return 0
        left = len(self.others())
        self.end(signal.SIGTERM)
        if not self.gone(_GRACE):
            for _ in range(20):
                self.end(signal.SIGKILL)
                if self.gone(0.1):
                    break
        return left

    def read(self):
        """How far the standard input was read: its place in the file is shared with every process that got it."""
        try:
            return os.lseek(self.source, 0, os.SEEK_CUR) if self.stdin else 0
        except OSError:
            return 0

    def report(self, left):
        number = os.WTERMSIG(self.status) if self.status is not None and os.WIFSIGNALED(self.status) else None
        if self.status is None:
            status = None
        else:
            status = 128 + number if number is not None else os.WEXITSTATUS(self.status)
        line = '{"status": %s, "signal": %s, "stopped": %s, "left": %d, "read": %d}\n' % (
            "null" if status is None else status,
            "null" if number is None else number,
            "true" if self.stopped else "false",
            left,
            self.read(),
        )
        path = os.path.join(self.run, "exit.json")
        try:
            with open(path + ".part", "w") as file:
                file.write(line)
            os.replace(path + ".part", path)
        except OSError as error:
            os.write(2, ("supervise.py: %s: %s\n" % (path, error.strerror)).encode())
        os._exit(125 if status is None else status)


if __name__ == "__main__":
    Supervisor(*_arguments(sys.argv[1:])).follow()
