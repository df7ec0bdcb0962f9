package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.source.Expression;
import dev.lockstep.source.ImportSite;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes a script seed the shared generators once, in the place where a reader would look for it.
///
/// A seed that comes too late moves up. Else, in this order: a function that only seeds and runs
/// already is completed; a line is put beside seeds that run already; a seed that waits for an
/// option gets a default; a function that only seeds and never runs is called; a new block stands
/// behind the line that gives the script's own seed its value, at the head of the main guard, or
/// behind the imports. Always before the first draw that is known.
final class Seeding {
    private final Reached reached;
    private final PythonModule entry;
    private final List<SeedCall> calls;
    private final List<Edit> edits = new ArrayList<>();
    private final List<Place> constants;
    private List<Place> draws = List.of();

    /// @param constants the lines at which another edit puts the constant 0 in place of a seed that
    ///   differs by run
    /// @param words the words of the command line that starts the script
    Seeding(PythonModule entry, List<Place> constants, List<String> words) {
        this.entry = entry;
        this.constants = List.copyOf(constants);
        this.reached = Reached.from(entry, words);
        this.calls =
                reached.modules().stream()
                        .flatMap(module -> SeedCalls.in(module).stream())
                        .filter(call -> !insideHelper(call))
                        .toList();
    }

    private static boolean insideHelper(SeedCall call) {
        var definition = call.block().function();
        if (definition == null) {
            return false;
        }
        var module = call.block().module();
        return !SeedCalls.seededBy(module.project().function(module, definition)).isEmpty();
    }

    /// Whether something else that the script runs seeds the generator that a line seeds anew.
    boolean seededElsewhere(Place place) {
        var here = at(place);
        return here != null
                && here.block().function() != null
                && goneWith(here) != null
                && calls.stream()
                        .anyMatch(call ->
                                call.block().function() != here.block().function()
                                        && call.plain()
                                        && call.block().choice() == null
                                        && reached.runs(call.block())
                                        && call.seeds().containsAll(here.seeds()));
    }

    /// The edit that takes a line that seeds away.
    List<Edit> without(Place place) {
        var here = at(place);
        var gone = here == null || here.helper() != null ? null : goneWith(here);
        if (here == null || gone == null) {
            return List.of();
        }
        var layout = new Layout(here.block().module().source());
        return layout.alone(gone) ? List.of(layout.without(gone)) : List.of();
    }

    /// What goes with a line that seeds: the line alone, or the `if` that holds nothing else; null
    /// where something must stay in its place.
    private static @Nullable Statement goneWith(SeedCall here) {
        if (here.block().statements().size() > 1) {
            return here.statement();
        }
        var choice = here.block().choice();
        if (choice == null
                || choice.branches().size() != 1
                || choice.branches().getFirst().body() != here.block().statements()
                || !choice.otherwise().isEmpty()) {
            return null;
        }
        var test = choice.branches().getFirst().test();
        boolean[] told = {false};
        test.walk(node ->
                told[0] |=
                        node instanceof Expression.Call
                                || node instanceof Expression.Name name && named(name.id())
                                || node instanceof Expression.Attribute field
                                        && named(field.name()));
        return !told[0]
                        && Blocks.of(here.block().module()).stream()
                                .anyMatch(block ->
                                        block.size() > 1
                                                && block.stream().anyMatch(one -> one == choice))
                ? choice
                : null;
    }

    /// Whether a name speaks of a seed: what asks for one decides more than where it is set.
    private static boolean named(String name) {
        return name.toLowerCase(Locale.ROOT).contains("seed");
    }

    private @Nullable SeedCall at(Place place) {
        for (var call : calls) {
            if (call.block().module().path().equals(place.file())
                    && covers(call.block().module(), call.statement(), place)) {
                return call;
            }
        }
        return null;
    }

    /// Gives the edits that seed these generators.
    ///
    /// @param never the generators that nobody seeds
    /// @param late those that are seeded, but after they were drawn from
    /// @param places where they are drawn from
    List<Edit> edits(Set<Generator> never, Set<Generator> late, Collection<Place> places) {
        draws = places.stream().map(this::outsideComprehensions).toList();
        if (!late.isEmpty()) {
            if (!raised(never, late)) {
                fresh(union(never, late), late);
            }
        } else if (!never.isEmpty()) {
            if (!completed(never) && !beside(never) && !given(never) && !called(never)) {
                fresh(never, Set.of());
            }
        }
        return List.copyOf(edits);
    }

    private static EnumSet<Generator> union(Set<Generator> one, Set<Generator> other) {
        var all = EnumSet.noneOf(Generator.class);
        all.addAll(one);
        all.addAll(other);
        return all;
    }

