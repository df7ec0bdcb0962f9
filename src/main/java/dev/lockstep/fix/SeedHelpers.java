package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The functions of a script that do nothing but seed: one that runs already is completed, one that
/// never runs is called.
final class SeedHelpers {
    private final Script script;

    SeedHelpers(Script script) {
        this.script = script;
    }

    /// Gives the edits that add generators to a function that seeds others and runs already; none
    /// where there is no such function, or where it runs too late.
    List<Edit> completed(Set<Generator> never) {
        for (var seed : script.seeds()) {
            var helper = seed.helper();
            if (helper != null
                    && !seed.seedsAny(never)
                    && seed.block().choice() == null
                    && script.reached().runs(seed.block())
                    && !script.draws().before(seed.module(), seed.statement())) {
                return completed(helper, never);
            }
        }
        return List.of();
    }

    /// Gives the edits that add generators to a function that seeds, behind its last seed that runs
    /// always; none where it has none.
    static List<Edit> completed(Symbol.Function helper, Set<Generator> missing) {
        SeedCall last = null;
        for (var seed : SeedCalls.inside(helper)) {
            if (seed.block().choice() == null && seed.plain()) {
                last = seed;
            }
        }
        if (last == null || missing.isEmpty()) {
            return List.of();
        }
        return SeedLines.inside(helper.module(), missing, last.text(), helper.definition().start())
                .at(last.behind());
    }

    /// Gives the edits that call a function that seeds and that nothing calls, or only under a
    /// flag, and that complete it.
    List<Edit> called(Set<Generator> never) {
        var edits = calledAlways(never);
        if (!edits.isEmpty()) {
            return edits;
        }
        var helper = uncalled(never);
        return helper == null ? List.of() : called(helper, never);
    }

    /// Gives the edits for a function that is called under a flag: its call stands before the
    /// flag's test.
    private List<Edit> calledAlways(Set<Generator> never) {
        for (var seed : script.seeds()) {
            var helper = seed.helper();
            var choice = seed.block().choice();
            if (helper != null
                    && seed.seedsAny(never)
                    && choice != null
                    && seed.value() != null
                    && script.reached().runs(seed.block())
                    && !asksForSeed(choice, seed.value())
                    && !script.draws().before(seed.module(), choice)
                    && new Layout(seed.module().source()).alone(seed.statement())) {
                var edits = unconditional(seed, choice);
                edits.addAll(completed(helper, Generator.without(never, seed.seeds())));
                return edits;
            }
        }
        return List.of();
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
    private static List<Edit> unconditional(SeedCall seed, Statement.If choice) {
        var layout = new Layout(seed.module().source());
        var body = seed.block().statements();
        var text = seed.module().source().slice(seed.statement());
        var edits = new ArrayList<Edit>();
        if (body.size() == 1 && choice.branches().size() == 1 && choice.otherwise().isEmpty()) {
            edits.add(layout.replace(choice, text));
            return edits;
        }
        if (body.size() > 1) {
            edits.add(layout.without(seed.statement()));
        }
        edits.add(layout.before(choice, List.of(text)));
        return edits;
    }

    /// The function known to the script that seeds most of these generators and can be called with
    /// a seed alone, or null.
    private Symbol.@Nullable Function uncalled(Set<Generator> never) {
        Symbol.Function best = null;
        int covered = 0;
        for (var module : script.reached().modules()) {
            for (var helper : SeedCalls.helpers(module)) {
                var left = Generator.without(never, SeedCalls.seededBy(helper));
                int count = never.size() - left.size();
                if (count > covered
                        && script.entry().scope().names().contains(helper.definition().name())
                        && helper.definition().parameters().stream()
                                        .filter(one -> one.fallback() == null)
                                        .count()
                                <= 1) {
                    best = helper;
                    covered = count;
                }
            }
        }
        return best;
    }

    /// Gives the edits that call a function: with the script's own seed where it takes one and the
    /// script has one, else at the head of the main guard or of the file.
    private List<Edit> called(Symbol.Function helper, Set<Generator> never) {
        var edits = new ArrayList<Edit>();
        var value = ownValue(helper);
        if (value != null) {
            edits.addAll(value.edits());
            edits.add(value.position().edit(List.of(call(helper, value.text()))));
        } else {
            var where = head(helper);
            if (where == null || script.draws().before(script.entry(), where)) {
                return List.of();
            }
            boolean needs =
                    helper.definition().parameters().stream()
                            .anyMatch(one -> one.fallback() == null);
            edits.add(
                    new Layout(script.entry().source())
                            .before(where, List.of(call(helper, needs ? "0" : ""))));
        }
        edits.addAll(completed(helper, Generator.without(never, SeedCalls.seededBy(helper))));
        return edits;
    }

    private static String call(Symbol.Function helper, String value) {
        return helper.definition().name() + "(" + value + ")";
    }

    /// The seed of the script that is known early enough, and where the function is known too.
    private @Nullable SeedValue ownValue(Symbol.Function helper) {
        if (helper.definition().parameters().isEmpty()) {
            return null;
        }
        for (var value : SeedValues.of(script.reached())) {
            var block = value.position().block();
            var known = value.position().statement();
            if (block.module() == script.entry()
                    && !script.draws().before(script.entry(), known)
                    && (block.function() != null
                            || helper.module() != script.entry()
                            || helper.definition().end() < known.start()
                            || block.guarded())) {
                return value;
            }
        }
        return null;
    }

    /// The first statement of the main guard, or of the file behind its definitions, at which the
    /// function is known.
    private @Nullable Statement head(Symbol.Function helper) {
        var guard = script.entry().mainGuard();
        if (guard != null && !script.draws().atImport()) {
            return guard.branches().getFirst().body().getFirst();
        }
        boolean defined = helper.module() != script.entry();
        for (var statement : script.entry().tree().body()) {
            if (defined && !Statements.defines(statement) && !Statements.isText(statement)) {
                return statement;
            }
            defined |= statement == helper.definition();
        }
        return null;
    }
}
