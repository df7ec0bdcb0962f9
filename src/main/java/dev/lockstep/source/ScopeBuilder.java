package dev.lockstep.source;

import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Statement.*;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes a module, gives its scopes, definitions, imports and calls, in one walk over its tree.
final class ScopeBuilder {
    private final PythonModule module;
    private final Scope top;
    private final List<CallSite> calls = new ArrayList<>();
    private final List<ImportSite> imports = new ArrayList<>();
    private final List<ModuleScopes.StarImport> stars = new ArrayList<>();
    private final Map<Node, Scope> byNode = new IdentityHashMap<>();
    private boolean hashes;

    private ScopeBuilder(PythonModule module) {
        this.module = module;
        this.top =
                new Scope(
                        Scope.Kind.MODULE,
                        module,
                        null,
                        null,
                        0,
                        module.source().text().length() + 1,
                        module.name());
    }

    static ModuleScopes build(PythonModule module) {
        var builder = new ScopeBuilder(module);
        builder.all(module.tree().body(), builder.top);
        builder.calls.sort(
                Comparator.comparingInt((CallSite c) -> c.call().start())
                        .thenComparing(c -> c.call().end()));
        return new ModuleScopes(
                builder.top,
                builder.calls,
                builder.imports,
                builder.stars,
                builder.byNode,
                builder.hashes,
                new Answers(builder.calls.size()));
    }

    private void all(List<? extends Node> nodes, Scope scope) {
        for (int k = 0; k < nodes.size(); k++) {
            visit(nodes.get(k), scope);
        }
    }

    private void maybe(@Nullable Node node, Scope scope) {
        if (node != null) {
            visit(node, scope);
        }
    }

    private void visit(Node node, Scope scope) {
        switch (node) {
            case Name name -> hashes |= isOfHashes(name.id());
            case StringLiteral _, NumberLiteral _, Constant _ -> {}
            case Call call -> {
                calls.add(new CallSite(module, call, scope));
                visit(call.function(), scope);
                all(call.arguments(), scope);
                for (Argument keyword : call.keywords()) {
                    visit(keyword.value(), scope);
                }
            }
            case Attribute attribute -> {
                hashes |= isOfHashes(attribute.name());
                visit(attribute.value(), scope);
            }
            case SetDisplay display -> {
                hashes = true;
                all(display.elements(), scope);
            }
            case Binary binary -> {
                hashes |=
                        binary.operands().getFirst() instanceof Call call
                                && call.function() instanceof Attribute method
                                && method.name().equals("keys");
                all(binary.operands(), scope);
            }
            case Lambda lambda -> lambda(lambda, scope);
            case Comprehension comprehension -> comprehension(comprehension, scope);
            case Walrus walrus -> {
                visit(walrus.value(), scope);
                scope.define(
                        walrus.target().id(),
                        new Definition.Value(walrus.end(), walrus.value(), null, scope));
            }
            case Expression e -> e.children(child -> visit(child, scope));
            case FunctionDefinition function -> function(function, scope);
            case ClassDefinition definition -> classDefinition(definition, scope);
            case Assign assign -> {
                visit(assign.value(), scope);
                for (Expression target : assign.targets()) {
                    visit(target, scope);
                    bind(target, assign.value(), assign.end(), scope);
                }
            }
            case AnnotatedAssign assign -> {
                maybe(assign.value(), scope);
                visit(assign.annotation(), scope);
                visit(assign.target(), scope);
                annotated(assign, scope);
            }
            case AugmentedAssign assign -> {
                visit(assign.value(), scope);
                visit(assign.target(), scope);
                if (assign.target() instanceof Name name) {
                    scope.define(name.id(), new Definition.Updated(assign.end()));
                }
            }
            case For loop -> {
                visit(loop.iterable(), scope);
                visit(loop.target(), scope);
                opaque(loop.target(), loop.iterable().end(), scope);
                all(loop.body(), scope);
                all(loop.otherwise(), scope);
            }
            case With with -> {
                for (WithItem item : with.items()) {
                    visit(item.context(), scope);
                    if (item.target() != null) {
                        visit(item.target(), scope);
                        bind(item.target(), item.context(), item.end(), scope);
                    }
                }
                all(with.body(), scope);
            }
            case Import statement -> imported(statement, scope);
            case ImportFrom statement -> importedFrom(statement, scope);
            case Global global -> global.names().forEach(scope::global);
            case Nonlocal nonlocal -> nonlocal.names().forEach(scope::nonlocal);
            case Delete delete -> all(delete.targets(), scope);
            case TypeAlias alias ->
                    scope.define(alias.name().id(), new Definition.Opaque(alias.end()));
            case Statement s -> s.children(child -> visit(child, scope));
            case ExceptHandler handler -> {
                maybe(handler.type(), scope);
                if (handler.name() != null) {
                    scope.define(handler.name(), new Definition.Opaque(handler.start()));
                }
                all(handler.body(), scope);
            }
            case Pattern pattern -> pattern(pattern, scope);
            case Alias _,
                    Argument _,
                    Branch _,
                    Case _,
                    Decorator _,
                    DictItem _,
                    Generator _,
                    Parameter _,
                    TypeParameter _,
                    WithItem _ ->
                    node.children(child -> visit(child, scope));
        }
    }

