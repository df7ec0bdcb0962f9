package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.ExceptHandler;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Lambda;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Walrus;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Pattern;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Tree;
import dev.lockstep.source.WithItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One file, read once for all rules: who is whose parent, which scope a name speaks of, and what a
/// dotted name means.
public final class Unit {
    /// A call whose callee has a known name.
    ///
    /// @param name fully dotted, `torch.utils.data.DataLoader`; a builtin stands alone, `sorted`
    public record Named(Call call, String name) {}

    private final Tree tree;
    private final PythonModule module;
    private final LocalScope top = new LocalScope(null, null);
    private final IdentityHashMap<Node, Node> parents = new IdentityHashMap<>();
    private final IdentityHashMap<Node, LocalScope> scopes = new IdentityHashMap<>();
    private final Map<String, List<Name>> uses = new HashMap<>();
    private final Map<Node, Map<String, List<Expression>>> attributes = new IdentityHashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<Named> named = new ArrayList<>();
    private final List<Statement> statements = new ArrayList<>();
    private @Nullable List<Named> draws;

    private Unit(PythonModule module) {
        this.module = module;
        this.tree = module.tree();
    }

    /// Takes a module, gives it prepared.
    public static Unit of(PythonModule module) {
        var unit = new Unit(module);
        for (Statement statement : module.tree().body()) {
            unit.visit(statement, null, unit.top);
        }
        for (Call call : unit.calls) {
            String name = unit.name(call.function());
            if (name != null) {
                unit.named.add(new Named(call, name));
            }
        }
        return unit;
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
        return calls;
    }

    /// Every call whose callee has a known name, in the order of the source.
    public List<Named> named() {
        return named;
    }

    /// Every call that draws from a shared generator, in the order of the source.
    List<Named> draws() {
        List<Named> known = draws;
        if (known == null) {
            known =
                    named.stream()
                            .filter(one ->
                                    Knowledge.table().effect(Effect.Kind.DRAW, one.name()) != null)
                            .toList();
            draws = known;
        }
        return known;
    }

    /// Every statement, those inside others included, in the order of the source.
    public List<Statement> statements() {
        return statements;
    }