    private static EnumSet<Generator> without(Set<Generator> all, Set<Generator> some) {
        var left = EnumSet.noneOf(Generator.class);
        left.addAll(all);
        left.removeAll(some);
        return left;
    }

    // ---- a seed that comes too late

    /// Moves late seeds up: in their own block, else to where their function is called.
    private boolean raised(Set<Generator> never, Set<Generator> late) {
        var moved =
                calls.stream()
                        .filter(call -> call.seedsAny(late) && reached.runs(call.block()))
                        .toList();
        if (moved.isEmpty()
                || moved.stream().map(SeedCall::block).distinct().count() > 1
                || moved.getFirst().block().choice() != null) {
            return false;
        }
        var group = group(moved.getFirst().block(), moved);
        var block = group.getFirst().block();
        var layout = new Layout(block.module().source());
        if (!group.stream().allMatch(call -> layout.alone(call.statement()))) {
            return false;
        }
        var lines =
                new ArrayList<>(layout.comments(layout.firstLine(group.getFirst().statement())));
        group.forEach(call -> lines.add(block.module().source().slice(call.statement())));
        var target = earliest(block, group);
        if (target == null || target == group.getFirst().statement()) {
            return raisedToCaller(group, never);
        }
        edits.add(
                layout.without(
                        layout.firstLine(group.getFirst().statement()),
                        layout.lastLine(group.getLast().statement())));
        rest(never, group, lines);
        boolean apart =
                layout.blank(
                        layout.firstLine(group.getFirst().statement())
                                - layout.comments(layout.firstLine(group.getFirst().statement()))
                                        .size()
                                - 1);
        if (apart && layout.blank(layout.firstLine(target) - 1)) {
            lines.add("");
        }
        edits.add(layout.before(target, lines));
        return true;
    }

    /// What nobody seeds goes into the function that is called, or beside the lines that move.
    private void rest(Set<Generator> never, List<SeedCall> group, List<String> lines) {
        var left = never;
        for (var call : group) {
            left = without(left, call.seeds());
        }
        if (left.isEmpty()) {
            return;
        }
        for (var call : group) {
            if (call.helper() != null) {
                complete(call.helper(), left);
                return;
            }
        }
        var last = group.getLast();
        lines.addAll(
                lines(last.block().module(), left, last.text(), last.statement().start(), true));
    }

    /// The seeds that stand right beside the late ones.
    private List<SeedCall> group(Block block, List<SeedCall> moved) {
        var statements = block.statements();
        int first = statements.indexOf(moved.getFirst().statement());
        int last = statements.indexOf(moved.getLast().statement());
        while (first > 0 && seedAt(statements.get(first - 1)) != null) {
            first--;
        }
        while (last + 1 < statements.size() && seedAt(statements.get(last + 1)) != null) {
            last++;
        }
        var group = new ArrayList<SeedCall>();
        for (int k = first; k <= last; k++) {
            var call = seedAt(statements.get(k));
            if (call != null) {
                group.add(call);
            }
        }
        // What stands between late seeds but is none of them stays, and they move alone.
        return group.size() == last - first + 1 ? group : moved;
    }

    private @Nullable SeedCall seedAt(Statement statement) {
        for (var call : calls) {
            if (call.statement() == statement) {
                return call;
            }
        }
        return null;
    }

    /// The first statement of the block before which the seeds can stand: behind what binds the
    /// names that they use, and behind definitions.
    private @Nullable Statement earliest(Block block, List<SeedCall> group) {
        var names = new java.util.HashSet<String>();
        group.forEach(call -> {
            call.statement()
                    .walk(node -> {
                        if (node instanceof Expression.Name name) {
                            names.add(name.id());
                        }
                    });
        });
        var values = new java.util.HashSet<String>();
        group.forEach(call -> values.addAll(call.names()));
        Statement target = null;
        for (var statement : block.statements()) {
            if (statement == group.getFirst().statement()) {
                break;
            }
            if (text(statement) || binds(statement, names) || changes(statement, values)) {
                target = null;
            } else if (target == null && !defines(statement)) {
                target = statement;
            }
        }
        if (target == null || drawnBefore(block.module(), target)) {
            return null;
        }
        var drawing = firstDrawing(block);
        return drawing != null && drawing.start() > target.start() ? drawing : target;
    }

    /// The first statement of a block that draws, when all draws stand in this function itself;
    /// what an unknown function draws may come earlier.
    private @Nullable Statement firstDrawing(Block block) {
        var module = block.module();
        Statement first = null;
        for (var draw : draws) {
            Statement here = null;
            for (var statement : block.statements()) {
                if (!(statement instanceof Statement.FunctionDefinition)
                        && !(statement instanceof Statement.ClassDefinition)
                        && draw.file().equals(module.path())
                        && covers(module, statement, draw)) {
                    here = statement;
                }
            }
            if (here == null) {
                return null;
            }
            first = first == null || here.start() < first.start() ? here : first;
        }
        return first;
    }

