package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a script start itself again with a fixed hash seed: inside a running interpreter it is too
/// late to set it.
///
/// The lines stand at the head of the file, so that little is done twice. They start
/// `sys.executable` with the words of `sys.orig_argv`, which Python 3.10 and newer have; for an
/// older Python with `sys.argv`, behind `-m` and the module's name where a module was started.
final class Restart {
    private final PythonModule module;
    private final Layout layout;
    private final Start start;

    Restart(PythonModule module, Start start) {
        this.module = module;
        this.layout = new Layout(module.source());
        this.start = start;
    }

    /// Whether a file starts itself again already.
    static boolean isIn(PythonModule module) {
        var text = module.source().text();
        return text.contains("PYTHONHASHSEED") && text.contains("os.exec");
    }

    List<Edit> edits() {
        var edits = new ArrayList<Edit>();
        Statement imported = null;
        Statement first = null;
        for (var statement : module.tree().body()) {
            if (first == null && !Statements.isHead(statement)) {
                first = statement;
            }
            if (importsSystem(statement)) {
                imported = statement;
            } else if (imported != null || !standard(statement)) {
                break;
            }
        }
        var lines = new ArrayList<String>();
        if (imported == null) {
            lines.add("import os");
            lines.add("import sys");
        } else {
            missing(lines, imported);
        }
        lines.add("");
        lines.addAll(restart());
        if (imported != null) {
            int next = layout.lastLine(imported) + 1;
            if (!layout.blank(next)) {
                lines.add("");
            }
            edits.add(layout.after(imported, lines));
        } else if (first == null) {
            lines.addFirst("");
            edits.add(layout.after(module.tree().body().getLast(), lines));
        } else {
            lines.add("");
            edits.add(layout.before(first, lines));
        }
        var useless = setInside();
        if (useless != null) {
            edits.add(layout.without(layout.firstLine(useless), layout.lastLine(useless)));
        }
        return edits;
    }

    private List<String> restart() {
        var again =
                start.keepsWords()
                        ? "[sys.executable] + sys.orig_argv[1:]"
                        : start.way() == Start.Way.MODULE
                                ? "[sys.executable, \"-m\", __spec__.name] + sys.argv[1:]"
                                : "[sys.executable] + sys.argv";
        var seed = "\"" + seed() + "\"";
        return List.of(
                "if os.environ.get(\"PYTHONHASHSEED\") != "
                        + seed
                        + ":  # read when Python starts, so start again",
                "    os.environ[\"PYTHONHASHSEED\"] = " + seed,
                "    os.execv(sys.executable, " + again + ")");
    }

    /// The number that the script wants already, else 0.
    private String seed() {
        return setInside() instanceof Statement.Assign assign
                        && assign.value() instanceof Expression.StringLiteral text
                        && text.value().matches("\\d{1,9}")
                ? text.value()
                : "0";
    }

    private void missing(List<String> lines, Statement behind) {
        for (var name : List.of("os", "sys")) {
            boolean known = false;
            for (var statement : module.tree().body()) {
                known |=
                        statement.start() <= behind.start()
                                && statement instanceof Statement.Import plain
                                && plain.names().stream()
                                        .anyMatch(
                                                one -> one.name().equals(name) && one.as() == null);
            }
            if (!known) {
                lines.add("import " + name);
            }
        }
    }

    private static boolean importsSystem(Statement statement) {
        return statement instanceof Statement.Import plain
                && plain.names().stream()
                        .anyMatch(one ->
                                one.as() == null
                                        && (one.name().equals("os") || one.name().equals("sys")));
    }

    private boolean standard(Statement statement) {
        return Statements.isHead(statement) || new Imports(module).isStandard(statement);
    }

    /// The statement that sets the variable where it has no effect, when it stands alone at the top
    /// of the file.
    private @Nullable Statement setInside() {
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.Assign assign
                    && assign.targets().size() == 1
                    && assign.targets().getFirst() instanceof Expression.Subscript part
                    && part.index() instanceof Expression.StringLiteral key
                    && key.value().equals("PYTHONHASHSEED")
                    && layout.alone(assign)) {
                return assign;
            }
        }
        return null;
    }
}
