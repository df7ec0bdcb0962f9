package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Node;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Symbol;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Tells which functions and classes of a project can lead to anything that following a program
/// looks for: a draw, a seed, a process, a training step, a package's seed left out.
///
/// It reads what a function mentions and what that mentions in turn, whatever the arguments; so it
/// says yes too often and, for all that the source names, never no wrongly. The answer depends on
/// the source alone, and is remembered for all programs.
final class Reach {
    private static final Set<String> TRAINING =
            Set.of(
                    "backward",
                    "manual_backward",
                    "fit",
                    "train_step",
                    "step",
                    "load_state_dict",
                    "from_pretrained",
                    "add_argument",
                    "option",
                    "set_defaults");
    private static final Set<Effect.Kind> KINDS =
            EnumSet.of(
                    Effect.Kind.DRAW,
                    Effect.Kind.LATER,
                    Effect.Kind.SEED,
                    Effect.Kind.STATE,
                    Effect.Kind.ENTROPY,
                    Effect.Kind.OBJECT,
                    Effect.Kind.PROCESS,
                    Effect.Kind.SPAWN,
                    Effect.Kind.PROGRAM);

    private final Project project;
    private final @Nullable Packages packages;
    private final Knowledge knowledge = Knowledge.table();
    private final Set<String> words = new HashSet<>(TRAINING);
    private final ConcurrentMap<Object, Mentions> mentions = new ConcurrentHashMap<>();
    private final ConcurrentMap<Object, Boolean> known = new ConcurrentHashMap<>();

    /// What one function, class or module names.
    ///
    /// @param matters whether it does something itself that is looked for
    /// @param named the functions, classes and imported modules that it names
    private record Mentions(boolean matters, Set<Object> named) {}

    /// @param packages those whose functions may be left without a seed; null when nobody asks
    Reach(Project project, @Nullable Packages packages) {
        this.project = project;
        this.packages = packages;
        for (Effect.Kind kind : KINDS) {
            words.addAll(knowledge.words(kind));
        }
        words.addAll(knowledge.words(Effect.Kind.METHOD));
        words.add("DataLoader");
        words.addAll(Outside.OF_TABLES);
        words.remove("f"); // numpy.random.f, whose name says nothing
    }

    /// Whether a call of this can lead to something that is looked for.
    boolean matters(Symbol callee) {
        Object start = thing(callee);
        if (start == null) {
            return false;
        }
        Boolean before = known.get(start);
        if (before != null) {
            return before;
        }
        var from = new HashMap<Object, Object>();
        var next = new ArrayDeque<Object>();
        from.put(start, start);
        next.add(start);
        while (!next.isEmpty()) {
            Object at = next.poll();
            Boolean answer = known.get(at);
            if (answer == null && mentions(at).matters()) {
                answer = true;
            }
            if (answer == null) {
                for (Object named : mentions(at).named()) {
                    if (from.putIfAbsent(named, at) == null) {
                        next.add(named);
                    }
                }
            } else if (answer) {
                knownToMatter(at, from);
                return true;
            }
        }
        from.keySet().forEach(one -> known.put(one, false));
        return false;
    }

    /// All that was gone through on the way to what matters does too.
    private void knownToMatter(Object at, Map<Object, Object> from) {
        Object one = at;
        known.put(one, true);
        for (Object before = from.get(one); before != null && before != one; ) {
            one = before;
            known.put(one, true);
            before = from.get(one);
        }
    }

    private static @Nullable Object thing(Symbol symbol) {
        return switch (symbol) {
            case Symbol.Function f -> f;
            case Symbol.Class c -> c;
            case Symbol.Anonymous a -> a;
            case Symbol.Result r -> thing(r.of());
            case Symbol.External _, Symbol.Package _, Symbol.Module _ -> null;
        };
    }

    private Mentions mentions(Object thing) {
        Mentions before = mentions.get(thing);
        if (before == null) {
            before = new Look().at(thing);
            mentions.put(thing, before);
        }
        return before;
    }

    /// One look at one function, class or module.
    private final class Look {
        private final Set<Object> named = new LinkedHashSet<>();
        private boolean matters;

        Mentions at(Object thing) {
            switch (thing) {
                case Symbol.Function f ->
                        f.definition().body().forEach(statement -> node(statement, f.module()));
                case Symbol.Anonymous a -> node(a.definition().body(), a.module());
                case Symbol.Class c -> {
                    c.definition().body().forEach(statement -> member(statement, c.module()));
                    project.bases(c).forEach(this::symbol);
                }
                case PythonModule module ->
                        module.tree().body().forEach(statement -> run(statement, module));
                default -> throw new IllegalArgumentException("this cannot be called");
            }
            return matters ? new Mentions(true, Set.of()) : new Mentions(false, named);
        }

        /// What runs when a module is imported: all but the bodies of functions.
        private void run(Node node, PythonModule module) {
            switch (node) {
                case Statement.FunctionDefinition f -> {
                    f.decorators().forEach(decorator -> node(decorator, module));
                    f.parameters().forEach(parameter -> node(parameter, module));
                }
                case Expression e -> node(e, module);
                case Statement.Import _, Statement.ImportFrom _ -> node(node, module);
                default -> node.children(child -> run(child, module));
            }
        }

        /// A statement of a class's body; its methods are looked at on their own.
        private void member(Statement statement, PythonModule module) {
            if (statement instanceof Statement.FunctionDefinition f) {
                f.decorators().forEach(decorator -> node(decorator, module));
                f.parameters().forEach(parameter -> node(parameter, module));
                if (f.returns() != null) {
                    node(f.returns(), module);
                }
                named.add(project.function(module, f));
            } else {
                node(statement, module);
            }
        }

        private void node(Node node, PythonModule module) {
            if (matters) {
                return;
            }
            switch (node) {
                case Statement.Import statement -> named.addAll(module.importedBy(statement));
                case Statement.ImportFrom statement -> named.addAll(module.importedBy(statement));
                case Call call -> call(call, module);
                case Name name -> symbol(module.symbol(name));
                case Attribute attribute -> symbol(module.symbol(attribute));
                default -> {}
            }
            node.children(child -> node(child, module));
        }

        private void call(Call call, PythonModule module) {
            if (call.keyword("worker_init_fn") != null) {
                matters = true;
                return;
            }
            String word =
                    switch (call.function()) {
                        case Attribute a -> a.name();
                        case Name n -> n.id();
                        default -> "";
                    };
            if (word.equals("add")) {
                matters |=
                        call.argument(0) instanceof StringLiteral flag
                                && flag.value().startsWith("-");
                return;
            }
            if (packages == null && !words.contains(word)) {
                return;
            }
            Symbol callee = module.symbol(call.function());
            if (words.contains(word)) {
                matters |=
                        callee == null
                                || TRAINING.contains(word)
                                || knowledge.effect(Effect.Kind.METHOD, word) != null
                                || word.equals("DataLoader");
            }
            if (packages != null && callee instanceof Symbol.External e && !call.isOpen()) {
                matters |= !packages.need(e.name(), CallArguments.of(call)).isNone();
            }
        }

        private void symbol(@Nullable Symbol symbol) {
            if (symbol == null) {
                return;
            }
            if (symbol instanceof Symbol.External e) {
                matters |= matters(e.name());
                return;
            }
            Object thing = thing(symbol);
            if (thing != null) {
                named.add(thing);
            }
        }

        private boolean matters(String name) {
            String plain = name.replace("().__init__", "");
            return plain.endsWith("DataLoader")
                    || plain.contains("get_context().")
                    || !Collections.disjoint(knowledge.effects(plain).keySet(), KINDS);
        }
    }
}
