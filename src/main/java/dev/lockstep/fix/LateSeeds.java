package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Moves seeds up that come too late: in their own block, else to where their function is called.
///
/// Only seeds that stand together move; what stands between them and their new place must not give
/// them their value.
final class LateSeeds {
    private final Script script;

    LateSeeds(Script script) {
        this.script = script;
    }

    /// Gives the edits that move seeds before the first draw; none where they cannot move.
    ///
    /// @param never generators that nobody seeds; they are seeded beside the seeds that move
    /// @param late generators that are seeded, but too late
    List<Edit> movedUp(Set<Generator> never, Set<Generator> late) {
        var moved =
                script.seeds().stream()
                        .filter(seed -> seed.seedsAny(late) && script.reached().runs(seed.block()))
                        .toList();
        if (moved.isEmpty()
                || moved.stream().map(SeedCall::block).distinct().count() > 1
                || moved.getFirst().block().choice() != null) {
            return List.of();
        }
        var group = group(moved);
        var layout = new Layout(group.getFirst().module().source());
        if (!group.stream().allMatch(seed -> layout.alone(seed.statement()))) {
            return List.of();
        }
        var target = earliest(group);
        return target == null || target == group.getFirst().statement()
                ? movedToCaller(group, never)
                : movedTo(target, group, never);
    }

    /// Late seeds with the seeds that stand right beside them.
    private List<SeedCall> group(List<SeedCall> late) {
        var statements = late.getFirst().block().statements();
        int first = statements.indexOf(late.getFirst().statement());
        int last = statements.indexOf(late.getLast().statement());
        while (first > 0 && script.seedAt(statements.get(first - 1)) != null) {
            first--;
        }
        while (last + 1 < statements.size() && script.seedAt(statements.get(last + 1)) != null) {
            last++;
        }
        var group = new ArrayList<SeedCall>();
        for (int k = first; k <= last; k++) {
            var seed = script.seedAt(statements.get(k));
            if (seed != null) {
                group.add(seed);
            }
        }
        // What stands between late seeds but is none of them stays, and they move alone.
        return group.size() == last - first + 1 ? group : late;
    }

    // ---- in their own block

    /// The first statement of the block before which the seeds can stand: behind what binds the
    /// names that they use, and behind definitions. Null when that is too late as well.
    private @Nullable Statement earliest(List<SeedCall> group) {
        var names = new HashSet<String>();
        var values = new HashSet<String>();
        for (var seed : group) {
            seed.statement()
                    .walk(node -> {
                        if (node instanceof Expression.Name name) {
                            names.add(name.id());
                        }
                    });
            values.addAll(seed.names());
        }
        var block = group.getFirst().block();
        Statement target = null;
        for (var statement : block.statements()) {
            if (statement == group.getFirst().statement()) {
                break;
            }
            if (Statements.isText(statement)
                    || Statements.binds(statement, names)
                    || Statements.mayChange(statement, values)) {
                target = null;
            } else if (target == null && !Statements.defines(statement)) {
                target = statement;
            }
        }
        if (target == null || script.draws().before(block.module(), target)) {
            return null;
        }
        var drawing = script.draws().firstIn(block);
        return drawing != null && drawing.start() > target.start() ? drawing : target;
    }

    private List<Edit> movedTo(Statement target, List<SeedCall> group, Set<Generator> never) {
        var source = group.getFirst().module().source();
        var layout = new Layout(source);
        int first = layout.firstLine(group.getFirst().statement());
        var comments = layout.comments(first);
        var rest = rest(never, group);
        var lines = new ArrayList<>(comments);
        group.forEach(seed -> lines.add(source.slice(seed.statement())));
        lines.addAll(rest.lines());
        boolean apart = layout.blank(first - comments.size() - 1);
        if (apart && layout.blank(layout.firstLine(target) - 1)) {
            lines.add("");
        }
        var edits = new ArrayList<Edit>();
        edits.add(without(group));
        edits.addAll(rest.edits());
        edits.add(layout.before(target, lines));
        return edits;
    }

    private static Edit without(List<SeedCall> group) {
        var layout = new Layout(group.getFirst().module().source());
        return layout.without(
                layout.firstLine(group.getFirst().statement()),
                layout.lastLine(group.getLast().statement()));
    }

