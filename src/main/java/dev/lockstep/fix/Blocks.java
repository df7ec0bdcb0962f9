package dev.lockstep.fix;

import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;

/// The lists of statements in a file in which code runs once: the module, its main guard, its
/// functions, and what they hold in `if`, `with` and `try`.
final class Blocks {
    private final PythonModule module;
    private final List<Block> found = new ArrayList<>();

    private Blocks(PythonModule module) {
        this.module = module;
    }

    static List<List<Statement>> of(PythonModule module) {
        return all(module).stream().map(Block::statements).toList();
    }

    static List<Block> all(PythonModule module) {
        var blocks = new Blocks(module);
        blocks.collect(new Block(module, module.tree().body(), null, null, false));
        return blocks.found;
    }

    private void collect(Block block) {
        found.add(block);
        for (var statement : block.statements()) {
            switch (statement) {
                case Statement.FunctionDefinition function -> collect(body(function));
                case Statement.ClassDefinition definition -> {
                    for (var inner : definition.body()) {
                        if (inner instanceof Statement.FunctionDefinition method) {
                            collect(body(method));
                        }
                    }
                }
                case Statement.If choice -> {
                    boolean guard = block.top() && choice == module.mainGuard();
                    choice.branches()
                            .forEach(
                                    branch -> collect(inside(block, choice, guard, branch.body())));
                    collect(inside(block, choice, guard, choice.otherwise()));
                }
                case Statement.With with -> collect(inside(block, with.body()));
                case Statement.Try attempt -> collect(inside(block, attempt.body()));
                default -> {}
            }
        }
    }

    private Block body(Statement.FunctionDefinition function) {
        return new Block(module, function.body(), function, null, false);
    }

    private static Block inside(Block around, List<Statement> body) {
        return new Block(
                around.module(), body, around.function(), around.choice(), around.guarded());
    }

    private static Block inside(
            Block around, Statement.If choice, boolean guard, List<Statement> body) {
        return new Block(
                around.module(),
                body,
                around.function(),
                guard ? around.choice() : choice,
                guard || around.guarded());
    }
}