    private static boolean isOfHashes(String name) {
        return switch (name) {
            case "set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet", "hash" ->
                    true;
            default -> false;
        };
    }

    private void pattern(Pattern pattern, Scope scope) {
        String name =
                switch (pattern) {
                    case Pattern.Capture capture -> capture.name();
                    case Pattern.Star star -> star.name();
                    case Pattern.As as -> as.name();
                    case Pattern.Mapping mapping -> mapping.rest();
                    case Pattern.Value _, Pattern.Sequence _, Pattern.Instance _, Pattern.Or _ ->
                            null;
                };
        if (name != null) {
            scope.define(name, new Definition.Opaque(pattern.start()));
        }
        pattern.children(child -> visit(child, scope));
    }

    private void function(FunctionDefinition function, Scope scope) {
        all(function.decorators(), scope);
        for (Parameter parameter : function.parameters()) {
            maybe(parameter.annotation(), scope);
            maybe(parameter.fallback(), scope);
        }
        maybe(function.returns(), scope);
        var inner =
                new Scope(
                        Scope.Kind.FUNCTION,
                        module,
                        scope,
                        function,
                        function.bodyStart(),
                        Math.max(function.end(), function.bodyStart() + 1),
                        function.name());
        byNode.put(function, inner);
        scope.define(function.name(), new Definition.FunctionLike(function.end(), function, inner));
        parameters(function.parameters(), inner);
        declarations(function.body(), inner);
        all(function.body(), inner);
    }

    /// Finds `global` and `nonlocal` before the body is read, wherever they stand in it.
    private static void declarations(List<Statement> body, Scope scope) {
        for (Statement statement : body) {
            switch (statement) {
                case Global global -> global.names().forEach(scope::global);
                case Nonlocal nonlocal -> nonlocal.names().forEach(scope::nonlocal);
                default -> {}
            }
        }
    }

    private void parameters(List<Parameter> parameters, Scope inner) {
        int index = 0;
        for (Parameter parameter : parameters) {
            inner.define(
                    parameter.name(),
                    new Definition.Param(inner.start(), parameter, index++, inner));
        }
    }

    private void lambda(Lambda lambda, Scope scope) {
        for (Parameter parameter : lambda.parameters()) {
            maybe(parameter.fallback(), scope);
        }
        var inner =
                new Scope(
                        Scope.Kind.LAMBDA,
                        module,
                        scope,
                        lambda,
                        lambda.body().start(),
                        lambda.end(),
                        "<lambda>");
        byNode.put(lambda, inner);
        parameters(lambda.parameters(), inner);
        visit(lambda.body(), inner);
    }

    private void comprehension(Comprehension comprehension, Scope scope) {
        hashes |= comprehension.kind() == Comprehension.Kind.SET;
        var inner =
                new Scope(
                        Scope.Kind.COMPREHENSION,
                        module,
                        scope,
                        comprehension,
                        comprehension.start(),
                        comprehension.end(),
                        "");
        byNode.put(comprehension, inner);
        boolean first = true;
        for (Generator generator : comprehension.generators()) {
            if (first) {
                inner.hole(generator.iterable().start(), generator.iterable().end());
            }
            visit(generator.iterable(), first ? scope : inner);
            first = false;
            targets(generator.target(), inner);
            all(generator.conditions(), inner);
        }
        visit(comprehension.element(), inner);
        maybe(comprehension.value(), inner);
    }

    private static void targets(Expression target, Scope inner) {
        target.walk(node -> {
            if (node instanceof Name name) {
                inner.defineHere(name.id(), new Definition.Opaque(inner.start()));
            }
        });
    }

    private void classDefinition(ClassDefinition definition, Scope scope) {
        all(definition.decorators(), scope);
        all(definition.bases(), scope);
        for (Argument keyword : definition.keywords()) {
            visit(keyword.value(), scope);
        }
        var inner =
                new Scope(
                        Scope.Kind.CLASS,
                        module,
                        scope,
                        definition,
                        definition.bodyStart(),
                        Math.max(definition.end(), definition.bodyStart() + 1),
                        definition.name());
        byNode.put(definition, inner);
        scope.define(
                definition.name(), new Definition.ClassLike(definition.end(), definition, inner));
        all(definition.body(), inner);
    }