    private static boolean text(Statement statement) {
        return statement instanceof Statement.ExpressionStatement line
                && line.expression() instanceof Expression.StringLiteral;
    }

    private boolean defines(Statement statement) {
        return statement instanceof Statement.FunctionDefinition
                || statement instanceof Statement.ClassDefinition
                || statement instanceof Statement.Import
                || statement instanceof Statement.ImportFrom;
    }

    /// Whether a statement gives one of these names, or a part of what it names, a value.
    private static boolean binds(Node statement, Set<String> names) {
        boolean here =
                switch (statement) {
                    case Statement.Assign assign ->
                            assign.targets().stream().anyMatch(target -> touches(target, names));
                    case Statement.AnnotatedAssign assign -> touches(assign.target(), names);
                    case Statement.AugmentedAssign assign -> touches(assign.target(), names);
                    case Statement.For loop -> touches(loop.target(), names);
                    case dev.lockstep.source.WithItem item ->
                            item.target() != null && touches(item.target(), names);
                    case Statement.FunctionDefinition definition ->
                            names.contains(definition.name());
                    case Statement.ClassDefinition definition -> names.contains(definition.name());
                    case Statement.Import plain ->
                            plain.names().stream().anyMatch(one -> names.contains(one.bound()));
                    case Statement.ImportFrom from ->
                            from.names().stream()
                                    .anyMatch(one ->
                                            one.name().equals("*") || names.contains(one.bound()));
                    default -> false;
                };
        if (here
                || statement instanceof Statement.FunctionDefinition
                || statement instanceof Statement.ClassDefinition) {
            return here;
        }
        boolean[] inside = {false};
        statement.children(child -> inside[0] |= binds(child, names));
        return inside[0];
    }

    /// Whether a statement may change what a name holds: it calls a method of it, or passes it on.
    private static boolean changes(Statement statement, Set<String> names) {
        return statement instanceof Statement.ExpressionStatement line
                && line.expression() instanceof Expression.Call call
                && !(call.function() instanceof Expression.Name print && print.id().equals("print"))
                && touches(call, names);
    }

    private static boolean touches(Node node, Set<String> names) {
        boolean[] found = {false};
        node.walk(inner ->
                found[0] |= inner instanceof Expression.Name name && names.contains(name.id()));
        return found[0];
    }

    /// Moves seeds from the head of a function to the place from which it is called.
    private boolean raisedToCaller(List<SeedCall> group, Set<Generator> never) {
        var block = group.getFirst().block();
        var definition = block.function();
        if (definition == null) {
            return false;
        }
        var module = block.module();
        var callers = reached.callsOf(module.project().function(module, definition));
        if (callers.size() != 1) {
            return false;
        }
        var caller = callers.getFirst();
        var target = caller.block().module();
        var lines = new ArrayList<String>();
        var names = new java.util.HashSet<String>();
        for (var call : group) {
            var text = argument(call, definition, caller, names);
            if (text == null) {
                return false;
            }
            if (call.helper() != null) {
                var function =
                        call.statement().expression() instanceof Expression.Call made
                                ? module.source().slice(made.function())
                                : "";
                if (function.indexOf('.') >= 0
                        || target != module && !target.scope().names().contains(function)) {
                    return false;
                }
                lines.add(function + "(" + text + ")");
            } else {
                lines.addAll(lines(target, call.seeds(), text, caller.statement().start(), true));
            }
        }
        var where = firstBehind(caller, names);
        if (drawnBefore(target, where)) {
            return false;
        }
        var here = new Layout(module.source());
        if (definition.body().size() == group.size()) {
            return false;
        }
        edits.add(
                here.without(
                        here.firstLine(group.getFirst().statement()),
                        here.lastLine(group.getLast().statement())));
        rest(never, group, lines);
        edits.add(new Layout(target.source()).before(where, lines));
        return true;
    }

    /// The first statement of a caller's block at which these names have their values.
    private static Statement firstBehind(Reached.Call caller, Set<String> names) {
        Statement where = null;
        for (var statement : caller.block().statements()) {
            if (statement == caller.statement()) {
                break;
            }
            if (text(statement)
                    || statement instanceof Statement.FunctionDefinition
                    || statement instanceof Statement.ClassDefinition
                    || statement instanceof Statement.Import
                    || statement instanceof Statement.ImportFrom
                    || binds(statement, names)
                    || changes(statement, names)) {
                where = null;
            } else if (where == null) {
                where = statement;
            }
        }
        return where == null ? caller.statement() : where;
    }