    /// The node that holds this one, or null for a statement of the module itself.
    public @Nullable Node parent(Node node) {
        return parents.get(node);
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

    /// The scope in which a node stands.
    LocalScope scope(Node node) {
        for (Node at = node; at != null; at = parent(at)) {
            LocalScope scope = scopes.get(at);
            if (scope != null) {
                return scope;
            }
        }
        return top;
    }

    /// Every use of a name that speaks of the same variable as the given one, bindings included.
    public List<Name> uses(Name name) {
        LocalScope declaring = scope(name).declaring(name.id());
        var same = new ArrayList<Name>();
        for (Name use : uses.getOrDefault(name.id(), List.of())) {
            if (scope(use).declaring(name.id()) == declaring) {
                same.add(use);
            }
        }
        return same;
    }

    /// What is bound to a name, each place that binds it; empty when nothing in the file does.
    List<LocalScope.Binding> bindings(Name name) {
        LocalScope declaring = scope(name).declaring(name.id());
        return declaring == null ? List.of() : declaring.bindings(name.id());
    }

    /// The one expression that a name stands for, or null when there are several or none.
    public @Nullable Expression value(Name name) {
        List<LocalScope.Binding> all = bindings(name);
        return all.size() == 1 ? all.getFirst().value() : null;
    }

    /// Every expression that is assigned to `self.attribute` in a class.
    public List<Expression> attributeValues(Node definition, String attribute) {
        return attributes.getOrDefault(definition, Map.of()).getOrDefault(attribute, List.of());
    }

    /// Tells whether a name is Python's own: nothing in the file binds it.
    public boolean isBuiltin(Expression expression, String name) {
        return expression instanceof Name plain
                && plain.id().equals(name)
                && scope(plain).declaring(name) == null;
    }

    /// The full dotted name of what an expression stands for, or null: `np.random.rand` is
    /// `numpy.random.rand`, an unbound `sorted` is `sorted`, what a call gives is the callee's name
    /// and `()`.
    public @Nullable String name(Expression expression) {
        String name = module.resolve(expression);
        return name == null ? null : Aliases.canonical(name);
    }

    private void visit(Node node, @Nullable Node parent, LocalScope scope) {
        if (parent != null) {
            parents.put(node, parent);
        }
        if (node instanceof Statement statement) {
            statements.add(statement);
        }
        switch (node) {
            case Call call -> calls.add(call);
            case Name name -> uses.computeIfAbsent(name.id(), key -> new ArrayList<>()).add(name);
            default -> {}
        }
        bindings(node, scope);
        Consumer<Node> plain = child -> visit(child, node, scope);
        switch (node) {
            case FunctionDefinition function -> {
                var inner = new LocalScope(scope, function);
                function.decorators().forEach(plain);
                function.typeParameters().forEach(plain);
                parameters(function.parameters(), node, scope, inner);
                if (function.returns() != null) {
                    visit(function.returns(), node, scope);
                }
                function.body().forEach(child -> visitInside(child, node, inner));
            }
            case ClassDefinition definition -> {
                var inner = new LocalScope(scope, definition);
                definition.decorators().forEach(plain);
                definition.bases().forEach(plain);
                definition.keywords().forEach(plain);
                definition.body().forEach(child -> visitInside(child, node, inner));
            }
            case Lambda lambda -> {
                var inner = new LocalScope(scope, lambda);
                parameters(lambda.parameters(), node, scope, inner);
                visitInside(lambda.body(), node, inner);
            }
            case Comprehension comprehension -> {
                var inner = new LocalScope(scope, comprehension);
                for (int i = 0; i < comprehension.generators().size(); i++) {
                    Generator generator = comprehension.generators().get(i);
                    parents.put(generator, node);
                    scopes.put(generator, inner);
                    bindTarget(generator.target(), null, inner);
                    visitInside(generator.target(), generator, inner);
                    visitInside(generator.iterable(), generator, i == 0 ? scope : inner);
                    generator
                            .conditions()
                            .forEach(condition -> visitInside(condition, generator, inner));
                }
                visitInside(comprehension.element(), node, inner);
                if (comprehension.value() != null) {
                    visitInside(comprehension.value(), node, inner);
                }
            }
            default -> node.children(plain);
        }
    }

    private void visitInside(Node child, Node parent, LocalScope inner) {
        scopes.put(child, inner);
        visit(child, parent, inner);
    }

    private void parameters(List<Parameter> list, Node owner, LocalScope outer, LocalScope inner) {
        for (Parameter parameter : list) {
            parents.put(parameter, owner);
            inner.bind(parameter.name(), null, parameter.annotation());
            parameter.children(child -> visit(child, parameter, outer));
        }
    }

    private void bindings(Node node, LocalScope scope) {
        switch (node) {
            case FunctionDefinition function -> scope.bind(function.name(), null, null);
            case ClassDefinition definition -> scope.bind(definition.name(), null, null);
            case Statement.Assign assign ->
                    assign.targets().forEach(target -> bindTarget(target, assign.value(), scope));
            case Statement.AnnotatedAssign assign -> {
                if (assign.target() instanceof Name name) {
                    scope.bind(name.id(), assign.value(), assign.annotation());
                } else {
                    bindTarget(assign.target(), assign.value(), scope);
                }
            }
            case Statement.For loop -> bindTarget(loop.target(), null, scope);
            case WithItem item -> {
                if (item.target() != null) {
                    bindTarget(item.target(), null, scope);
                }
            }
            case Walrus walrus -> scope.bind(walrus.target().id(), walrus.value(), null);
            case ExceptHandler handler -> {
                if (handler.name() != null) {
                    scope.bind(handler.name(), null, null);
                }
            }
            case Pattern.Capture capture -> {
                if (capture.name() != null) {
                    scope.bind(capture.name(), null, null);
                }
            }
            case Statement.Import statement ->
                    statement.names().forEach(alias -> scope.bind(alias.bound(), null, null));
            case Statement.ImportFrom statement ->
                    statement.names().forEach(alias -> scope.bind(alias.bound(), null, null));
            default -> {}
        }
    }

    private void bindTarget(Expression target, @Nullable Expression value, LocalScope scope) {
        switch (target) {
            case Name name -> scope.bind(name.id(), value, null);
            case Expression.TupleDisplay tuple ->
                    tuple.elements().forEach(element -> bindTarget(element, null, scope));
            case Expression.ListDisplay list ->
                    list.elements().forEach(element -> bindTarget(element, null, scope));
            case Expression.Starred starred -> bindTarget(starred.value(), null, scope);
            case Attribute attribute -> {
                if (value != null
                        && attribute.value() instanceof Name self
                        && self.id().equals("self")) {
                    for (LocalScope at = scope; at != null; at = at.outer) {
                        if (at.node instanceof ClassDefinition definition) {
                            attributes
                                    .computeIfAbsent(definition, key -> new HashMap<>())
                                    .computeIfAbsent(attribute.name(), key -> new ArrayList<>())
                                    .add(value);
                            break;
                        }
                    }
                }
            }
            default -> {}
        }
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
