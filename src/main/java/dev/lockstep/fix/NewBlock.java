package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A new block of lines that seed: behind the line that gives the script's own seed its value, at
/// the head of the main guard or of the function that a console script calls, or behind the
/// imports.
final class NewBlock {
    private final Script script;
    private final PythonModule entry;
    private final List<SeedValue> own;

    NewBlock(Script script) {
        this.script = script;
        this.entry = script.entry();
        this.own = SeedValues.of(script.reached());
    }

    /// Gives the edits that seed generators in a new block.
    ///
    /// @param late those of them whose present seeds come too late; the block takes their place,
    ///   but a seed that an option or a caller gives stays where the block cannot have it
    List<Edit> edits(Set<Generator> all, Set<Generator> late) {
        var replaced = script.seeds().stream().filter(seed -> seed.seedsAny(late)).toList();
        var edits = new ArrayList<Edit>();
        var literal = replaced.stream().filter(NewBlock::isLiteral).map(SeedCall::text).findFirst();
        var value = literal.isPresent() ? null : ownValue(!late.isEmpty());
        replaced.stream()
                .filter(seed -> value != null || isLiteral(seed))
                .forEach(seed -> edits.addAll(without(seed)));
        if (value != null) {
            edits.addAll(value.edits());
            edits.addAll(block(value.position(), all, value.text()));
        } else {
            edits.addAll(atHead(all, literal.or(() -> Framework.constant(entry))));
        }
        return edits;
    }

    private static boolean isLiteral(SeedCall seed) {
        return seed.value() instanceof Expression.NumberLiteral;
    }

    /// Takes a seed away when its line does nothing else and is not alone in its block.
    private static List<Edit> without(SeedCall seed) {
        var layout = new Layout(seed.module().source());
        return seed.helper() == null
                        && seed.seeds().size() == 1
                        && layout.alone(seed.statement())
                        && seed.block().statements().size() > 1
                ? List.of(layout.without(seed.statement()))
                : List.of();
    }

    /// The script's own seed that has its value before the first draw, or null.
    ///
    /// @param late whether the block takes the place of seeds that come too late
    private @Nullable SeedValue ownValue(boolean late) {
        boolean atImport = script.draws().atImport();
        for (var value : own) {
            var block = value.position().block();
            boolean early =
                    !script.draws().before(block.module(), value.position().statement())
                            && (atImport
                                    ? isBeforeImports(value)
                                    : !late || block.function() != null || block.top());
            if (early && !isField(value)) {
                return value;
            }
            if (early && !atImport) {
                // The block stands at the head of the main guard, which can read the field.
                return null;
            }
        }
        return null;
    }

    /// Whether a seed has its value at the top of the script before an import draws.
    private boolean isBeforeImports(SeedValue value) {
        var position = value.position();
        return position.block().top()
                && position.module() == entry
                && !script.draws().inImportsBefore(position.statement());
    }

    /// Whether a seed is a field of a class, which anything behind the class can read.
    private static boolean isField(SeedValue value) {
        return value.position().statement() instanceof Statement.ClassDefinition;
    }

    /// The block at the head of the main guard, or of the file where the script draws before that.
    private List<Edit> atHead(Set<Generator> all, Optional<String> constant) {
        var guard = entry.mainGuard();
        var called = script.called();
        var top = Blocks.all(entry).getFirst();
        if (guard == null && called == null || script.draws().atImport()) {
            return block(behindImports(top), all, constant.orElse("0"));
        }
        var body =
                called != null
                        ? called.body()
                        : Objects.requireNonNull(guard).branches().getFirst().body();
        var first =
                body.stream()
                        .filter(statement -> !Statements.declares(statement))
                        .findFirst()
                        .orElse(body.getFirst());
        var inside =
                Blocks.all(entry).stream()
                        .filter(block -> block.statements() == body)
                        .findFirst()
                        .orElse(top);
        var field = own.stream().filter(NewBlock::isField).map(SeedValue::text).findFirst();
        return block(Position.before(inside, first), all, constant.or(() -> field).orElse("0"));
    }

    /// The position at the head of the file: behind the imports, but before whatever draws while
    /// the file or a module of the project is imported.
    private Position behindImports(Block top) {
        Statement last = null;
        for (var statement : top.statements()) {
            if (script.draws().in(statement)
                    || statement instanceof Statement.FunctionDefinition
                    || statement instanceof Statement.ClassDefinition) {
                return last == null ? Position.before(top, statement) : Position.behind(top, last);
            }
            boolean docstring =
                    statement == top.statements().getFirst() && Statements.isText(statement);
            if (docstring || Statements.imports(statement) || triesImport(statement)) {
                last = statement;
            }
        }
        return last == null
                ? Position.before(top, top.statements().getFirst())
                : Position.behind(top, last);
    }

    private static boolean triesImport(Statement statement) {
        return statement instanceof Statement.Try attempt
                && attempt.body().stream().anyMatch(Statements::imports);
    }

    /// The edits that put the block at a position: in the way of the script's framework, except
    /// before a seed that is there.
    private List<Edit> block(Position position, Set<Generator> all, String value) {
        var framework =
                script.seedAt(position.statement()) == null
                        ? Framework.seeding(position.module(), position.offset(), value)
                        : null;
        var lines = framework == null ? SeedLines.of(position, all, value) : framework;
        return lines.at(position);
    }
}