    /// How a caller writes the seed that a function takes from its parameter.
    private static @Nullable String argument(
            SeedCall call,
            Statement.FunctionDefinition definition,
            Reached.Call caller,
            Set<String> names) {
        var value = call.value();
        if (value instanceof Expression.NumberLiteral) {
            return call.text();
        }
        Expression root = value;
        var behind = "";
        while (root instanceof Expression.Attribute part) {
            behind = "." + part.name() + behind;
            root = part.value();
        }
        if (!(root instanceof Expression.Name name)) {
            return null;
        }
        boolean method =
                !definition.parameters().isEmpty()
                        && Set.of("self", "cls")
                                .contains(definition.parameters().getFirst().name());
        int index = -1;
        for (int k = 0; k < definition.parameters().size(); k++) {
            if (definition.parameters().get(k).name().equals(name.id())) {
                index = method ? k - 1 : k;
            }
        }
        if (index < 0) {
            return null;
        }
        var given = caller.call().argument(index, name.id());
        if (!(given instanceof Expression.Name)) {
            return null;
        }
        names.add(((Expression.Name) given).id());
        return caller.block().module().source().slice(given) + behind;
    }

    // ---- a function that only seeds

    /// Adds what a function that seeds and runs already leaves out.
    private boolean completed(Set<Generator> never) {
        for (var call : calls) {
            if (call.helper() != null
                    && !call.seedsAny(never)
                    && call.block().choice() == null
                    && reached.runs(call.block())
                    && !drawnBefore(call.block().module(), call.statement())) {
                return complete(call.helper(), never);
            }
        }
        return false;
    }

    private boolean complete(Symbol.Function helper, Set<Generator> missing) {
        var seeds = SeedCalls.inside(helper);
        SeedCall last = null;
        for (var seed : seeds) {
            if (seed.block().choice() == null && seed.plain()) {
                last = seed;
            }
        }
        if (last == null || missing.isEmpty()) {
            return false;
        }
        var module = helper.module();
        var lines = lines(module, missing, last.text(), helper.definition().start(), true);
        edits.add(new Layout(module.source()).after(last.statement(), lines));
        return true;
    }

    // ---- beside seeds that run already

    private boolean beside(Set<Generator> never) {
        var idle =
                calls.stream().filter(call -> call.seedsAny(never)).map(SeedCall::block).toList();
        SeedCall found = null;
        for (var call : calls) {
            var module = call.block().module();
            if (call.helper() == null
                    && (call.plain() || constant(call))
                    && call.seeds().size() == 1
                    && !call.seedsAny(never)
                    && !idle.contains(call.block())
                    && reached.runs(call.block())
                    && (module == entry || call.block().choice() == null)
                    && !loaderWorker(call)
                    && new Layout(module.source()).alone(call.statement())
                    && !drawnBefore(module, call.statement())
                    && (found == null || module == entry || found.block().module() != entry)) {
                found = call;
            }
        }
        if (found == null) {
            return false;
        }
        put(found.block(), found.statement(), true, never, found.plain() ? found.text() : "0");
        return true;
    }

    /// Whether another edit makes the seed a constant.
    private boolean constant(SeedCall call) {
        return constants.stream()
                .anyMatch(place ->
                        place.file().equals(call.block().module().path())
                                && covers(call.block().module(), call.statement(), place));
    }

    /// Seeds in a function with another job: a loader's worker, a started process.
    private boolean loaderWorker(SeedCall call) {
        var function = call.block().function();
        return function != null
                && (call.block().module() != entry || !called(function))
                && function.name().toLowerCase(java.util.Locale.ROOT).contains("worker");
    }

    private boolean called(Statement.FunctionDefinition function) {
        return !reached.callsOf(entry.project().function(entry, function)).isEmpty();
    }

    // ---- seeds that wait

    /// Gives a default to the option without which seeds do not run.
    private boolean given(Set<Generator> never) {
        for (var call : calls) {
            var choice = call.block().choice();
            if (!call.seedsAny(never)
                    || choice == null
                    || !reached.runs(call.block())
                    || choice.branches().size() != 1
                    || choice.branches().getFirst().body() != call.block().statements()) {
                continue;
            }
            var waits = Waiting.of(choice.branches().getFirst().test());
            var defaults = waits == null ? List.<Edit>of() : defaults(call.block(), waits);
            if (defaults.isEmpty()) {
                continue;
            }
            edits.addAll(defaults);
            var seeded = EnumSet.noneOf(Generator.class);
            SeedCall last = call;
            for (var other : calls) {
                if (other.block().equals(call.block())) {
                    seeded.addAll(other.seeds());
                    last = other;
                }
            }
            var left = without(never, seeded);
            if (!left.isEmpty()) {
                if (last.helper() != null) {
                    complete(last.helper(), left);
                } else {
                    put(last.block(), last.statement(), true, left, last.text());
                }
            }
            return true;
        }
        return false;
    }

