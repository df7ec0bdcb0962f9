"""Data files read, files written, and the user's own files, which stay as they were."""

import os
import unittest

from harness import AgentTest, PYTHONS, each_python


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


if __name__ == "__main__":
    unittest.main()