    /// What nobody seeds goes into the function that the seeds call, or beside the lines that move.
    private static SeedLines rest(Set<Generator> never, List<SeedCall> group) {
        var left = never;
        for (var seed : group) {
            left = Generator.without(left, seed.seeds());
        }
        if (left.isEmpty()) {
            return SeedLines.NONE;
        }
        for (var seed : group) {
            if (seed.helper() != null) {
                return new SeedLines(List.of(), SeedHelpers.completed(seed.helper(), left));
            }
        }
        var last = group.getLast();
        return SeedLines.inside(last.module(), left, last.text(), last.statement().start());
    }

    // ---- to where their function is called

    private List<Edit> movedToCaller(List<SeedCall> group, Set<Generator> never) {
        var block = group.getFirst().block();
        var definition = block.function();
        if (definition == null) {
            return List.of();
        }
        var module = block.module();
        var callers = script.reached().callsOf(module.project().function(module, definition));
        if (callers.size() != 1 || definition.body().size() == group.size()) {
            return List.of();
        }
        var caller = callers.getFirst();
        var target = caller.block().module();
        var lines = new ArrayList<String>();
        var edits = new ArrayList<Edit>();
        var names = new HashSet<String>();
        for (var seed : group) {
            var given = given(seed, definition, caller);
            var there = given == null ? null : rewritten(seed, given.text(), caller);
            if (given == null || there == null) {
                return List.of();
            }
            if (given.name() != null) {
                names.add(given.name());
            }
            lines.addAll(there.lines());
            edits.addAll(there.edits());
        }
        var where = earliest(caller, names);
        if (script.draws().before(target, where)) {
            return List.of();
        }
        var rest = rest(never, group);
        lines.addAll(rest.lines());
        edits.add(without(group));
        edits.addAll(rest.edits());
        edits.add(new Layout(target.source()).before(where, lines));
        return edits;
    }

    /// A seed as a caller writes it.
    ///
    /// @param name the caller's name that it is taken from, or null for a number
    private record Given(String text, @Nullable String name) {}

    /// How a caller writes the seed that a function takes from its parameter, or null when it comes
    /// from somewhere else.
    private static @Nullable Given given(
            SeedCall seed, Statement.FunctionDefinition definition, Reached.Call caller) {
        var root = seed.value();
        if (root instanceof Expression.NumberLiteral) {
            return new Given(seed.text(), null);
        }
        var behind = "";
        while (root instanceof Expression.Attribute part) {
            behind = "." + part.name() + behind;
            root = part.value();
        }
        if (!(root instanceof Expression.Name name)) {
            return null;
        }
        var parameters = definition.parameters();
        boolean method =
                !parameters.isEmpty()
                        && Set.of("self", "cls").contains(parameters.getFirst().name());
        int index = -1;
        for (int k = 0; k < parameters.size(); k++) {
            if (parameters.get(k).name().equals(name.id())) {
                index = method ? k - 1 : k;
            }
        }
        return index >= 0
                        && caller.call().argument(index, name.id())
                                instanceof Expression.Name argument
                ? new Given(
                        caller.block().module().source().slice(argument) + behind, argument.id())
                : null;
    }

    /// A seed's statement as a caller writes it, or null when the function that the statement calls
    /// is not known there.
    private static @Nullable SeedLines rewritten(SeedCall seed, String value, Reached.Call caller) {
        var target = caller.block().module();
        if (seed.helper() == null) {
            return SeedLines.inside(target, seed.seeds(), value, caller.statement().start());
        }
        var function =
                seed.statement().expression() instanceof Expression.Call made
                        ? seed.module().source().slice(made.function())
                        : "";
        boolean known =
                function.indexOf('.') < 0
                        && (target == seed.module() || target.scope().names().contains(function));
        return known ? new SeedLines(List.of(function + "(" + value + ")"), List.of()) : null;
    }

    /// The first statement of a caller's block at which these names have their values.
    private static Statement earliest(Reached.Call caller, Set<String> names) {
        Statement where = null;
        for (var statement : caller.block().statements()) {
            if (statement == caller.statement()) {
                break;
            }
            if (Statements.isText(statement)
                    || Statements.defines(statement)
                    || Statements.binds(statement, names)
                    || Statements.mayChange(statement, names)) {
                where = null;
            } else if (where == null) {
                where = statement;
            }
        }
        return where == null ? caller.statement() : where;
    }
}