    /// The edits that make a value be there: the default of an option, a field or a parameter, or
    /// an entry of a configuration file; and of a test that takes 0 for nothing.
    private List<Edit> defaults(Block block, Waiting waits) {
        var edits = new ArrayList<>(standard(block, waits));
        if (edits.isEmpty()) {
            edits.addAll(Configuration.of(reached).given(waits.asked(), waits.value()));
        }
        if (!edits.isEmpty()
                && waits.truth()
                && edits.stream().noneMatch(edit -> edit.text().equals("1"))) {
            edits.add(
                    new Layout(block.module().source())
                            .insertion(waits.asked().end(), " is not None"));
        }
        return edits;
    }

    private List<Edit> standard(Block block, Waiting waits) {
        if (waits.asked() instanceof Expression.Attribute attribute
                && SeedValues.isSeed(attribute.name())) {
            for (var module : reached.modules()) {
                for (var site : module.calls()) {
                    if (site.call().function() instanceof Expression.Attribute function
                            && function.name().equals("add_argument")
                            && names(site.call(), attribute.name())
                            && !SeedValues.isFlag(site.call())) {
                        return waits.given(module, site.call());
                    }
                }
                var field = fieldWithout(module, attribute.name());
                if (field != null) {
                    return List.of(new Layout(module.source()).replace(field, waits.value()));
                }
            }
            return List.of();
        }
        if (waits.asked() instanceof Expression.Name name
                && SeedValues.isSeed(name.id())
                && block.function() != null) {
            var module = block.module();
            for (var decorator : block.function().decorators()) {
                if (decorator.expression() instanceof Expression.Call call
                        && names(call, name.id())
                        && !SeedValues.isFlag(call)) {
                    return waits.given(module, call);
                }
            }
            for (var parameter : block.function().parameters()) {
                var standard =
                        parameter.fallback() instanceof Expression.Call option
                                ? option.argument(0, "default")
                                : parameter.fallback();
                if (parameter.name().equals(name.id())
                        && standard != null
                        && SeedValues.isNone(standard)) {
                    return List.of(new Layout(module.source()).replace(standard, waits.value()));
                }
            }
            return List.of();
        }
        return written(waits);
    }

    /// The edit of the `None` that a constant is set to, or that a dictionary holds.
    private List<Edit> written(Waiting waits) {
        var keys = Configuration.keys(waits.asked());
        var found = new ArrayList<Edit>();
        for (var module : reached.modules()) {
            for (var statement : module.tree().body()) {
                if (waits.asked() instanceof Expression.Name name
                        && SeedValues.isSeed(name.id())
                        && statement instanceof Statement.Assign assign
                        && assign.targets().getFirst() instanceof Expression.Name target
                        && target.id().equals(name.id())
                        && SeedValues.isNone(assign.value())) {
                    found.add(new Layout(module.source()).replace(assign.value(), waits.value()));
                }
                if (!keys.isEmpty() && !(waits.asked() instanceof Expression.Attribute)) {
                    statement.walk(node -> {
                        if (node instanceof Expression.DictDisplay dictionary) {
                            dictionary.items().stream()
                                    .filter(item ->
                                            item.key() instanceof Expression.StringLiteral key
                                                    && key.value().equals(keys.getLast())
                                                    && SeedValues.isNone(item.value()))
                                    .forEach(item ->
                                            found.add(
                                                    new Layout(module.source())
                                                            .replace(item.value(), waits.value())));
                        }
                    });
                }
            }
        }
        return found.size() == 1 ? found : List.of();
    }

    /// Whether a call that declares an option declares the one whose value has this name.
    private static boolean names(Expression.Call call, String name) {
        return call.arguments().stream()
                .anyMatch(flag ->
                        flag instanceof Expression.StringLiteral text
                                && text.value()
                                        .replaceFirst("^-+", "")
                                        .replace('-', '_')
                                        .equals(name));
    }

    /// The `None` that a field of a class of a file begins with.
    private static @Nullable Expression fieldWithout(PythonModule module, String name) {
        for (var statement : module.tree().body()) {
            if (statement instanceof Statement.ClassDefinition definition) {
                for (var inner : definition.body()) {
                    if (inner instanceof Statement.AnnotatedAssign field
                            && field.target() instanceof Expression.Name target
                            && target.id().equals(name)) {
                        var value =
                                field.value() instanceof Expression.Call call
                                        ? call.keyword("default")
                                        : field.value();
                        if (value instanceof Expression.Constant constant
                                && constant.kind() == Expression.Constant.Kind.NONE) {
                            return constant;
                        }
                    }
                }
            }
        }
        return null;
    }

