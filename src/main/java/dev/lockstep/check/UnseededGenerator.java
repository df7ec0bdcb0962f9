package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.CallSite;
import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Constant;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// LS103 and LS111: a generator object made without a seed, or with `None` for one.
final class UnseededGenerator implements Rule {
    private final String hazard;
    private final GlobalGenerator family;

    UnseededGenerator(String hazard, GlobalGenerator family) {
        this.hazard = hazard;
        this.family = family;
    }

    @Override
    public String hazard() {
        return hazard;
    }

    /// What seeds and generators are called.
    private static final Pattern SEED = Pattern.compile("seed|rng|random|generator|^gen$");

    @Override
    public Set<String> words() {
        return Knowledge.table().words(Effect.Kind.OBJECT);
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        for (Unit.Named named : unit.named()) {
            Effect effect = Knowledge.table().effect(Effect.Kind.OBJECT, named.name());
            Call call = named.call();
            if (effect == null || !effect.generators().contains(family) || call.isOpen()) {
                continue;
            }
            Expression seed = seed(call);
            if (seed != null && !isNone(seed)
                    || programs.seeding().isMadeInWorker(call) // that is LS202
                    || isSeededLater(unit, call)
                    || Naming.isNaming(unit, call)
                    || Naming.isForNames(unit, call)
                    || isForAName(unit, call)
                    || isAskedFor(unit, call)
                    || isNeverUsed(unit, call)
                    || isReplaced(unit, call)) {
                continue;
            }
            report.report(
                    isLeftToCallers(unit, call) && !programs.seeding().isReached(call)
                            ? Severity.NOTE
                            : Severity.ERROR,
                    call,
                    "makes a generator without a seed: no seed of the program reaches it, and it"
                            + " differs in every run; pass one",
                    seed == null
                            ? Fix.safe("pass a seed", Fixes.addArgument(unit.source(), call, "0"))
                            : Fix.safe("pass a seed", Fixes.replace(unit.source(), seed, "0")));
        }
        for (Seeding.Detected found : programs.seeding().found(unit.path(), hazard)) {
            report.report(
                    found.severity(),
                    found.at(),
                    found.message(),
                    found.steps(),
                    Fix.display("give the seed a value"));
        }
    }

    private static @Nullable Expression seed(Call call) {
        for (String name : List.of("seed", "x", "entropy")) {
            Expression seed = call.argument(0, name);
            if (seed != null) {
                return seed;
            }
        }
        return null;
    }

    /// Whether a caller asks for it by handing over no seed: `if random_state is None`. Whether it
    /// does is looked for at the call.
    private static boolean isAskedFor(Unit unit, Call call) {
        if (!(unit.function(call) instanceof Statement.FunctionDefinition function)) {
            return false;
        }
        for (Node at = unit.parent(call); at != null && at != function; at = unit.parent(at)) {
            if (at instanceof Branch branch
                    && branch.test() instanceof Expression.Comparison test
                    && test.operators().equals(List.of(Operator.IS))
                    && isNone(test.operands().getLast())
                    && test.operands().getFirst() instanceof Expression.Name name
                    && SeedSignatures.SEEDS.contains(name.id())
                    && function.parameters().stream()
                            .anyMatch(parameter ->
                                    parameter.name().equals(name.id())
                                            && parameter.fallback() == null)) {
                return true;
            }
        }
        return false;
    }

    /// Whether it is made because the function got no seed or generator: `rng = rng or Random()`.
    private static boolean isLeftToCallers(Unit unit, Call call) {
        if (!(unit.function(call) instanceof Statement.FunctionDefinition function)) {
            return false;
        }
        Node below = call;
        for (Node at = unit.parent(call); at != null && at != function; at = unit.parent(at)) {
            Node test =
                    switch (at) {
                        case Branch branch -> branch.test();
                        case Expression.Conditional conditional -> conditional.test();
                        case Expression.Logical logical when logical.operator() == Operator.OR ->
                                logical.operands().getFirst();
                        default -> null;
                    };
            if (test != null && test != below && asksForSeed(test, function)) {
                return true;
            }
            below = at;
        }
        return false;
    }

