"""Reads names of files from standard input and writes what CPython's own parser sees in them.

For each file a line `file NAME`, then either `error` or one line for each node of interest:
kind, detail, line, column, end line, end column (columns in bytes of UTF-8), then `end`.
"""
import ast
import sys
import warnings
import zlib

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
exact_fields = sys.version_info >= (3, 12)


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
        return ".".join(reversed(parts))
    return "?"


def digest(text):
    if any(ord(c) >= 0x10000 or 0xD800 <= ord(c) < 0xE000 for c in text):
        return "x"
    return "%d:%08x" % (len(text), zlib.crc32(text.encode("utf-16-le")))


def alias(names):
    return ",".join(a.name + ("=" + a.asname if a.asname else "") for a in names)


def detail(node):
    if isinstance(node, ast.Call):
        keys = ",".join(k.arg or "**" for k in node.keywords)
        return "call", dotted(node.func) + "/%d/%s" % (len(node.args), keys)
    if isinstance(node, ast.Import):
        return "import", alias(node.names)
    if isinstance(node, ast.ImportFrom):
        return "from", "%d:%s:%s" % (node.level, node.module or "", alias(node.names))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        a = node.args
        names = [x.arg for x in a.posonlyargs] + ["/"] + [x.arg for x in a.args]
        names += ["*" + (a.vararg.arg if a.vararg else "")] + [x.arg for x in a.kwonlyargs]
        names += ["**" + (a.kwarg.arg if a.kwarg else "")]
        return "def", node.name + "(" + ",".join(names) + ")@%d" % len(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        return "class", node.name + "(%d,%d)" % (len(node.bases), len(node.keywords))
    if isinstance(node, ast.Name):
        return "name", node.id
    if isinstance(node, ast.Attribute):
        return "attribute", node.attr
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return "str", digest(node.value)
        if isinstance(node.value, bytes):
            return "bytes", digest(node.value.decode("latin-1"))
        if isinstance(node.value, (bool, type(None), type(Ellipsis))):
            return "constant", str(node.value)
        return "number", ""
    kinds = {
        "JoinedStr": "formatted", "Lambda": "lambda", "Compare": "compare", "BoolOp": "logical",
        "IfExp": "conditional", "Tuple": "tuple", "List": "list", "Set": "set", "Dict": "dict",
        "ListComp": "listcomp", "SetComp": "setcomp", "DictComp": "dictcomp",
        "GeneratorExp": "genexp", "Await": "await", "Yield": "yield", "YieldFrom": "yieldfrom",
        "Starred": "starred", "NamedExpr": "walrus", "Subscript": "subscript", "Slice": "slice",
        "UnaryOp": "unary", "Assign": "assign", "AugAssign": "augassign", "AnnAssign": "annassign",
        "Return": "return", "Delete": "delete", "For": "for", "AsyncFor": "for", "While": "while",
        "With": "with", "AsyncWith": "with", "Raise": "raise", "Try": "try", "TryStar": "try",
        "Assert": "assert", "Global": "global", "Nonlocal": "nonlocal", "Expr": "expr",
        "Pass": "pass", "Break": "break", "Continue": "continue", "ExceptHandler": "except",
        "Match": "match", "TypeAlias": "type",
    }
    kind = kinds.get(type(node).__name__)
    return (kind, "") if kind else None


def each(node, in_field, out):
    for child in ast.iter_child_nodes(node):
        inside = in_field
        if isinstance(node, (ast.JoinedStr, ast.FormattedValue)):
            if isinstance(child, ast.Constant) and isinstance(node, ast.JoinedStr):
                continue
            if isinstance(child, ast.JoinedStr) and isinstance(node, ast.FormattedValue) and child is node.format_spec:
                each(child, True, out)
                continue
            inside = True
        found = detail(child)
        if found:
            if inside and not exact_fields:
                out.append("%s %s in-field" % found)
            else:
                out.append("%s %s %d %d %d %d" % (found + (
                    child.lineno, child.col_offset, child.end_lineno, child.end_col_offset)))
        each(child, inside, out)


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    for name in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n"):
        if not name:
            continue
        print("file " + name)
        try:
            with open(name, "rb") as f:
                tree = ast.parse(f.read(), name)
            lines = []
            each(tree, False, lines)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            print("error %s" % type(e).__name__)
        else:
            for line in lines:
                print(line)
        print("end")


main()