    /// Calls a function that seeds and that nothing calls, or only under a flag.
    private boolean called(Set<Generator> never) {
        for (var call : calls) {
            var choice = call.block().choice();
            if (call.helper() != null
                    && call.seedsAny(never)
                    && choice != null
                    && call.value() != null
                    && reached.runs(call.block())
                    && !asksForSeed(choice, call.value())
                    && unconditional(call, choice)) {
                complete(call.helper(), without(never, call.seeds()));
                return true;
            }
        }
        Symbol.Function best = null;
        int covered = 0;
        for (var module : reached.modules()) {
            for (var helper : SeedCalls.helpers(module)) {
                var seeds = SeedCalls.seededBy(helper);
                int count = never.size() - without(never, seeds).size();
                if (count > covered
                        && entry.scope().names().contains(helper.definition().name())
                        && helper.definition().parameters().stream()
                                        .filter(one -> one.fallback() == null)
                                        .count()
                                <= 1) {
                    best = helper;
                    covered = count;
                }
            }
        }
        return best != null && callTo(best, never);
    }

    private boolean callTo(Symbol.Function helper, Set<Generator> never) {
        var name = helper.definition().name();
        boolean needs =
                helper.definition().parameters().stream().anyMatch(one -> one.fallback() == null);
        for (var value : SeedValues.of(reached)) {
            var block = value.block();
            if (block != null
                    && block.module() == entry
                    && value.known() != null
                    && !helper.definition().parameters().isEmpty()
                    && !drawnBefore(entry, value.known())
                    && (block.function() != null
                            || helper.module() != entry
                            || helper.definition().end() < value.known().start()
                            || block.guarded())) {
                edits.addAll(value.edits());
                insert(value, List.of(name + "(" + value.text() + ")"));
                complete(helper, without(never, SeedCalls.seededBy(helper)));
                return true;
            }
        }
        var line = name + "(" + (needs ? "0" : "") + ")";
        var guard = entry.mainGuard();
        boolean atImport = draws.stream().anyMatch(draw -> runsAtImport(draw) && !inGuard(draw));
        Statement where = null;
        if (guard != null && !atImport) {
            where = guard.branches().getFirst().body().getFirst();
        } else {
            boolean defined = helper.module() != entry;
            for (var statement : entry.tree().body()) {
                if (defined && where == null && !defines(statement) && !text(statement)) {
                    where = statement;
                }
                defined |= statement == helper.definition();
            }
        }
        if (where == null || drawnBefore(entry, where)) {
            return false;
        }
        edits.add(new Layout(entry.source()).before(where, List.of(line)));
        complete(helper, without(never, SeedCalls.seededBy(helper)));
        return true;
    }

    /// Whether a test lets a seed run only when it is there: it names what the seed is taken from.
    private static boolean asksForSeed(Statement.If choice, Expression seed) {
        var name = lastName(seed);
        boolean[] asks = {false};
        choice.branches()
                .forEach(branch ->
                        branch.test()
                                .walk(node ->
                                        asks[0] |=
                                                node instanceof Expression part
                                                        && !name.isEmpty()
                                                        && lastName(part).equals(name)));
        return asks[0];
    }

    private static String lastName(Expression expression) {
        if (expression instanceof Expression.Name name) {
            return name.id();
        }
        var keys = Configuration.keys(expression);
        return keys.isEmpty() ? "" : keys.getLast();
    }

    /// Takes the condition away from a call that seeds.
    private boolean unconditional(SeedCall call, Statement.If choice) {
        var module = call.block().module();
        var layout = new Layout(module.source());
        var body = call.block().statements();
        if (!layout.alone(call.statement()) || drawnBefore(module, choice)) {
            return false;
        }
        var text = module.source().slice(call.statement());
        if (body.size() == 1 && choice.branches().size() == 1 && choice.otherwise().isEmpty()) {
            edits.add(layout.replace(choice, text));
            return true;
        }
        if (body.size() > 1) {
            edits.add(layout.without(call.statement()));
        }
        edits.add(layout.before(choice, List.of(text)));
        return true;
    }

    // ---- a new block

