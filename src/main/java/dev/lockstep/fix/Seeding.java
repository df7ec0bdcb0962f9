package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.Expression;
import dev.lockstep.source.ImportSite;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the one block of a script that seeds the shared generators, at the place where a reader
/// would look for it.
///
/// In this order: beside a seed that is there already; behind the line that gives the script's own
/// seed option its value; at the head of the main guard; behind the imports. Always before the
/// first draw that is known.
final class Seeding {
    private final PythonModule module;
    private final Layout layout;
    private final Imports imports;
    private final List<Edit> edits = new ArrayList<>();

    Seeding(PythonModule module) {
        this.module = module;
        this.layout = new Layout(module.source());
        this.imports = new Imports(module);
    }

    /// A statement that only seeds a shared generator.
    ///
    /// @param value the seed's text
    record Existing(
            Statement statement, List<Statement> block, Generator generator, String value) {}

    /// The statements of the file that seed shared generators, in the order of the source.
    List<Existing> existing() {
        var found = new ArrayList<Existing>();
        for (var block : Blocks.of(module)) {
            for (var statement : block) {
                if (statement instanceof Statement.ExpressionStatement line
                        && line.expression() instanceof Expression.Call call
                        && call.argument(0) != null) {
                    var name = module.resolve(call.function());
                    var generator =
                            name == null ? Optional.<Generator>empty() : Generator.ofFunction(name);
                    generator.ifPresent(one ->
                            found.add(
                                    new Existing(
                                            statement,
                                            block,
                                            one,
                                            module.source().slice(call.arguments().getFirst()))));
                }
            }
        }
        found.sort((one, two) -> Integer.compare(one.statement().start(), two.statement().start()));
        return found;
    }

    /// Gives the edits that seed these generators.
    ///
    /// @param wanted the generators that nobody seeds
    /// @param late those that are seeded, but after they were drawn from
    /// @param draws where they are drawn from
    List<Edit> edits(Set<Generator> wanted, Set<Generator> late, Collection<Place> places) {
        var draws = places.stream().map(this::outsideComprehensions).toList();
        var seeds = existing();
        var moved = seeds.stream().filter(one -> late.contains(one.generator())).toList();
        // A seed of what nobody seeded did not run, and so did nothing beside it.
        var idle =
                seeds.stream()
                        .filter(one -> wanted.contains(one.generator()))
                        .map(Existing::block)
                        .toList();
        var beside =
                seeds.stream()
                        .filter(one ->
                                !late.contains(one.generator()) && !idle.contains(one.block()))
                        .filter(one -> layout.alone(one.statement()))
                        .filter(one -> !drawnBefore(one.statement(), draws))
                        .reduce((first, second) -> second);
        var all = EnumSet.noneOf(Generator.class);
        all.addAll(wanted);
        all.addAll(late);
        if (all.isEmpty()) {
            return List.of();
        }
        if (beside.isPresent() && moved.isEmpty()) {
            put(beside.get().statement(), true, all, beside.get().value());
            return List.copyOf(edits);
        }
        var raised = raised(moved, draws);
        for (var one : moved) {
            if (layout.alone(one.statement()) && one.block().size() > 1) {
                edits.add(layout.without(one.statement()));
            }
        }
        if (raised != null) {
            put(raised, false, all, moved.getFirst().value());
            return List.copyOf(edits);
        }
        var value =
                moved.stream()
                        .filter(one -> one.value().chars().allMatch(Character::isDigit))
                        .findFirst()
                        .map(one -> SeedValue.literal(one.value()))
                        .or(() -> SeedValue.in(module))
                        .orElse(SeedValue.literal("0"));
        place(all, value, draws, !moved.isEmpty());
        return List.copyOf(edits);
    }

    /// The statement before which late seeds come early enough and keep their value, a variable of
    /// the function that they stand in; null when there is none.
    private @Nullable Statement raised(List<Existing> late, Collection<Place> draws) {
        if (late.isEmpty()
                || late.stream().map(Existing::value).distinct().count() > 1
                || late.stream().map(Existing::block).distinct().count() > 1) {
            return null;
        }
        var first = late.getFirst();
        var names = names(first.statement());
        if (first.block() == module.tree().body()
                || first.value().chars().allMatch(Character::isDigit)) {
            return null;
        }
        Statement target = null;
        for (var statement : first.block()) {
            if (statement == first.statement()) {
                break;
            }
            boolean text =
                    statement instanceof Statement.ExpressionStatement line
                            && line.expression() instanceof Expression.StringLiteral;
            if (text || binds(statement, names)) {
                target = null;
            } else if (target == null) {
                target = statement;
            }
        }
        return target == null || drawnBefore(target, draws) ? null : target;
    }

    private static Set<String> names(Node node) {
        var names = new HashSet<String>();
        node.walk(inner -> {
            if (inner instanceof Expression.Name name) {
                names.add(name.id());
            }
        });
        return names;
    }

    /// Whether a statement may give one of these names, or a part of what it names, a new value.
    private static boolean binds(Statement statement, Set<String> names) {
        return switch (statement) {
            case Statement.Assign assign ->
                    assign.targets().stream().anyMatch(target -> touches(target, names));
            case Statement.AnnotatedAssign assign -> touches(assign.target(), names);
            case Statement.AugmentedAssign assign -> touches(assign.target(), names);
            case Statement.ExpressionStatement _ -> false;
            default -> touches(statement, names);
        };
    }

    private static boolean touches(Node node, Set<String> names) {
        return !Collections.disjoint(names(node), names);
    }

