"""Data files read, files written, and the user's own files, which stay as they were."""

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import time
import unittest

from harness import AGENT, AgentTest, PYTHONS, each_python


class FilesTest(AgentTest):
    def mirrored(self):
        """A user's folder, and a mirror of it in which the data files are links."""
        origin = os.path.join(self.folder, "user")
        mirror = os.path.join(self.folder, "mirror" + origin)
        for name in ("a.txt", "b.txt", "c.txt", "d.txt", "e.bin", "w.pt", "s.db", "same/f.txt"):
            path = self.write(os.path.join("user", name), "mine\n")
            link = os.path.join(mirror, name)
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(path, link)
        os.symlink("a.txt", os.path.join(mirror, "inner.txt"))
        os.symlink("/does/not/exist", os.path.join(mirror, "dangling.txt"))
        return origin, mirror

    def contents(self, folder):
        found = {}
        for top, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(top, name), "rb") as file:
                    found[name] = file.read()
        return found

    def test_files_that_python_did_not_write_are_found_by_their_times(self):
        self.write("old.bin", "as it was")
        script = self.write(
            "s.py", "import os\nopen('seen.txt', 'w').write('1')\nos.makedirs('out')\nos.system('echo made > out/made.bin')\n"
        )
        os.utime(os.path.join(self.folder, "old.bin"), (1, 1))
        # What a file's owner did before the run is no writing of the run.
        time.sleep(0.1)
        outcome = self.start(PYTHONS[0], [script])
        writes = {event["path"]: event.get("unseen") for event in outcome.events("write")}
        self.assertEqual(True, writes.get("out/made.bin"), writes)
        self.assertIn("seen.txt", writes)
        self.assertIsNone(writes["seen.txt"])
        self.assertNotIn("old.bin", writes)

    def test_the_users_files_are_never_written_through_a_link(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                self.folder, before = os.path.join(self.folder, str(self.n)), self.folder
                os.makedirs(self.folder)
                origin, mirror = self.mirrored()
                self.write(
                    "mirror%s/s.py" % origin,
                    "import os, sqlite3\n"
                    "open('a.txt', 'w').write('1')\n"
                    "open('b.txt', 'a').write('2')\n"
                    "f = open(b'c.txt', 'r+b'); f.seek(1); f.write(b'3'); f.close()\n"
                    "f = os.open('d.txt', os.O_WRONLY); os.write(f, b'4'); os.close(f)\n"
                    "os.truncate('e.bin', 2)\n"
                    "c = sqlite3.connect('s.db'); c.close()\n"
                    "os.chdir('same'); open('../same/f.txt', 'w').write('6'); os.chdir('..')\n"
                    "open('inner.txt', 'a').write('7')\n"
                    "try:\n    open('w.pt', 'x')\nexcept FileExistsError:\n    print('exists')\n"
                    "print([(n, os.path.islink(n), open(n).read()) for n in 'a.txt b.txt c.txt d.txt e.bin w.pt same/f.txt inner.txt'.split()])\n"
                    "open('dangling.txt', 'w').write('8')\n",
                )
                outcome = self.start(python, ["s.py"], settings={"project": mirror, "origin": origin}, cwd=mirror)
                self.assertEqual("", outcome.err)
                self.assertEqual(
                    "exists\n[('a.txt', False, '17'), ('b.txt', False, 'mine\\n2'), ('c.txt', False, 'm3ne\\n'), "
                    "('d.txt', False, '4ine\\n'), ('e.bin', False, 'mi'), ('w.pt', True, 'mine\\n'), ('same/f.txt', False, '6'), "
                    "('inner.txt', True, '17')]\n",
                    outcome.out,
                )
                self.assertEqual({b"mine\n"}, set(self.contents(origin).values()))
                self.assertFalse(os.path.exists("/does/not/exist"))
                written = {event["path"]: event["bytes"] for event in outcome.events("write")}
                self.assertEqual({"a.txt": 2, "b.txt": 6, "c.txt": 5, "d.txt": 5, "e.bin": 2, "w.pt": 5, "s.db": 5, "same/f.txt": 1, "inner.txt": 2, "dangling.txt": 1}, written)
                self.assertEqual([], [name for name in os.listdir(mirror) if ".lockstep-" in name])
                self.folder = before

    def test_the_source_is_kept_as_it_was_when_it_was_executed(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                self.folder, before = os.path.join(self.folder, "s%d" % self.n), self.folder
                self.write("p/helper.py", "value = 1\n")
                self.write("p/package/__init__.py", "")
                self.write("p/package/part.py", "value = 2\n")
                self.write("p/configuration.py", "value = 3\n")
                self.write("p/unused.py", "value = 4\n")
                script = (
                    "import sys\n"
                    "import multiprocessing as m\nimport helper\nfrom package import part\n"
                    "exec(open('configuration.py').read())\n"
                    "open('helper.py', 'w').write('later')\n"
                    "open('unused.py', 'w').write('later')\n"
                    "def work(): print(value + helper.value)\n"
                    "if __name__ == '__main__':\n    p = m.get_context('fork').Process(target=work)\n    p.start(); p.join()\n"
                )
                self.write("p/s.py", script)
                project = os.path.join(self.folder, "p")
                for keep in (False, True):
                    self.write("p/helper.py", "value = 1\n")
                    outcome = self.start(python, ["s.py"], settings={"project": project, "origin": project, "keep": keep}, cwd=project)
                    self.assertEqual(("4\n", ""), (outcome.out, outcome.err))
                    self.assertEqual([], outcome.all("problem"))
                    code = os.path.join(outcome.run, "code")
                    found = {}
                    for top, _, names in os.walk(code):
                        for name in names:
                            path = os.path.join(top, name)
                            with open(path) as file:
                                found[os.path.relpath(path, code)] = file.read()
                    wanted = {
                        "s.py": script,
                        "helper.py": "value = 1\n",
                        "package/__init__.py": "",
                        "package/part.py": "value = 2\n",
                        "configuration.py": "value = 3\n",
                    }
                    self.assertEqual(wanted if keep else {}, found)
                (packages,) = outcome.events("packages")
                modules = {name: bytes.hex(digest) for name, digest in packages["modules"]}
                self.assertEqual(hashlib.sha256(b"value = 1\n").hexdigest(), modules["helper.py"])
                self.folder = before

    def test_packages_have_a_hash_that_an_installation_tells_too(self):
        for python in PYTHONS:
            with self.subTest(python=python):
                path = self.write("s%d.py" % self.n, "import os, numpy\nos.environ.get('A_NAME')\n'B_NAME' in os.environ\ndict(os.environ)\nos.getenv('C_NAME')\n")
                outcome = self.start(python, [path])
                (packages,) = outcome.events("packages")
                self.assertEqual(["A_NAME", "B_NAME", "C_NAME"], packages["asked"])
                hashes = dict(packages["hashes"])
                self.assertEqual(16, len(hashes["numpy"]))
                asked = subprocess.run(
                    [python, "-c", "from lockstep_agent import installed; installed.tell()"],
                    cwd=os.path.dirname(AGENT), input="numpy\nnothing\n", capture_output=True, text=True,
                )
                ((name, version, digest),) = [line.split("\t") for line in asked.stdout.splitlines()]
                self.assertEqual(("numpy", dict(packages["packages"])["numpy"], hashes["numpy"]), (name, version, digest))

    def test_a_module_from_elsewhere_on_the_path_is_a_package_too(self):
        elsewhere = os.path.join(self.folder, "elsewhere")
        self.write("elsewhere/shapes/__init__.py", "side = 4\n")
        self.write("elsewhere/tool.py", "value = 3\n")
        self.write("elsewhere/Tool-1.5.dist-info/METADATA", "Name: Tool\nVersion: 1.5\n")
        self.write("elsewhere/Tool-1.5.dist-info/top_level.txt", "tool\n")
        self.write("project/s.py", "import json, tool, shapes\n")
        project = os.path.join(self.folder, "project")
        for python in PYTHONS:
            with self.subTest(python=python):
                outcome = self.start(python, ["s.py"], settings={"project": project, "origin": project}, cwd=project, variables={"PYTHONPATH": os.pathsep.join([os.path.join(AGENT, "site"), elsewhere])})
                (packages,) = outcome.events("packages")
                self.assertEqual([["Tool", "1.5"]], [one for one in packages["packages"] if one[0] in ("Tool", "shapes", "json")])
                found = [one for one in packages["hashes"] if one[0] in ("Tool", "shapes", "json")]
                asked = subprocess.run(
                    [python, "-c", "from lockstep_agent import installed; installed.tell()"],
                    cwd=os.path.dirname(AGENT), input="Tool\nshapes\n", capture_output=True, text=True,
                    env=dict(os.environ, PYTHONPATH=elsewhere),
                )
                told = [line.split("\t") for line in asked.stdout.splitlines()]
                self.assertEqual([["Tool", "1.5", found[0][1]], ["shapes", "", found[1][1]]], told)

    @each_python()
    def test_torch_writes_in_compiled_code(self, python):
        self.folder = os.path.join(self.folder, "v%d" % self.n)
        os.makedirs(self.folder)
        origin, mirror = self.mirrored()
        self.write("mirror%s/s.py" % origin, "import torch\ntorch.save({'x': torch.ones(3)}, 'w.pt')\nprint(torch.load('w.pt')['x'].sum().item())\n")
        outcome = self.start(python, ["s.py"], settings={"project": mirror, "origin": origin}, cwd=mirror)
        self.assertEqual(("3.0\n", ""), (outcome.out, outcome.err))
        self.assertEqual({b"mine\n"}, set(self.contents(origin).values()))
        (save,), (load,) = outcome.events("save"), outcome.events("load")
        self.assertEqual(("w.pt", "torch.save", ["s.py", 2, "<module>"]), (save["path"], save["function"], save["site"]))
        self.assertEqual(save["content"], load["content"])
        self.assertEqual(["w.pt"], [event["path"] for event in outcome.events("write")])

    @each_python()
    def test_says_which_files_another_thread_saves(self, python):
        self.write("s.py", "import threading, torch\nother = threading.Thread(target=torch.save, args=(torch.ones(3), 'b.pt'))\nother.start()\nother.join()\ntorch.save(torch.ones(2), 'a.pt')\n")
        saves = self.start(python, ["s.py"]).events("save")
        self.assertEqual([("b.pt", True), ("a.pt", False)], [(event["path"], event["beside"]) for event in saves])

    def test_what_was_read_and_written(self):
        self.write("data/x.csv", "1,2\n")
        script = self.write(
            "s.py",
            "import json, os\n"
            "for _ in range(3):\n    open('data/x.csv').read()\n"
            "open('out.txt', 'w').write('hello')\nopen('gone.txt', 'w').close()\nos.remove('gone.txt')\nopen('out.txt').read()\n"
            "try:\n    open('missing.txt')\nexcept OSError:\n    pass\n",
        )
        outcome = self.start(PYTHONS[0], [script])
        (read,) = outcome.events("open")
        self.assertEqual(("data/x.csv", 4, os.stat(os.path.join(self.folder, "data/x.csv")).st_mtime_ns), (read["path"], read["bytes"], read["modified"]))
        (written,) = outcome.events("write")
        self.assertEqual(("out.txt", 5), (written["path"], written["bytes"]))
        self.assertEqual("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", written["sha256"].hex())

    def test_what_compiled_code_reads(self):
        self.write("h5py.py", "class File:\n    def __init__(self, name, mode='r'):\n        self.name = name\n")
        self.write("cv2.py", "def imread(filename, flags=1):\n    return flags\n")
        for name in ("a.h5", "b.h5", "c.png", "held.bin", "mapped.bin", "unseen.bin"):
            self.write(name, name)
        for name in ("read.db", "written.db"):
            with contextlib.closing(sqlite3.connect(os.path.join(self.folder, name))) as database:
                database.execute("create table t (x)")
                database.commit()
        script = self.write(
            "s.py",
            "import ctypes, sqlite3\nimport cv2, h5py\n"
            "print(h5py.File('a.h5').name, h5py.File(name='b.h5', mode='a').name, cv2.imread('c.png', 7))\n"
            "libc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_void_p\n"
            "held = libc.open(b'held.bin', 0)\n"
            "mapped = libc.open(b'mapped.bin', 0)\nlibc.mmap(None, ctypes.c_size_t(4), 1, 2, mapped, ctypes.c_long(0))\nlibc.close(mapped)\n"
            "libc.close(libc.open(b'unseen.bin', 0))\n"
            "one = sqlite3.connect('read.db')\none.execute('select * from t').fetchall()\none.close()\n"
            "two = sqlite3.connect('written.db')\ntwo.execute('insert into t values (1)')\ntwo.commit()\ntwo.execute('drop table t')\n"
            "two.execute('create table u (' + ', '.join('c%d' % i for i in range(900)) + ')')\ntwo.commit()\ntwo.close()\n",
        )
        outcome = self.start(PYTHONS[0], [script])
        self.assertEqual(("a.h5 b.h5 7\n", ""), (outcome.out, outcome.err))
        self.assertEqual([], outcome.events("problem"))
        self.assertEqual(["a.h5", "c.png", "held.bin", "mapped.bin", "read.db"], sorted(event["path"] for event in outcome.events("open")))
        self.assertEqual(["b.h5", "written.db"], sorted(event["path"] for event in outcome.events("write")))

    @each_python()
    def test_a_checkpoint_that_torch_maps_was_read(self, python):
        self.write("make.py", "import torch\ntorch.save({'x': torch.ones(3)}, 'w.pt')\n")
        subprocess.run([python, "make.py"], cwd=self.folder, check=True)
        script = self.write("s.py", "import torch\nprint(torch.load('w.pt', **({} if torch.__version__ < '2.1' else {'mmap': True}))['x'].sum().item())\n")
        outcome = self.start(python, [script])
        self.assertEqual(("3.0\n", ""), (outcome.out, outcome.err))
        self.assertEqual(["w.pt"], [event["path"] for event in outcome.events("open")])


if __name__ == "__main__":
    unittest.main()
