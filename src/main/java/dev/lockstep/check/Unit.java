package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Assigned;
import dev.lockstep.source.CallSite;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Lambda;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import dev.lockstep.source.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One file, read once for all rules: its calls and what they name, who is whose parent, which
/// scope a name speaks of, and what a dotted name means.
///
/// Most files are asked for their calls alone, so the rest is worked out when somebody asks for it.
/// One thread at a time may use a unit.
public final class Unit {
    /// A call whose callee has a known name.
    ///
    /// @param name fully dotted, `torch.utils.data.DataLoader`; a builtin stands alone, `sorted`
    /// @param symbol what is called
    public record Named(Call call, String name, Symbol symbol) {}

    private final Tree tree;
    private final PythonModule module;
    private @Nullable List<Call> calls;
    private @Nullable List<Named> named;
    private @Nullable List<Named> draws;
    private @Nullable List<Statement> statements;
    private @Nullable Parents parents;
    private @Nullable Map<String, List<Name>> names;

    private Unit(PythonModule module) {
        this.module = module;
        this.tree = module.tree();
    }

    /// Takes a module, gives it ready to be asked.
    public static Unit of(PythonModule module) {
        return new Unit(module);
    }

    /// The module that this is, which knows its project and resolves names.
    public PythonModule module() {
        return module;
    }

    public Tree tree() {
        return tree;
    }

    public Source source() {
        return tree.source();
    }

    /// The path of the file as it is shown.
    public String path() {
        return tree.source().path();
    }

    /// Every call, in the order of the source.
    public List<Call> calls() {
        List<Call> known = calls;
        if (known == null) {
            List<CallSite> sites = module.calls();
            known = new ArrayList<>(sites.size());
            for (CallSite site : sites) {
                known.add(site.call());
            }
            calls = known;
        }
        return known;
    }

    /// Every call whose callee has a known name, in the order of the source.
    public List<Named> named() {
        List<Named> known = named;
        if (known == null) {
            known = new ArrayList<>();
            for (CallSite site : module.calls()) {
                Symbol symbol = site.symbol();
                if (symbol != null) {
                    known.add(new Named(site.call(), Aliases.canonical(symbol.name()), symbol));
                }
            }
            named = known;
        }
        return known;
    }

    /// Every call that draws from a shared generator, in the order of the source.
    List<Named> draws() {
        List<Named> known = draws;
        if (known == null) {
            known =
                    named().stream()
                            .filter(one ->
                                    Knowledge.table().effect(Effect.Kind.DRAW, one.name()) != null)
                            .toList();
            draws = known;
        }
        return known;
    }

    /// Every statement, those inside others included, in the order of the source.
    public List<Statement> statements() {
        List<Statement> known = statements;
        if (known == null) {
            known = new ArrayList<>();
            collect(tree.body(), known);
            statements = known;
        }
        return known;
    }

    private static void collect(List<Statement> body, List<Statement> into) {
        for (Statement statement : body) {
            into.add(statement);
            statement.blocks(block -> collect(block, into));
        }
    }

    /// Whether an offset stands in a statement that is never reached, because one before it in its
    /// block always leaves the block. Not so in a notebook, whose cells a person runs one by one.
    boolean isUnreachable(int offset) {
        if (source().isNotebook()) {
            return false;
        }
        List<Statement> body = tree.body();
        while (true) {
            Statement around = null;
            for (Statement statement : body) {
                if (statement.start() > offset) {
                    break;
                }
                if (statement.end() > offset) {
                    around = statement;
                    break;
                }
                switch (statement) {
                    case Statement.Raise _,
                            Statement.Return _,
                            Statement.Continue _,
                            Statement.Break _ -> {
                        return isIn(body, offset);
                    }
                    default -> {}
                }
            }
            if (around == null) {
                return false;
            }
            var inner = new ArrayList<List<Statement>>();
            around.blocks(inner::add);
            List<Statement> next = null;
            for (List<Statement> block : inner) {
                if (isIn(block, offset)) {
                    next = block;
                }
            }
            if (next == null) {
                return false;
            }
            body = next;
        }
    }