    /// Whether it is the default of a parameter that everybody passes: `rng=default_rng()` of a
    /// function or class that its name or its module's says is nobody else's to call.
    private static boolean isNeverUsed(Unit unit, Call call) {
        if (!(unit.parent(call) instanceof Parameter parameter)
                || !(unit.parent(parameter) instanceof Statement.FunctionDefinition function)) {
            return false;
        }
        boolean made = function.name().equals("__init__");
        Statement.ClassDefinition within = unit.classAround(function);
        String name = made && within != null ? within.name() : function.name();
        int place = function.parameters().indexOf(parameter) - (within == null ? 0 : 1);
        if (!name.startsWith("_") && !unit.path().matches("(.*/)?_[^_].*")) {
            return false;
        }
        int seen = 0;
        Project project = unit.module().project();
        for (String path : project.paths()) {
            PythonModule module = project.module(path);
            if (module == null || ImportGraph.isTest(path)) {
                continue;
            }
            for (CallSite site : module.calls()) {
                if (OrderFlow.isCall(site.call(), name)) {
                    if (site.call().argument(place, parameter.name()) == null) {
                        return false;
                    }
                    seen++;
                }
            }
        }
        return seen > 0;
    }

    private static boolean asksForSeed(Node test, Statement.FunctionDefinition function) {
        boolean[] found = {false};
        test.walk(node ->
                found[0] |=
                        node instanceof Expression.Name name
                                && SEED.matcher(name.id()).find()
                                && function.parameters().stream()
                                        .anyMatch(p -> p.name().equals(name.id())));
        return found[0];
    }

    /// Whether what is drawn becomes a word, or a session's or run's name under a dictionary's key.
    private static boolean isForAName(Unit unit, Call call) {
        for (Node at = unit.parent(call); at != null; at = unit.parent(at)) {
            if (at instanceof Call word && Naming.isWord(word, unit.source())) {
                return true;
            }
            if (at instanceof DictItem item) {
                return item.key() instanceof StringLiteral key && Naming.isName(key.value());
            }
            if (at instanceof Statement) {
                return false;
            }
        }
        return false;
    }

    /// Whether the variable or attribute that takes the generator is seeded elsewhere in the file.
    private static boolean isSeededLater(Unit unit, Call call) {
        if (!(unit.parent(call) instanceof Statement.Assign assign)) {
            return false;
        }
        String target = unit.source().slice(assign.targets().getFirst());
        for (Call other : unit.calls()) {
            if (other.function() instanceof Attribute method
                    && (method.name().equals("seed") && !other.arguments().isEmpty()
                            || method.name().equals("setstate")
                            || method.name().equals("set_state"))
                    && unit.source().slice(method.value()).equals(target)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a seeded generator takes the place of one that an object keeps: a method of the
    /// class for seeding puts it there, or whoever has the object does, `game.rng = self.rng`.
    private static boolean isReplaced(Unit unit, Call call) {
        if (!(unit.parent(call) instanceof Statement.Assign assign)
                || !(assign.targets().getFirst() instanceof Attribute kept)
                || !(kept.value() instanceof Expression.Name self)
                || !self.id().equals("self")) {
            return false;
        }
        Project project = unit.module().project();
        for (Statement other : unit.statements()) {
            if (other instanceof Statement.Assign again
                    && again != assign
                    && again.targets().getFirst() instanceof Attribute same
                    && same.name().equals(kept.name())
                    && unit.classAround(again) == unit.classAround(call)
                    && unit.function(again) instanceof Statement.FunctionDefinition seeding
                    && seeding.name().contains("seed")
                    && again.value() instanceof Call made
                    && !made.arguments().isEmpty()
                    && isCalled(project, seeding.name())) {
                return true;
            }
        }
        var from = Pattern.compile("(\\w+)\\." + Pattern.quote(kept.name()) + "\\s*=\\s*(\\S+)");
        for (String path : project.paths()) {
            PythonModule module = ImportGraph.isTest(path) ? null : project.module(path);
            if (module != null
                    && module.source().text().contains("." + kept.name())
                    && from.matcher(module.source().text())
                            .results()
                            .anyMatch(set ->
                                    !set.group(1).equals("self")
                                            && SEED.matcher(set.group(2)).find())) {
                return true;
            }
        }
        return false;
    }

    /// Whether some object's method of that name is called in the project.
    private static boolean isCalled(Project project, String method) {
        return project.paths().stream()
                .map(project::module)
                .anyMatch(module ->
                        module != null
                                && module.calls().stream()
                                        .anyMatch(site ->
                                                site.call().function() instanceof Attribute called
                                                        && called.name().equals(method)
                                                        && !(site.symbol()
                                                                instanceof Symbol.External)));
    }

    private static boolean isNone(Expression expression) {
        return expression instanceof Constant c && c.kind() == Constant.Kind.NONE;
    }
}
