package dev.lockstep.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Cut, swapped and overwritten files are read without a crash, and what is said about them is
/// sound.
class ParserMutationTest {
    private static final String SEED =
            """
            # -*- coding: utf-8 -*-
            import numpy as np, os.path as p
            from . import (a as b, c,)

            @decorate(1)
            class Model(nn.Module, metaclass=M):
                '''doc'''
                x: int = 1

                def __init__(self, n=3, *args, key=None, **rest) -> None:
                    super().__init__(); self.rng = np.random.default_rng(n)
                    with (open(p.join("a", 'b')) as f, g() as h):
                        for i, (j, *k) in enumerate(f.read()[1:-1:2]):
                            print(f"{i!r:>{j}} {k[0]=}", f'''{"x" + 'y'}''')
                        else:
                            return [u for u in {1, 2} if u not in (3,)]

            async def go(z, /, *, w=lambda q: q**2):
                try:
                    await z if w else -z
                except* (A, B) as e:
                    raise E from None
                finally:
                    match z:
                        case {"k": [1, *_], **r} | P(x=2) if r: pass
                        case _: del z[0]
            if __name__ == "__main__":\tgo(0x1F, b"\\x00", 1_0.5e3j)
            """;

    @Provide
    Arbitrary<byte[]> files() {
        Arbitrary<Edit> edit =
                Combinators.combine(
                                Arbitraries.integers().between(0, 3),
                                Arbitraries.integers().between(0, 2000),
                                Arbitraries.integers().between(0, 2000),
                                Arbitraries.of(
                                        "(",
                                        ")",
                                        "'",
                                        "\"\"\"",
                                        "f'{",
                                        "}",
                                        "\n",
                                        "  ",
                                        "\t",
                                        "\\",
                                        ":",
                                        "\0",
                                        "\u00e9",
                                        "def ",
                                        "[",
                                        "{",
                                        "if ",
                                        "\r",
                                        "#",
                                        "else",
                                        "=",
                                        "\uD83D\uDE00",
                                        "@",
                                        "*",
                                        "lambda "))
                        .as(Edit::new);
        return edit.list().ofMinSize(1).ofMaxSize(12).map(ParserMutationTest::mutate);
    }

    private record Edit(int kind, int first, int second, String text) {}

    private static byte[] mutate(List<Edit> edits) {
        byte[] bytes = SEED.getBytes(StandardCharsets.UTF_8);
        for (Edit edit : edits) {
            int from = edit.first() % (bytes.length + 1);
            int to = edit.second() % (bytes.length + 1);
            int low = Math.min(from, to);
            int high = Math.max(from, to);
            var text = new StringBuilder(new String(bytes, StandardCharsets.ISO_8859_1));
            switch (edit.kind()) {
                case 0 -> text.delete(low, Math.min(high, low + 40));
                case 1 -> text.insert(low, text.substring(low, high).repeat(2));
                case 2 ->
                        text.insert(
                                low,
                                new String(
                                        edit.text().getBytes(StandardCharsets.UTF_8),
                                        StandardCharsets.ISO_8859_1));
                default -> {
                    if (low < text.length()) {
                        text.setCharAt(low, (char) (edit.second() & 0xFF));
                    }
                }
            }
            if (text.length() > 20_000) {
                text.setLength(20_000);
            }
            bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        }
        return bytes;
    }

    @Property(tries = 1500)
    void mutatedFilesAreRead(@ForAll("files") byte[] bytes) {
        check(new Parser().parse(Source.of("t.py", bytes)));
        check(new Parser().parse(Source.of("t.ipynb", bytes)));
    }

    @Property(tries = 300)
    void anyBytesAreRead(@ForAll byte[] bytes) {
        check(new Parser().parse(Source.of("t.py", bytes)));
    }

    private static void check(Tree tree) {
        int length = tree.source().text().length();
        tree.walk(node -> {
            assertThat(node.start()).isBetween(0, length);
            assertThat(node.end()).isBetween(node.start(), length);
        });
        for (SyntaxError error : tree.errors()) {
            assertThat(error.start()).isBetween(0, length);
            assertThat(error.end()).isBetween(error.start(), length);
            assertThat(tree.source().position(error.start()).line()).isPositive();
        }
        for (Comment comment : tree.comments()) {
            assertThat(tree.source().text().charAt(comment.start())).isEqualTo('#');
        }
    }
}