    private static boolean isIn(List<Statement> block, int offset) {
        return !block.isEmpty()
                && block.getFirst().start() <= offset
                && offset < block.getLast().end();
    }

    /// Gives back what only the rules needed.
    void forget() {
        parents = null;
        names = null;
        statements = null;
    }

    private Parents parents() {
        Parents known = parents;
        if (known == null) {
            known = new Parents(tree);
            parents = known;
        }
        return known;
    }

    /// The node that holds this one, or null for a statement of the module itself.
    public @Nullable Node parent(Node node) {
        return parents().of(node);
    }

    /// The innermost function or lambda around a node, or null.
    public @Nullable Node function(Node node) {
        for (Node at = parent(node); at != null; at = parent(at)) {
            if (at instanceof FunctionDefinition || at instanceof Lambda) {
                return at;
            }
        }
        return null;
    }

    /// The innermost class around a node, or null.
    public @Nullable ClassDefinition classAround(Node node) {
        for (Node at = parent(node); at != null; at = parent(at)) {
            if (at instanceof ClassDefinition definition) {
                return definition;
            }
        }
        return null;
    }

    /// The scope that binds what a name means where it stands, or null when nothing in the file
    /// does.
    public @Nullable Scope declaring(Name name) {
        return module.scopeAt(name.start()).declaring(name.id());
    }

    /// Every use of a name that speaks of the same variable as the given one, bindings included, in
    /// the order of the source.
    public List<Name> uses(Name name) {
        Map<String, List<Name>> known = names;
        if (known == null) {
            known = new HashMap<>();
            names = known;
        }
        Scope declaring = declaring(name);
        return known.computeIfAbsent(name.id(), this::called).stream()
                .filter(use -> declaring(use) == declaring)
                .toList();
    }

    private List<Name> called(String id) {
        var found = new ArrayList<Name>();
        tree.walk(node -> {
            if (node instanceof Name name && name.id().equals(id)) {
                found.add(name);
            }
        });
        found.sort(Comparator.comparingInt(Name::start));
        return found;
    }

    /// What is bound to a name, each place that binds it; empty when nothing in the file does.
    public List<Assigned> bindings(Name name) {
        Scope declaring = declaring(name);
        return declaring == null ? List.of() : declaring.assigned(name.id());
    }

    /// The one expression that a name stands for, or null when there are several or none.
    public @Nullable Expression value(Name name) {
        List<Assigned> all = bindings(name);
        return all.size() == 1 ? all.getFirst().value() : null;
    }

    /// Every expression that is assigned to `self.attribute` in a class.
    public List<Expression> attributeValues(Node definition, String attribute) {
        Scope scope = module.scopeOf(definition);
        return scope == null
                ? List.of()
                : scope.assignedToSelf(attribute).stream()
                        .map(Assigned::value)
                        .filter(Objects::nonNull)
                        .toList();
    }

    /// Tells whether a name is Python's own: nothing in the file binds it.
    public boolean isBuiltin(Expression expression, String name) {
        return expression instanceof Name plain
                && plain.id().equals(name)
                && declaring(plain) == null;
    }

    /// The full dotted name of what an expression stands for, or null: `np.random.rand` is
    /// `numpy.random.rand`, an unbound `sorted` is `sorted`, what a call gives is the callee's name
    /// and `()`.
    public @Nullable String name(Expression expression) {
        String name = module.resolve(expression);
        return name == null ? null : Aliases.canonical(name);
    }

    /// The call that an argument belongs to: an expression written as a positional or a keyword
    /// argument gives its call, anything else null.
    public @Nullable Call callOfArgument(Expression expression) {
        Node parent = parent(expression);
        if (parent instanceof Argument argument) {
            return parent(argument) instanceof Call call ? call : null;
        }
        return parent instanceof Call call && call.function() != expression ? call : null;
    }
}
