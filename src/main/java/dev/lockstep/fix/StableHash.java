package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
        var imports = new Imports(module);
        var known = imports.nameOf("zlib");
        if (known.isEmpty()) {
            var spot = imports.spot("zlib", call.start());
            if (spot == null) {
                return List.of();
            }
            edits.add(Imports.edit(layout, spot, List.of("import zlib")));
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
}
