package dev.lockstep.fix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Place;
import dev.lockstep.source.Parser;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an edit does not name stays to the byte, in plain files and in notebooks.
class PatchTest {
    private static Edit insertion(Source source, String before, String text) {
        int at = source.text().indexOf(before);
        assertThat(at).isNotNegative();
        return new Edit(Place.of(source, at, at), text);
    }

    private static String patched(String notebook, String before, String text) {
        var source = Source.of("t.ipynb", notebook.getBytes(UTF_8));
        return new String(
                Patch.of(source, List.of(insertion(source, before, text))).bytes(), UTF_8);
    }

    @Test
    void keepsTheEncodingAndTheLineEnds() {
        var bytes =
                "# coding: latin-1\r\nx = 'é'\r\ny = 2\r\n".getBytes(StandardCharsets.ISO_8859_1);
        var source = Source.of("t.py", bytes);
        var patch = Patch.of(source, List.of(insertion(source, "y = 2", "z = 3\r\n")));
        assertThat(patch.bytes())
                .isEqualTo(
                        "# coding: latin-1\r\nx = 'é'\r\nz = 3\r\ny = 2\r\n"
                                .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(patch.diff())
                .isEqualTo(
                        """
                        --- a/t.py
                        +++ b/t.py
                        @@ -1,3 +1,4 @@
                         # coding: latin-1
                         x = 'é'
                        +z = 3
                         y = 2
                        """);
    }

    @Test
    void refusesEditsThatOverlapOrDoNotParse() {
        var source = Source.ofText("t.py", "x = 1\ny = 2\n");
        var whole = new Edit(Place.of(source, 0, 5), "x = 3");
        var part = new Edit(Place.of(source, 4, 5), "4");
        assertThatThrownBy(() -> Patch.of(source, List.of(whole, part)))
                .hasMessage("edits overlap in t.py:1");
        var broken = new Edit(Place.of(source, 4, 5), "(");
        assertThatThrownBy(() -> Patch.of(source, List.of(broken)))
                .hasMessage("the edits of t.py would not parse");
    }

    @Test
    void keepsAnArrayOfLines() {
        var notebook =
                """
                {
                   "nbformat": 4,
                   "cells": [
                    {"cell_type": "markdown", "source": ["x = 1"]},
                    {"source": [
                      "%time\\n",
                      "x = 1\\n",
                      "y = \\"\\u00e9\\""
                     ], "cell_type": "code", "outputs": [ ]}
                   ]
                }\
                """;
        assertThat(patched(notebook, "y =", "z = 5\n"))
                .isEqualTo(
                        notebook.replace(
                                "      \"x = 1\\n\",\n",
                                "      \"x = 1\\n\",\n      \"z = 5\\n\",\n"));
        assertThat(patched(notebook, "x =", "z = 'ü'\n"))
                .isEqualTo(
                        notebook.replace(
                                "      \"x = 1\\n\",\n",
                                "      \"z = '\\u00fc'\\n\",\n      \"x = 1\\n\",\n"));
    }

    @Test
    void keepsOneString() {
        var notebook =
                "{\"cells\":[{\"cell_type\":\"code\",\"source\":\"a = '\\u0041\\/'\\nb = 2\"}]}";
        assertThat(patched(notebook, "b =", "c = \"é\"\n"))
                .isEqualTo(notebook.replace("b = 2", "c = \\\"\\u00e9\\\"\\nb = 2"));
    }

    @Test
    void editsTheEndAndTheBeginningOfCells() {
        var notebook =
                """
                {"cells": [
                 {"cell_type": "code", "source": ["a = 1"]},
                 {"cell_type": "code", "source": ["b = 2\\n", "c = 3"]}
                ]}
                """;
        var source = Source.of("t.ipynb", notebook.getBytes(UTF_8));
        var layout = new Layout(source);
        var body = new Parser().parse(source).body();
        var behind =
                Patch.of(source, List.of(layout.after(body.get(0), List.of("d = 4", "e = 5"))));
        assertThat(new String(behind.bytes(), UTF_8))
                .isEqualTo(
                        notebook.replace("[\"a = 1\"]", "[\"a = 1\\n\",\"d = 4\\n\",\"e = 5\"]"));
        var before = Patch.of(source, List.of(layout.before(body.get(1), List.of("d = 4"))));
        assertThat(new String(before.bytes(), UTF_8))
                .isEqualTo(notebook.replace("[\"b = 2", "[\"d = 4\\n\", \"b = 2"));
        assertThat(before.diff())
                .isEqualTo(
                        """
                        --- a/t.ipynb#2
                        +++ b/t.ipynb#2
                        @@ -1,2 +1,3 @@
                        +d = 4
                         b = 2
                         c = 3
                        """);
        var gone = Patch.of(source, List.of(layout.without(body.get(2))));
        assertThat(new String(gone.bytes(), UTF_8))
                .isEqualTo(notebook.replace("\"b = 2\\n\", \"c = 3\"", "\"b = 2\""));
        Statement only = body.get(0);
        assertThat(new String(Patch.of(source, List.of(layout.without(only))).bytes(), UTF_8))
                .isEqualTo(notebook.replace("[\"a = 1\"]", "[]"));
    }
}