    private void bind(Expression target, Expression value, int from, Scope scope) {
        switch (target) {
            case Name name ->
                    scope.define(name.id(), new Definition.Value(from, value, null, scope));
            case Attribute attribute -> {
                Scope owner = selfClass(attribute.value(), scope);
                if (owner != null) {
                    owner.attribute(
                            attribute.name(), new Definition.Value(from, value, null, scope));
                }
            }
            case TupleDisplay tuple -> bindAll(tuple.elements(), value, from, scope);
            case ListDisplay list -> bindAll(list.elements(), value, from, scope);
            case Starred starred -> opaque(starred.value(), from, scope);
            default -> {}
        }
    }

    private void bindAll(List<Expression> targets, Expression value, int from, Scope scope) {
        List<Expression> values =
                switch (value) {
                    case TupleDisplay tuple -> tuple.elements();
                    case ListDisplay list -> list.elements();
                    default -> List.of();
                };
        boolean paired =
                values.size() == targets.size()
                        && values.stream().noneMatch(v -> v instanceof Starred)
                        && targets.stream().noneMatch(t -> t instanceof Starred);
        for (int k = 0; k < targets.size(); k++) {
            if (paired) {
                bind(targets.get(k), values.get(k), from, scope);
            } else {
                opaque(targets.get(k), from, scope);
            }
        }
    }

    private void opaque(Expression target, int from, Scope scope) {
        switch (target) {
            case Name name -> scope.define(name.id(), new Definition.Opaque(from));
            case Attribute attribute -> {
                Scope owner = selfClass(attribute.value(), scope);
                if (owner != null) {
                    owner.attribute(attribute.name(), new Definition.Opaque(from));
                }
            }
            case TupleDisplay tuple -> tuple.elements().forEach(e -> opaque(e, from, scope));
            case ListDisplay list -> list.elements().forEach(e -> opaque(e, from, scope));
            case Starred starred -> opaque(starred.value(), from, scope);
            default -> {}
        }
    }

    private void annotated(AnnotatedAssign assign, Scope scope) {
        Expression value = assign.value();
        Definition definition =
                value == null || isField(value)
                        ? new Definition.Annotated(assign.end(), assign.annotation(), scope)
                        : new Definition.Value(assign.end(), value, assign.annotation(), scope);
        if (assign.target() instanceof Name name) {
            scope.define(name.id(), definition);
        } else if (assign.target() instanceof Attribute attribute) {
            Scope owner = selfClass(attribute.value(), scope);
            if (owner != null) {
                owner.attribute(attribute.name(), definition);
            }
        }
    }

    /// Whether a class's attribute gets a description of itself, as in data classes: what its
    /// objects have is of the annotated type.
    private static boolean isField(Expression value) {
        return value instanceof Expression.Call call
                && (call.function() instanceof Name name
                                && (name.id().equals("field") || name.id().equals("Field"))
                        || call.function() instanceof Attribute attribute
                                && attribute.name().equals("field"));
    }

    /// The class whose instance `expression` is because it is the first parameter of a method.
    private static @Nullable Scope selfClass(Expression expression, Scope scope) {
        if (!(expression instanceof Name name)) {
            return null;
        }
        for (Scope s = scope; s != null; s = s.outer()) {
            if (s.owner() != null && s.node() instanceof FunctionDefinition function) {
                return !function.parameters().isEmpty()
                                && function.parameters().getFirst().name().equals(name.id())
                        ? s.owner()
                        : null;
            }
            if (!s.definitions(name.id()).isEmpty() && s.kind() != Scope.Kind.CLASS) {
                return null;
            }
        }
        return null;
    }

    private void imported(Import statement, Scope scope) {
        var names = new ArrayList<String>();
        for (Alias alias : statement.names()) {
            names.add(alias.name());
            scope.define(
                    alias.bound(),
                    new Definition.Imported(statement.end(), alias.name(), alias.as() != null));
        }
        imports.add(new ImportSite(module, statement, names, scope));
    }

    private void importedFrom(ImportFrom statement, Scope scope) {
        String from = statement.module();
        var names = new ArrayList<String>();
        String prefix = ".".repeat(statement.level()) + (from == null ? "" : from + ".");
        for (Alias alias : statement.names()) {
            names.add(prefix + alias.name());
            if (alias.name().equals("*")) {
                stars.add(new ModuleScopes.StarImport(statement.end(), from, statement.level()));
            } else {
                scope.define(
                        alias.bound(),
                        new Definition.ImportedFrom(
                                statement.end(), from, statement.level(), alias.name()));
            }
        }
        imports.add(new ImportSite(module, statement, names, scope));
    }
}
