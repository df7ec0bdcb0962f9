package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.List;
import java.util.Optional;

/// A seed that a script has already: a `--seed` option, a field of its configuration, a constant.
///
/// @param text how to write it
/// @param position where lines stand that can read it first
/// @param edits what gives it a value where it has none
record SeedValue(String text, Position position, List<Edit> edits) {
    SeedValue {
        edits = List.copyOf(edits);
    }

    /// A seed that has its value behind a statement.
    static SeedValue behind(Block block, Statement statement, String text) {
        return new SeedValue(text, Position.behind(block, statement), List.of());
    }

    /// A seed that a function has from its start.
    static Optional<SeedValue> atStart(
            PythonModule module,
            Statement.FunctionDefinition function,
            String text,
            List<Edit> edits) {
        return Blocks.all(module).stream()
                .filter(block -> block.statements() == function.body())
                .findFirst()
                .map(block -> new SeedValue(text, start(block), edits));
    }

    private static Position start(Block body) {
        var first = Statements.first(body.statements());
        return first == null
                ? Position.behind(body, body.statements().getFirst())
                : Position.before(body, first);
    }
}
