package dev.lockstep.check;

import dev.lockstep.source.ExceptHandler;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Comprehension;
import dev.lockstep.source.Expression.Lambda;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Walrus;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Pattern;
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

/// Takes the tree of a file, gives the way back up: who is whose parent, the scope of each node,
/// and where a name is used and bound.
final class Structure {
    private final LocalScope top = new LocalScope(null, null);
    private final IdentityHashMap<Node, Node> parents = new IdentityHashMap<>();
    private final IdentityHashMap<Node, LocalScope> scopes = new IdentityHashMap<>();
    private final Map<String, List<Name>> uses = new HashMap<>();
    private final Map<Node, Map<String, List<Expression>>> attributes = new IdentityHashMap<>();

    Structure(Tree tree) {
        for (Statement statement : tree.body()) {
            visit(statement, null, top);
        }
    }

    /// The node that holds this one, or null for a statement of the module itself.
    @Nullable Node parent(Node node) {
        return parents.get(node);
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

    /// Every use of any variable called so.
    List<Name> uses(String id) {
        return uses.getOrDefault(id, List.of());
    }

    /// Every expression that is assigned to `self.attribute` in a class.
    List<Expression> attributeValues(Node definition, String attribute) {
        return attributes.getOrDefault(definition, Map.of()).getOrDefault(attribute, List.of());
    }

    private void visit(Node node, @Nullable Node parent, LocalScope scope) {
        if (parent != null) {
            parents.put(node, parent);
        }
        if (node instanceof Name name) {
            uses.computeIfAbsent(name.id(), key -> new ArrayList<>(4)).add(name);
            return;
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
}
