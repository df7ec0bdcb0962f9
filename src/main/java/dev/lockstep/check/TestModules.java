package dev.lockstep.check;

import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.List;
import java.util.Set;

/// Modules that only hold tests: what a test draws is no experiment.
///
/// A name alone says little, as programs that evaluate a model are called `test_net.py` too: the
/// module has to use what runs tests, or to hold several functions that test by asserting and ask
/// for no options.
final class TestModules {
    private static final Set<String> RUNNERS = Set.of("unittest", "pytest");

    private static final int SEVERAL = 2;

    private TestModules() {}

    static boolean is(Unit unit) {
        String path = "/" + unit.path();
        return (ImportGraph.isTest(unit.path()) || path.contains("/test_utils/"))
                && tests(unit) > 0
                && (usesRunner(unit)
                        || asserting(unit) >= SEVERAL
                                && unit.calls().stream()
                                        .noneMatch(c -> OrderFlow.isCall(c, "ArgumentParser")));
    }

    private static boolean usesRunner(Unit unit) {
        return unit.statements().stream()
                .anyMatch(statement ->
                        switch (statement) {
                            case Statement.Import i ->
                                    i.names().stream().anyMatch(name -> isRunner(name.name()));
                            case Statement.ImportFrom from ->
                                    from.module() instanceof String of && isRunner(of);
                            default -> false;
                        });
    }

    private static boolean isRunner(String module) {
        return RUNNERS.contains(module.split("\\.", 2)[0]);
    }

    private static List<FunctionDefinition> functions(Unit unit) {
        return unit.statements().stream()
                .filter(FunctionDefinition.class::isInstance)
                .map(FunctionDefinition.class::cast)
                .filter(function -> function.name().startsWith("test_"))
                .toList();
    }

    private static long tests(Unit unit) {
        return functions(unit).size();
    }

    private static long asserting(Unit unit) {
        return functions(unit).stream().filter(TestModules::asserts).count();
    }

    private static boolean asserts(FunctionDefinition function) {
        boolean[] found = {false};
        function.walk(node -> found[0] |= isAssertion(node));
        return found[0];
    }

    private static boolean isAssertion(Node node) {
        return node instanceof Statement.Assert
                || node instanceof Call call && OrderFlow.shortName(call).startsWith("assert");
    }
}
