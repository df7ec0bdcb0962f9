"""Writes the test vectors of docs/reference/fingerprint.md, by the definition alone, in plain Python integers.

    python3 agent/tests/make_fingerprint_vectors.py > src/test/resources/dev/lockstep/event/fingerprints.json

Needs neither torch nor NumPy; takes about a minute for the tensor that fills more than one block.
"""

import hashlib
import json
import struct
import sys

MASK = (1 << 64) - 1


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def random(stream, i):
    return mix(((stream << 56) + (i + 1) * 0x9E3779B97F4A7C15) & MASK)


OFFSETS = [0, 0, 1, 2, 2, 3]


def signed(n):
    return n - (1 << 32) if n >> 31 else n


def weight(j, c):
    if OFFSETS[j] != 0 and c == 511:
        return 0
    w = random(1, 512 * j + c) >> 32
    if j == 0 or (j == 1 and c == 511):
        return w | 1
    return w & ~1 if j == 1 and c == 0 else w


WEIGHTS = [[weight(j, c) for c in range(512)] for j in range(6)]
SUMS = [random(2, j) | 1 for j in range(6)]


def fingerprint(dtype, sizes, contents):
    size = len(contents) + -len(contents) % 2048
    contents = contents + bytes(size - len(contents) + 4)
    total = 0
    for k, start in enumerate(range(0, size, 2048 * 16384)):
        end = min(start + 2048 * 16384, size)
        t = 0
        for r in range((end - start) // 2048):
            h = 0
            for offset, m, weights in zip(OFFSETS, SUMS, WEIGHTS):
                lanes = struct.unpack_from("<512I", contents, start + 2048 * r + offset)
                h += m * signed(sum(map(int.__mul__, weights, lanes)) & 0xFFFFFFFF)
            h &= MASK
            t += (random(3, r) | 1) * (h ^ (h >> 32))
        t &= MASK
        total += (random(4, k) | 1) * (t ^ (t >> 32))
    header = "tensor\n%s\n%s\n" % (dtype, ",".join(map(str, sizes)))
    salt = int.from_bytes(hashlib.sha256(header.encode()).digest()[:8], "big")
    return "%016x" % (salt + total & MASK)


def noise(seed, count):
    """Bytes of random(seed, 0), random(seed, 1), …, each little-endian."""
    words = [random(seed, i) for i in range(-(-count // 8))]
    return struct.pack("<%dQ" % len(words), *words)[:count]


def main():
    tensors = []

    def add(dtype, sizes, contents):
        tensors.append({"dtype": dtype, "sizes": sizes, "bytes": contents.hex(), "fingerprint": fingerprint(dtype, sizes, contents)})

    def generate(dtype, sizes, seed, count):
        value = fingerprint(dtype, sizes, noise(seed, count))
        tensors.append({"dtype": dtype, "sizes": sizes, "seed": seed, "count": count, "fingerprint": value})

    add("float32", [], struct.pack("<f", 1.0))
    add("float32", [1], struct.pack("<f", 1.0))
    add("float32", [], struct.pack("<f", 0.0))
    add("float32", [], struct.pack("<f", -0.0))
    add("float32", [0], b"")
    add("float32", [3, 0], b"")
    add("float32", [3], bytes(12))
    add("float32", [4], bytes(16))
    add("int32", [3], bytes(12))
    add("float32", [2, 2], struct.pack("<4f", 1.0, 2.0, 3.0, 4.0))
    add("float32", [4], struct.pack("<4f", 1.0, 2.0, 3.0, 4.0))
    add("float32", [2, 2], struct.pack("<4f", 3.0, 4.0, 1.0, 2.0))
    add("float32", [2, 2], struct.pack("<4f", -1.0, 2.0, -3.0, 4.0))
    add("float32", [2, 2], struct.pack("<4f", 1.0, -2.0, 3.0, -4.0))
    add("float64", [2], struct.pack("<2d", 1.5, -2.5))
    add("float64", [2], struct.pack("<2d", -1.5, 2.5))
    add("float32", [1], struct.pack("<I", 0x7FC00000))
    add("float32", [1], struct.pack("<I", 0x7FC00001))
    add("float32", [1], struct.pack("<I", 0xFFC00000))
    add("bool", [3], bytes([1, 0, 1]))
    add("bool", [5], bytes([0, 0, 0, 0, 1]))
    add("uint8", [7], bytes(range(1, 8)))
    add("int8", [7], bytes(range(249, 256)))
    add("int16", [3], struct.pack("<3h", -1, 2, -32768))
    add("int64", [2], struct.pack("<2q", -(2**63), 2**63 - 1))
    add("bfloat16", [3], bytes.fromhex("803f00c0ff7f"))
    add("float16", [3], bytes.fromhex("003c00c0ff7f"))
    add("complex64", [2], struct.pack("<4f", 1.0, -2.0, 3.0, -0.0))
    add("complex128", [1], struct.pack("<2d", 1.0, -1.0))
    add("int32", [512], struct.pack("<i", -(2**31)) * 512)
    generate("int32", [513], 100, 2052)
    generate("float64", [16, 32], 101, 4096)
    generate("uint8", [2047], 102, 2047)
    generate("uint8", [2049], 103, 2049)
    generate("uint8", [2045], 108, 2045)
    generate("uint8", [2046], 109, 2046)
    generate("int32", [1024], 110, 4096)
    generate("uint8", [1048575], 111, 1048575)
    generate("uint8", [1048576], 112, 1048576)
    generate("bfloat16", [3, 700], 104, 4200)
    generate("float32", [64, 1027], 105, 262912)
    generate("int64", [33001], 106, 264008)
    generate("uint8", [33556481], 107, 33556481)
    prints = [t["fingerprint"] for t in tensors[:4]]
    roots = []
    for members in ([], prints[:1], prints[:2], prints[1::-1], prints, [prints[0], None]):
        text = b"list\n%d\n" % len(members)
        text += b"".join(b"-" if m is None else b"+" + bytes.fromhex(m) for m in members)
        roots.append({"members": members, "root": hashlib.sha256(text).hexdigest()[:16]})
    leaves = []
    for names in (["image", "label"], ["a"], ["0", "1.größe"]):
        pairs = [[n, prints[i]] for i, n in enumerate(names)]
        text = b"names\n%d\n" % len(pairs)
        for n, p in pairs:
            text += struct.pack(">I", len(n.encode())) + n.encode() + b"+" + bytes.fromhex(p)
        leaves.append({"leaves": pairs, "root": hashlib.sha256(text).hexdigest()[:16]})
    texts = []
    for text in ("", "abc", "größe 🎲\n"):
        texts.append({"text": text, "fingerprint": hashlib.sha256(b"str\n" + text.encode()).hexdigest()[:16]})
    vectors = {"tensors": tensors, "roots": roots, "leaves": leaves, "texts": texts}
    lines = []
    for key, members in vectors.items():
        body = ",\n".join("    " + json.dumps(member) for member in members)
        lines.append('  "%s": [\n%s\n  ]' % (key, body))
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
