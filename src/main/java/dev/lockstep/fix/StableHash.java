package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes the number of a text from `zlib.crc32`, which is the same in every process, and not from
/// `hash`, which is another in each.
final class StableHash {
    private static final Set<String> TEXTS = Set.of("str", "repr", "join", "lower", "upper");

    private final PythonModule module;

    StableHash(PythonModule module) {
        this.module = module;
    }

    /// The edits at a finding; none where it is no call of `hash`.
    List<Edit> edits(Finding finding) {
        for (var site : module.calls()) {
            var call = site.call();
            if (call.start() == finding.place().start()
                    && call.function() instanceof Expression.Name name
                    && name.id().equals("hash")
                    && call.arguments().size() == 1) {
                return edits(call, call.arguments().getFirst());
            }
        }
        return List.of();
    }

    private List<Edit> edits(Expression.Call call, Expression of) {
        var layout = new Layout(module.source());
        var edits = new ArrayList<Edit>();
        var known = new Imports(module).nameOf("zlib");
        if (known.isEmpty()) {
            var added = imported(layout);
            if (added == null) {
                return List.of();
            }
            edits.add(added);
        }
        var text = module.source().slice(of);
        edits.add(
                layout.replace(
                        call,
                        known.orElse("zlib")
                                + ".crc32("
                                + (isText(of) ? text : "str(" + text + ")")
                                + ".encode())"));
        return edits;
    }

    private static boolean isText(Expression of) {
        return switch (of) {
            case Expression.StringLiteral _, Expression.FormattedString _ -> true;
            case Expression.Call made ->
                    switch (made.function()) {
                        case Expression.Name name -> TEXTS.contains(name.id());
                        case Expression.Attribute method -> TEXTS.contains(method.name());
                        default -> false;
                    };
            default -> false;
        };
    }

    /// The import, behind the last one of the standard library or before all; null where the file
    /// imports nothing.
    private @Nullable Edit imported(Layout layout) {
        var imports = new Imports(module);
        Statement first = null;
        Statement standard = null;
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.Import
                    || statement instanceof Statement.ImportFrom) {
                if (imports.isStandard(statement)) {
                    standard = statement;
                } else if (first == null && !isFuture(statement)) {
                    first = statement;
                }
            }
        }
        if (standard != null) {
            return layout.after(standard, List.of("import zlib"));
        }
        return first == null ? null : layout.before(first, List.of("import zlib", ""));
    }

    private static boolean isFuture(Statement statement) {
        return statement instanceof Statement.ImportFrom from && "__future__".equals(from.module());
    }
}
