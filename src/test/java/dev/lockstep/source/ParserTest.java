package dev.lockstep.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.FormattedString;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Statement.*;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static Tree parse(String text) {
        return new Parser().parse(Source.ofText("t.py", text));
    }

    private static List<String> calls(Tree tree) {
        var calls = new ArrayList<String>();
        tree.walk(node -> {
            if (node instanceof Call c) {
                calls.add(tree.source().slice(c.function()));
            }
        });
        return calls;
    }

    private static List<String> errors(Tree tree) {
        return tree.errors().stream()
                .map(e -> tree.source().line(e.start()) + ": " + e.message())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 1",
                "f(a, *b, c=1, **d)",
                "f(x for x in y)",
                "a[1:2, ::3, *c]",
                "lambda: (yield)",
                "lambda a, /, b=1, *c, d, **e: a",
                "def f[T: int = str, *Ts = *tuple[int], **P](a: T) -> T: ...",
                "class A[T](B, metaclass=C): x: int = 1",
                "type X[T] = list[T]",
                "type = 1; type(x); type.x",
                "match = 1; match(x); match[x]; match.x; print(match)",
                "match x, y:\n  case 1 | -2.5 + 3j, [a, *_] if a: pass\n  case {'k': v, **rest}: pass\n  case"
                        + " P.Q(x, y=None) as z: pass\n  case (): pass\n  case _: pass\n",
                "match (x):\n  case str(): pass\n",
                "with (open(a) as b, open(c) as d,): pass",
                "with (a, b): pass",
                "with (yield x): pass",
                "with (a) as b, (c): pass",
                "with (a).b as c: pass",
                "try: pass\nexcept* A as e: pass",
                "try: pass\nexcept A, B: pass\nfinally: pass",
                "async def f():\n  async with a as b: pass\n  async for c in d: await e\n  return [x async for x in y]",
                "if (n := f(x)) > 1: pass",
                "[y := 1, y ** 2]",
                "print(f'{x!r:>{width}} {{}} {y=} {a[\"b\"]} {f\"{z}\"}')",
                "f'{x:%H:%M}' f\"{'a' 'b'}\" 'c'",
                "f'''{\nx # comment\n}'''",
                "rf'\\{x}\\d' + fR'{y}'",
                "t'{x}' + f'\\N{BULLET}{y}'",
                "for x, in *a, b: pass\nelse: pass",
                "@a.b[c](d)\nclass E: pass",
                "0xFF + 0b1_0 + 0o17 + 1_000.5e-3j + .5 + 1. + 1if x else 2",
                "a = b = yield",
                "x = (\n  1 +\n# comment\n\n  2)",
                "if x:\n\ty\n\tz\n",
                "if x:\n  y\\\n  .z\n\n\n",
                "a if b else c if d else e",
                "not a in b is not c not in d",
                "global a, b",
                "del a, (b, c), d[0]",
                "raise A from B",
                "from . import a\nfrom ...b.c import (d as e, f,)\nfrom g import *",
                "{**a, 'b': 1, **c}; {1, *d}; {k: v for k, v in e}; {x for x in y}",
                "def f(a, /, b, *, c): pass",
                "x: int; y.z: str = 'a'",
                "é = 1; 变量 = é",
                "\f\nx = 1\n\f  \ny = 2",
                "return_ = None;",
                "",
                "\n\n# only a comment"
            })
    void readsValidPython(String text) {
        assertThat(errors(parse(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = = 1",
                "f(",
                "a)",
                "[1, 2",
                "(]",
                "'abc",
                "'''abc",
                "f'{x'",
                "f'{x'\ny",
                "f'}'",
                "1 = x",
                "f() = 1",
                "0777",
                "10L",
                "a <> b",
                "`a`",
                "x $ y",
                "print 'a'",
                "exec 'a'",
                "raise A, 'b'",
                "if x = 1: pass",
                "def f(a, (b, c)): pass",
                "f(a=1, b)",
                "f(**a, b)",
                "(*a)",
                "else: pass",
                "  x = 1",
                "if x:\npass",
                "def f(*): pass",
                "def f(**a, b): pass",
                "a\\ b",
                "import",
                "from x import",
                "class",
                "for x y: pass",
                "b'a' 'b'",
                "lambda *: 1",
                "try: pass\nx",
                "if x:\n  y\n z",
                "x++",
                "1__0",
                "0x",
                "match x:\n  y = 1\n"
            })
    void reportsWhatIsNotPython(String text) {
        assertThat(errors(parse(text))).isNotEmpty();
    }

    @Test
    void goesOnBehindABrokenStatement() {
        Tree tree =
                parse(
                        """
                        import a
                        print "old", first(1)
                        second()
                        if x = 3:
                            third()
                        else:
                            fourth()
                        def f(a, (b, c)):
                            fifth()
                            raise E, "text"
                            sixth()
                        seventh(
                        def g():
                            eighth()
                        ninth("
                        tenth()
                        """);
        assertThat(calls(tree))
                .containsExactly(
                        "first", "second", "third", "fourth", "fifth", "sixth", "eighth", "tenth");
        assertThat(errors(tree))
                .containsExactly(
                        "2: 'print' needs brackets: this is Python 2",
                        "4: expected ':'",
                        "8: expected a name",
                        "10: 'raise' with a comma is Python 2",
                        "12: '(' was never closed",
                        "15: this string is not closed");
    }

    @Test
    void findsAnUnclosedBracketWhereItStands() {
        Tree tree = parse("a = foo(1,\nb = bar(2)\nc = baz(3)\n");
        assertThat(errors(tree)).containsExactly("1: '(' was never closed");
        assertThat(calls(tree)).containsExactly("bar", "baz");
    }

    @Test
    void givesExactPositions() {
        String text = "if x:\r\n    é = np.random.rand(3)[0]  # note\r    y = 'a' \\\n  'b'\n";
        Tree tree = parse(text);
        Source source = tree.source();
        var found = new ArrayList<String>();
        tree.walk(node -> {
            if (node instanceof Call || node instanceof StringLiteral) {
                found.add(
                        source.slice(node)
                                + " "
                                + source.line(node.start())
                                + ":"
                                + source.column(node.start())
                                + " utf8 "
                                + source.utf8Column(node.start()));
            }
        });
        assertThat(found)
                .containsExactly("np.random.rand(3) 2:9 utf8 9", "'a' \\\n  'b' 3:9 utf8 8");
        assertThat(tree.comments())
                .extracting(c -> source.slice(c.start(), c.end()))
                .containsExactly("# note");
        assertThat(source.lineText(2)).isEqualTo("    é = np.random.rand(3)[0]  # note");
    }

    @Test
    void decodesLiterals() {
        Tree tree = parse("a('x\\n\\x41\\u00e9\\101' r'\\d' # c\n \"\"\"q'\"\"\")");
        var values = new ArrayList<String>();
        tree.walk(node -> {
            if (node instanceof StringLiteral s) {
                values.add(s.value());
            }
        });
        assertThat(values).containsExactly("x\nAéA\\dq'");
    }

    @Test
    void seesIntoFormattedStrings() {
        Tree tree = parse("f'{a(1):{b(2)}} {c(\"}\")!r}' 'plain' f'''{d(\n3)=}'''");
        assertThat(calls(tree)).containsExactly("a", "b", "c", "d");
        assertThat(tree.body().getFirst())
                .isInstanceOfSatisfying(
                        ExpressionStatement.class,
                        s -> assertThat(s.expression()).isInstanceOf(FormattedString.class));
    }

    @Test
    void keepsDecoratorsAndBodyApart() {
        Tree tree = parse("@a\n@b(1)\nasync def f(x=2): return x\n");
        assertThat(tree.body().getFirst())
                .isInstanceOfSatisfying(
                        FunctionDefinition.class,
                        f -> {
                            assertThat(f.async()).isTrue();
                            assertThat(f.decorators()).hasSize(2);
                            assertThat(tree.source().line(f.start())).isEqualTo(3);
                            assertThat(tree.source().slice(f.bodyStart(), f.end()))
                                    .isEqualTo(": return x");
                            assertThat(tree.source().slice(f.nameStart(), f.nameStart() + 1))
                                    .isEqualTo("f");
                        });
    }

    @Test
    void readsDeclaredEncodings() {
        byte[] latin = "# -*- coding: latin-1 -*-\nx = 'é'\n".getBytes(StandardCharsets.ISO_8859_1);
        Source source = Source.of("t.py", latin);
        assertThat(source.text()).contains("'é'");
        assertThat(source.encode(source.text())).isEqualTo(latin);
        byte[] marked = "\uFEFFx = 'é'\n".getBytes(StandardCharsets.UTF_8);
        source = Source.of("t.py", marked);
        assertThat(source.text()).startsWith("x");
        assertThat(source.encode(source.text())).isEqualTo(marked);
        assertThat(Source.of("t.py", new byte[] {'x', (byte) 0xFF, '\n'}).problems())
                .extracting(SyntaxError::message)
                .containsExactly("byte 1 is not valid UTF-8");
        assertThat(
                        Source.of("t.py", "# coding: klingon\n".getBytes(StandardCharsets.UTF_8))
                                .problems())
                .extracting(SyntaxError::message)
                .containsExactly("the declared encoding 'klingon' is unknown");
        assertThat(new Parser().parse(Source.of("t.py", new byte[] {'P', 0, 1})).errors())
                .extracting(SyntaxError::message)
                .containsExactly("the file holds a null byte: it is not Python source");
    }

    @Test
    void readsNotebooks() {
        String json =
                """
                {"cells": [
                  {"cell_type": "markdown", "source": ["# title"]},
                  {"cell_type": "code", "source": ["%matplotlib inline\\n", "import random\\n", "!pip list"]},
                  {"cell_type": "code", "source": "%%bash\\necho 'unclosed"},
                  {"cell_type": "code", "source": ["files = !ls\\n", "x = %timeit f()\\n", "g?\\n", "  \\n", "random.random()"]}
                ]}
                """;
        Tree tree = new Parser().parse(Source.of("n.ipynb", json.getBytes(StandardCharsets.UTF_8)));
        assertThat(errors(tree)).isEmpty();
        var found = new ArrayList<Position>();
        tree.walk(node -> {
            if (node instanceof Call c) {
                found.add(tree.source().position(c.start()));
            }
        });
        assertThat(found).containsExactly(new Position(3, 5, 1));
        assertThat(new Parser().parse(Source.of("n.ipynb", new byte[] {'{'})).errors()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "[",
                "{",
                "f(",
                "a[",
                "-",
                "not ",
                "lambda: ",
                "a if b else ",
                "f'{",
                "{1:",
                "x**",
                "await ",
                "*",
                "if x:\n ",
                "(\n",
                "f'''{\n",
                "'''\n",
                "\"",
                "a.b",
                "a()",
                "x = ",
                "[x for x in ",
                "@",
                "\\\n",
                "else:\n"
            })
    void endsOnAnyNesting(String piece) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> parse(piece.repeat(50_000)).walk(node -> {}));
    }

    @Test
    void readsLongFlatCode() {
        Tree tree =
                parse(
                        "x = "
                                + "a + ".repeat(20_000)
                                + "b\ny = ["
                                + "f(1), ".repeat(20_000)
                                + "]\n"
                                + "if a: pass\n"
                                + "elif b: pass\n".repeat(5_000)
                                + "z = "
                                + "a and ".repeat(9_999)
                                + "c\n");
        assertThat(errors(tree)).isEmpty();
        assertThat(calls(tree)).hasSize(20_000);
    }

    @Test
    void givesTheSameNameTheSameString() {
        Tree tree = parse("alpha = alpha");
        var assign = (Assign) tree.body().getFirst();
        assertThat(((Name) assign.value()).id())
                .isSameAs(((Name) assign.targets().getFirst()).id());
    }
}