    private void place(
            Set<Generator> all, SeedValue value, Collection<Place> draws, boolean early) {
        var known = value.known();
        if (known != null
                && !drawnBefore(known, draws)
                && !(early && !module.tree().body().contains(known))) {
            put(known, true, all, value.text());
            return;
        }
        var text = known == null ? value.text() : "0";
        boolean atImport = draws.stream().anyMatch(Seeding::runsAtImport);
        var guard = module.mainGuard();
        if (guard != null && !atImport) {
            var first = guard.branches().getFirst().body().getFirst();
            put(first, false, all, text);
            return;
        }
        var anchor = anchor(draws);
        if (anchor == null) {
            put(module.tree().body().getFirst(), false, all, text);
        } else {
            put(anchor.statement(), anchor.behind(), all, text);
        }
    }

    private record Anchor(Statement statement, boolean behind) {}

    /// The place at the head of the file: behind the imports, but before whatever draws while the
    /// file or a module of the project is imported.
    private @Nullable Anchor anchor(Collection<Place> draws) {
        Statement last = null;
        for (var statement : module.tree().body()) {
            if (draws.stream().anyMatch(draw -> isHere(draw) && covers(statement, draw))
                    || drawsInImported(statement, draws)) {
                return last == null ? new Anchor(statement, false) : new Anchor(last, true);
            }
            switch (statement) {
                case Statement.Import _, Statement.ImportFrom _ -> last = statement;
                case Statement.Try attempt
                        when attempt.body().stream()
                                .anyMatch(inner ->
                                        inner instanceof Statement.Import
                                                || inner instanceof Statement.ImportFrom) ->
                        last = statement;
                case Statement.FunctionDefinition _, Statement.ClassDefinition _ -> {
                    return last == null ? new Anchor(statement, false) : new Anchor(last, true);
                }
                case Statement.ExpressionStatement line
                        when line.expression() instanceof Expression.StringLiteral
                                && statement == module.tree().body().getFirst() ->
                        last = statement;
                default -> {}
            }
        }
        return last == null ? null : new Anchor(last, true);
    }

    private boolean drawsInImported(Statement statement, Collection<Place> draws) {
        for (ImportSite site : module.imports()) {
            if (site.statement() == statement) {
                for (var draw : draws) {
                    if (runsAtImport(draw)
                            && site.modules().stream()
                                    .anyMatch(one -> one.path().equals(draw.file()))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// A comprehension at the top of the file draws while the file is imported, though up to Python
    /// 3.11 in a function of its own.
    private Place outsideComprehensions(Place draw) {
        boolean top =
                String.valueOf(draw.function()).matches("<(list|set|dict)comp>|<genexpr>")
                        && draw.file().equals(module.path())
                        && module.tree().body().stream()
                                .filter(statement -> covers(statement, draw))
                                .noneMatch(statement ->
                                        statement instanceof Statement.FunctionDefinition
                                                || statement instanceof Statement.ClassDefinition);
        return top ? draw.in("<module>") : draw;
    }

    private boolean isHere(Place draw) {
        return draw.file().equals(module.path()) && runsAtImport(draw);
    }

    private static boolean runsAtImport(Place draw) {
        return "<module>".equals(draw.function());
    }

    private boolean covers(Statement statement, Place draw) {
        var source = module.source();
        return source.line(statement.start()) <= draw.line()
                && draw.line() <= source.line(Math.max(statement.start(), statement.end() - 1));
    }

    /// Whether a draw is known to come before a statement: in the same stretch of code, on an
    /// earlier line; or while modules are imported, when the statement is inside a function or the
    /// main guard.
    private boolean drawnBefore(Statement statement, Collection<Place> draws) {
        var source = module.source();
        int line = source.line(statement.start());
        var function = functionAround(statement);
        for (var draw : draws) {
            boolean same =
                    draw.file().equals(module.path())
                            && function.equals(String.valueOf(draw.function()));
            if (same && draw.line() < line) {
                return true;
            }
            if (!function.equals("<module>") && runsAtImport(draw) && !inGuard(draw)) {
                return true;
            }
        }
        return false;
    }

    private boolean inGuard(Place draw) {
        var guard = module.mainGuard();
        return guard != null && draw.file().equals(module.path()) && covers(guard, draw);
    }

    private String functionAround(Statement statement) {
        var scope = module.scopeAt(statement.start());
        return scope.node() instanceof Statement.FunctionDefinition definition
                ? definition.name()
                : "<module>";
    }

    /// Puts the block's lines beside a statement, and the imports that it needs.
    private void put(Statement beside, boolean behind, Set<Generator> all, String value) {
        var lines = new ArrayList<String>();
        var needed = new ArrayList<String>();
        for (var generator : all) {
            var known = imports.seeding(generator, beside.start() + (behind ? 1 : 0));
            String call;
            if (known.isPresent()) {
                call = known.get();
            } else {
                var missing = imports.missing(generator);
                needed.add(missing.line());
                call = missing.seeding();
            }
            lines.add(call + "(" + value + ")");
        }
        boolean top = module.tree().body().contains(beside);
        boolean afterImports =
                behind
                        && (beside instanceof Statement.Import
                                || beside instanceof Statement.ImportFrom);
        if (afterImports) {
            lines.addFirst("");
        }
        if (!needed.isEmpty()) {
            var head = top ? null : anchor(List.of());
            if (head == null) {
                lines.addAll(0, needed);
            } else {
                edits.add(
                        head.behind()
                                ? layout.after(head.statement(), needed)
                                : layout.before(head.statement(), needed));
            }
        }
        edits.add(behind ? layout.after(beside, lines) : layout.before(beside, lines));
    }
}
