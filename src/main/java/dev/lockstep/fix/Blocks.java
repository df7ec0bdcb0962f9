package dev.lockstep.fix;

import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;

/// The lists of statements in a file in which code runs once: the module, its main guard, its
/// functions, and what they hold in `if`, `with` and `try`.
final class Blocks {
    private Blocks() {}

    static List<List<Statement>> of(PythonModule module) {
        var blocks = new ArrayList<List<Statement>>();
        collect(module.tree().body(), blocks);
        return blocks;
    }

    private static void collect(List<Statement> body, List<List<Statement>> blocks) {
        blocks.add(body);
        for (var statement : body) {
            switch (statement) {
                case Statement.FunctionDefinition function -> collect(function.body(), blocks);
                case Statement.ClassDefinition definition -> {
                    for (var inner : definition.body()) {
                        if (inner instanceof Statement.FunctionDefinition method) {
                            collect(method.body(), blocks);
                        }
                    }
                }
                case Statement.If choice -> {
                    choice.branches().forEach(branch -> collect(branch.body(), blocks));
                    collect(choice.otherwise(), blocks);
                }
                case Statement.With with -> collect(with.body(), blocks);
                case Statement.Try attempt -> collect(attempt.body(), blocks);
                default -> {}
            }
        }
    }
}
