package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes a script choose torch's deterministic ways: behind its imports, so that no model is built
/// before, and the variable that cuBLAS reads when CUDA begins before torch is imported.
final class TorchSwitches {
    private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";

    /// From a proved pin to the line that does for good what the pin does for a run.
    private static final Map<String, String> LINES =
            Map.of(
                    "cudnn", "torch.backends.cudnn.deterministic = True",
                    "cudnn-benchmark", "torch.backends.cudnn.benchmark = False",
                    "deterministic", "torch.use_deterministic_algorithms(True)",
                    "deterministic-where-possible",
                            "torch.use_deterministic_algorithms(True, warn_only=True)",
                    "threads", "torch.set_num_threads(1)");

    private final Reached reached;
    private final PythonModule entry;
    private final Layout layout;

    TorchSwitches(Reached reached) {
        this.reached = reached;
        this.entry = reached.entry();
        this.layout = new Layout(entry.source());
    }

    /// The edits that make these pins unneeded; a line that the project has already is not written
    /// again.
    List<Edit> edits(Set<String> pins) {
        var edits = new ArrayList<Edit>();
        boolean workspace =
                pins.contains("cublas") || pins.contains("deterministic") && mentions("cuda");
        if (workspace && !mentions(WORKSPACE)) {
            variable(edits);
        }
        var name = new Imports(entry).nameOf("torch").orElse("torch");
        var lines = new ArrayList<String>();
        for (var pin : pins.stream().sorted().toList()) {
            var line = LINES.get(pin);
            if (line != null
                    && !mentions(line.substring("torch.".length()))
                    && !decided(line.substring(0, Math.max(0, line.indexOf(" = "))))) {
                lines.add(name + line.substring("torch".length()));
            }
        }
        if (!lines.isEmpty()) {
            switched(lines, edits);
        }
        return edits;
    }

    /// Whether some file that the script runs has this text.
    private boolean mentions(String text) {
        return reached.modules().stream().anyMatch(module -> module.source().text().contains(text));
    }

    private void switched(List<String> lines, List<Edit> edits) {
        var first = importOf("torch");
        Statement last = first == null ? null : lastImport(first);
        if (last == null) {
            var imports = new Imports(entry);
            var spot = imports.spot(Generator.TORCH.module, entry.source().text().length());
            var missing = imports.missing(Generator.TORCH);
            if (spot == null) {
                lines.addAll(0, List.of(missing.line(), ""));
                var head = Statements.first(entry.tree().body());
                lines.add("");
                edits.add(
                        head == null
                                ? layout.after(entry.tree().body().getLast(), lines)
                                : layout.before(head, lines));
                return;
            }
            edits.addAll(
                    Imports.edits(
                            layout,
                            new TreeMap<>(Map.of(Generator.TORCH, spot)),
                            Map.of(Generator.TORCH, missing.line())));
            last = lastImport(spot.beside());
            if (last == spot.beside() && spot.behind()) {
                // Both stand behind the same line, and the import comes first.
                edits.removeLast();
                lines.addAll(0, List.of(missing.line(), ""));
            }
        }
        lines.addFirst("");
        int next = layout.lastLine(last) + 1;
        if (!layout.blank(next) && !layout.isLast(last)) {
            lines.addLast("");
        }
        edits.add(layout.after(last, lines));
    }

    /// Whether the script sets a switch itself, to what it shall be or, by another edit, will be.
    private boolean decided(String name) {
        for (var module : reached.modules()) {
            for (var block : Blocks.all(module)) {
                for (var statement : block.statements()) {
                    if (statement instanceof Statement.Assign assign
                            && assign.value() instanceof Expression.Constant
                            && name.equals(module.resolve(assign.targets().getFirst()))
                            && block.choice() == null
                            && reached.runs(block)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Sets the variable that cuBLAS reads, behind the imports of the standard library and before
    /// torch is imported.
    private void variable(List<Edit> edits) {
        var line = "os.environ.setdefault(\"" + WORKSPACE + "\", \":4096:8\")";
        var torch = firstOf("torch");
        Statement system = null;
        Statement behindSystem = null;
        Statement last = null;
        Statement first = null;
        for (var statement : entry.tree().body()) {
            if (statement == torch || !Statements.isHead(statement) && !isStandard(statement)) {
                first = first == null ? statement : first;
                break;
            }
            if (!Statements.isHead(statement)) {
                first = first == null ? statement : first;
                last = statement;
                if (statement instanceof Statement.Import plain) {
                    var name = plain.names().getFirst().name();
                    if (plain.names().stream().anyMatch(alias -> alias.name().equals("os"))) {
                        system = statement;
                    } else if (name.compareTo("os") > 0 && behindSystem == null) {
                        behindSystem = statement;
                    }
                }
            }
        }
        var lines = new ArrayList<String>();
        if (system == null && behindSystem == null) {
            lines.add("import os");
        } else if (system == null && behindSystem != null) {
            edits.add(layout.before(behindSystem, List.of("import os")));
        }
        lines.addAll(List.of("", line));
        if (last != null) {
            if (!layout.blank(layout.lastLine(last) + 1)) {
                lines.add("");
            }
            edits.add(layout.after(last, lines));
        } else if (first != null) {
            lines.add("");
            edits.add(layout.before(first, lines));
        } else {
            edits.add(layout.after(entry.tree().body().getLast(), lines));
        }
    }

    private boolean isStandard(Statement statement) {
        return (statement instanceof Statement.Import || statement instanceof Statement.ImportFrom)
                && new Imports(entry).isStandard(statement);
    }

    private @Nullable Statement importOf(String module) {
        for (var statement : entry.tree().body()) {
            if (statement instanceof Statement.Import plain
                    && plain.names().stream().anyMatch(alias -> alias.name().equals(module))) {
                return statement;
            }
        }
        return null;
    }

    /// The first import of a library, or of a module of the project, which may import it.
    private @Nullable Statement firstOf(String library) {
        for (var statement : entry.tree().body()) {
            boolean here =
                    switch (statement) {
                        case Statement.Import plain ->
                                plain.names().stream()
                                        .anyMatch(alias -> within(alias.name(), library));
                        case Statement.ImportFrom from ->
                                from.module() == null || within(from.module(), library);
                        default -> false;
                    };
            if (here || !entry.importedBy(statement).isEmpty()) {
                return statement;
            }
        }
        return null;
    }

    private static boolean within(String name, String library) {
        return name.equals(library) || name.startsWith(library + ".");
    }

    private Statement lastImport(Statement from) {
        Statement last = from;
        for (var statement : entry.tree().body()) {
            if (statement.start() > from.start()) {
                if (!(statement instanceof Statement.Import)
                        && !(statement instanceof Statement.ImportFrom)) {
                    break;
                }
                last = statement;
            }
        }
        return last;
    }
}