    private void fresh(Set<Generator> all, Set<Generator> late) {
        var moved = calls.stream().filter(call -> call.seedsAny(late)).toList();
        for (var call : moved) {
            var layout = new Layout(call.block().module().source());
            if (call.helper() == null
                    && call.seeds().size() == 1
                    && layout.alone(call.statement())
                    && call.block().statements().size() > 1) {
                edits.add(layout.without(call.statement()));
            }
        }
        var literal =
                moved.stream()
                        .filter(call -> call.value() instanceof Expression.NumberLiteral)
                        .map(SeedCall::text)
                        .findFirst();
        boolean atImport = draws.stream().anyMatch(draw -> runsAtImport(draw) && !inGuard(draw));
        if (literal.isEmpty() && !atImport) {
            for (var value : SeedValues.of(reached)) {
                var block = value.block();
                var known = value.known();
                if (block == null
                        || known == null
                        || drawnBefore(block.module(), known)
                        || !late.isEmpty() && block.function() == null && !block.top()) {
                    continue;
                }
                edits.addAll(value.edits());
                if (known instanceof Statement.ClassDefinition) {
                    break;
                }
                put(block, known, value.behind(), all, value.text());
                return;
            }
        } else if (literal.isEmpty()) {
            for (var value : SeedValues.of(reached)) {
                var block = value.block();
                var known = value.known();
                if (block != null
                        && known != null
                        && block.top()
                        && block.module() == entry
                        && !(known instanceof Statement.ClassDefinition)
                        && !drawnBefore(entry, known)
                        && !(drawnInImports(known))) {
                    edits.addAll(value.edits());
                    put(block, known, value.behind(), all, value.text());
                    return;
                }
            }
        }
        var constant = literal.or(() -> Framework.constant(entry));
        var text = constant.orElseGet(() -> atImport ? "0" : classField().orElse("0"));
        var guard = entry.mainGuard();
        var top = Blocks.all(entry).getFirst();
        if (guard != null && !atImport) {
            var body = guard.branches().getFirst().body();
            var inside =
                    Blocks.all(entry).stream()
                            .filter(block -> block.statements() == body)
                            .findFirst()
                            .orElse(top);
            put(inside, body.getFirst(), false, all, text);
            return;
        }
        var anchor = anchor(draws);
        if (anchor == null) {
            put(top, entry.tree().body().getFirst(), false, all, constant.orElse("0"));
        } else {
            put(top, anchor.statement(), anchor.behind(), all, constant.orElse("0"));
        }
    }

    /// `Config.seed`, for a block in the main guard.
    private Optional<String> classField() {
        return entry.mainGuard() == null
                ? Optional.empty()
                : SeedValues.of(reached).stream()
                        .filter(value -> value.known() instanceof Statement.ClassDefinition)
                        .map(SeedValue::text)
                        .findFirst();
    }

    /// Whether an import before a statement draws.
    private boolean drawnInImports(Statement statement) {
        for (var other : entry.tree().body()) {
            if (other == statement) {
                return false;
            }
            if (drawsInImported(other)) {
                return true;
            }
        }
        return false;
    }

    private record Anchor(Statement statement, boolean behind) {}

    /// The place at the head of the file: behind the imports, but before whatever draws while the
    /// file or a module of the project is imported.
    private @Nullable Anchor anchor(Collection<Place> draws) {
        Statement last = null;
        for (var statement : entry.tree().body()) {
            if (draws.stream().anyMatch(draw -> isHere(draw) && covers(entry, statement, draw))
                    || !draws.isEmpty() && drawsInImported(statement)) {
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
                                && statement == entry.tree().body().getFirst() ->
                        last = statement;
                default -> {}
            }
        }
        return last == null ? null : new Anchor(last, true);
    }

