package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// What a script runs, as far as the source says: the files that it imports and the functions that
/// their code names.
final class Reached {
    private final PythonModule entry;
    private final List<String> words;
    private final List<PythonModule> modules = new ArrayList<>();
    private final Set<Node> functions = Collections.newSetFromMap(new IdentityHashMap<>());

    /// A call of a function or class of the project.
    ///
    /// @param statement the statement of the block in which it stands
    record Call(Block block, Statement statement, Expression.Call call) {}

    private Reached(PythonModule entry, List<String> words) {
        this.entry = entry;
        this.words = List.copyOf(words);
    }

    /// @param words the words of the command line that starts the script
    static Reached from(PythonModule entry, List<String> words) {
        var reached = new Reached(entry, words);
        reached.followImports();
        reached.followNames();
        return reached;
    }

    private void followImports() {
        var pending = new ArrayDeque<PythonModule>(List.of(entry));
        while (!pending.isEmpty()) {
            var module = pending.poll();
            if (!modules.contains(module)) {
                modules.add(module);
                module.imports().forEach(site -> pending.addAll(site.modules()));
            }
        }
    }

    private void followNames() {
        var pending = new ArrayDeque<Symbol.Function>();
        for (var module : modules) {
            for (var statement : module.tree().body()) {
                if (module == entry || statement != module.mainGuard()) {
                    names(module, statement, pending);
                }
            }
        }
        while (!pending.isEmpty()) {
            var function = pending.poll();
            if (functions.add(function.definition())) {
                function.definition()
                        .body()
                        .forEach(statement -> names(function.module(), statement, pending));
            }
        }
    }

    private static void names(PythonModule module, Node node, ArrayDeque<Symbol.Function> pending) {
        switch (node) {
            case Statement.FunctionDefinition definition -> {
                definition.decorators().forEach(one -> names(module, one, pending));
                if (!definition.decorators().isEmpty()) {
                    pending.add(module.project().function(module, definition));
                }
                return;
            }
            case Expression.Name name -> add(module, name, pending);
            case Expression.Attribute attribute -> add(module, attribute, pending);
            default -> {}
        }
        node.children(child -> names(module, child, pending));
    }

    private static void add(
            PythonModule module, Expression expression, ArrayDeque<Symbol.Function> pending) {
        switch (module.symbol(expression)) {
            case Symbol.Function function -> pending.add(function);
            case Symbol.Class definition -> methods(definition, pending);
            case null, default -> {}
        }
    }

    private static void methods(Symbol.Class definition, ArrayDeque<Symbol.Function> pending) {
        for (var inner : definition.definition().body()) {
            if (inner instanceof Statement.FunctionDefinition method) {
                pending.add(definition.module().project().function(definition.module(), method));
            }
        }
    }

    PythonModule entry() {
        return entry;
    }

    /// The words of the command line that starts the script.
    List<String> words() {
        return words;
    }

    /// The files, the script first.
    List<PythonModule> modules() {
        return Collections.unmodifiableList(modules);
    }

    /// Whether the script comes to these statements.
    boolean runs(Block block) {
        return block.function() == null
                ? block.module() == entry || !block.guarded() && modules.contains(block.module())
                : functions.contains(block.function());
    }

    boolean runs(Node function) {
        return functions.contains(function);
    }

    /// The calls of a function, or of the class that it is the constructor of.
    List<Call> callsOf(Symbol.Function function) {
        var calls = new ArrayList<Call>();
        for (var module : modules) {
            for (var block : Blocks.all(module)) {
                if (!runs(block)) {
                    continue;
                }
                for (var statement : block.statements()) {
                    if (statement instanceof Statement.FunctionDefinition
                            || statement instanceof Statement.ClassDefinition) {
                        continue;
                    }
                    statement.walk(node -> {
                        if (node instanceof Expression.Call call
                                && isCallOf(module, call, function)) {
                            // The innermost block comes last.
                            calls.removeIf(known -> known.call() == call);
                            calls.add(new Call(block, statement, call));
                        }
                    });
                }
            }
        }
        return calls;
    }

    private static boolean isCallOf(
            PythonModule module, Expression.Call call, Symbol.Function function) {
        return switch (module.symbol(call.function())) {
            case Symbol.Function called -> called.equals(function);
            case Symbol.Class made ->
                    function.definition().name().equals("__init__")
                            && made.equals(function.owner());
            case null, default -> false;
        };
    }
}