    private boolean drawsInImported(Statement statement) {
        for (ImportSite site : entry.imports()) {
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
        if (!String.valueOf(draw.function()).matches("<(list|set|dict)comp>|<genexpr>")) {
            return draw;
        }
        for (var module : reached.modules()) {
            if (draw.file().equals(module.path())) {
                boolean top =
                        module.tree().body().stream()
                                .filter(statement -> covers(module, statement, draw))
                                .noneMatch(statement ->
                                        statement instanceof Statement.FunctionDefinition
                                                || statement instanceof Statement.ClassDefinition);
                return top ? draw.in("<module>") : draw;
            }
        }
        return draw;
    }

    private boolean isHere(Place draw) {
        return draw.file().equals(entry.path()) && runsAtImport(draw);
    }

    private static boolean runsAtImport(Place draw) {
        return "<module>".equals(draw.function());
    }

    private static boolean covers(PythonModule module, Statement statement, Place draw) {
        var source = module.source();
        return source.line(statement.start()) <= draw.line()
                && draw.line() <= source.line(Math.max(statement.start(), statement.end() - 1));
    }

    /// Whether a draw is known to come before a statement: in the same stretch of code, on an
    /// earlier line; or while modules are imported, when the statement is inside a function or the
    /// main guard.
    private boolean drawnBefore(PythonModule module, Statement statement) {
        int line = module.source().line(statement.start());
        var function = functionAround(module, statement);
        for (var draw : draws) {
            boolean same =
                    draw.file().equals(module.path())
                            && function.equals(String.valueOf(draw.function()));
            if (same && draw.line() < line) {
                return true;
            }
            boolean imported =
                    runsAtImport(draw) && !inGuard(draw) && !draw.file().equals(module.path());
            if (function.equals("<module>")) {
                if (imported && module == entry && importedBefore(draw, statement)) {
                    return true;
                }
            } else if (runsAtImport(draw) && !inGuard(draw)) {
                return true;
            }
        }
        return false;
    }

    private boolean importedBefore(Place draw, Statement statement) {
        for (ImportSite site : entry.imports()) {
            if (site.statement().start() < statement.start()
                    && site.files().contains(draw.file())) {
                return true;
            }
        }
        return false;
    }

    private boolean inGuard(Place draw) {
        var guard = entry.mainGuard();
        return guard != null && draw.file().equals(entry.path()) && covers(entry, guard, draw);
    }

    private static String functionAround(PythonModule module, Statement statement) {
        var scope = module.scopeAt(statement.start());
        return scope.node() instanceof Statement.FunctionDefinition definition
                        && definition.start() != statement.start()
                ? definition.name()
                : "<module>";
    }

    /// The lines that seed, with the imports that they need as edits.
    private List<String> lines(
            PythonModule module, Set<Generator> all, String value, int before, boolean inner) {
        var imports = new Imports(module);
        var layout = new Layout(module.source());
        var lines = new ArrayList<String>();
        var heading = new ArrayList<String>();
        var spots = new TreeMap<Generator, Imports.Spot>();
        var texts = new TreeMap<Generator, String>();
        for (var generator : all.stream().sorted().toList()) {
            var known = imports.seeding(generator, before);
            if (known.isPresent()) {
                lines.add(known.get() + "(" + value + ")");
                continue;
            }
            var missing = imports.missing(generator);
            lines.add(missing.seeding() + "(" + value + ")");
            var spot = imports.spot(generator, before);
            if (spot != null) {
                spots.put(generator, spot);
                texts.put(generator, missing.line());
            } else {
                heading.add(missing.line());
            }
        }
        edits.addAll(Imports.edits(layout, spots, texts));
        if (!heading.isEmpty() && inner) {
            edits.add(head(module, layout, heading));
        } else if (!heading.isEmpty()) {
            heading.add("");
            lines.addAll(0, heading);
        }
        return lines;
    }

    /// An import at the head of a file without any.
    private static Edit head(PythonModule module, Layout layout, List<String> imports) {
        var first = SeedValues.first(module.tree().body());
        var lines = new ArrayList<>(imports);
        lines.add(first == null ? 0 : lines.size(), "");
        return first == null
                ? layout.after(module.tree().body().getFirst(), lines)
                : layout.before(first, lines);
    }

    /// Puts a value's lines where it has it.
    private void insert(SeedValue value, List<String> lines) {
        var block = java.util.Objects.requireNonNull(value.block());
        var known = java.util.Objects.requireNonNull(value.known());
        var layout = new Layout(block.module().source());
        edits.add(value.behind() ? layout.after(known, lines) : layout.before(known, lines));
    }

    /// Puts the block's lines beside a statement, and the imports that it needs.
    private void put(
            Block block, Statement beside, boolean behind, Set<Generator> all, String value) {
        var module = block.module();
        var layout = new Layout(module.source());
        var library =
                beside instanceof Statement.ExpressionStatement line && seedAt(line) != null
                        ? null
                        : Framework.seeding(module, beside.start() + (behind ? 1 : 0), value);
        if (library != null) {
            edits.addAll(library.edits());
        }
        var lines =
                library != null
                        ? new ArrayList<>(List.of(library.line()))
                        : new ArrayList<>(
                                lines(
                                        module,
                                        all,
                                        value,
                                        beside.start() + (behind ? 1 : 0),
                                        !block.top()));
        boolean apart =
                behind
                        && block.top()
                        && (beside instanceof Statement.Import
                                || beside instanceof Statement.ImportFrom
                                || beside instanceof Statement.With
                                || beside instanceof Statement.Assign assign
                                        && assign.value() instanceof Expression.NumberLiteral);
        if (apart) {
            lines.addFirst("");
            int next = layout.lastLine(beside) + 1;
            if (!layout.blank(next) && !layout.isLast(beside)) {
                lines.addLast("");
            }
        }
        edits.add(behind ? layout.after(beside, lines) : layout.before(beside, lines));
    }
}
