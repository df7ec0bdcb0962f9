package dev.lockstep.fix;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.WithItem;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What statements are to somebody who looks for a position among them: texts, definitions, and
/// what gives names their values.
final class Statements {
    private Statements() {}

    /// Whether a statement at the head of a function is no code of it: its docstring, or `global`.
    static boolean declares(Statement statement) {
        return statement instanceof Statement.Global
                || statement instanceof Statement.Nonlocal
                || isText(statement);
    }

    /// Whether a statement is a text alone, as a docstring is.
    static boolean isText(Statement statement) {
        return statement instanceof Statement.ExpressionStatement line
                && line.expression() instanceof Expression.StringLiteral;
    }

    /// Whether a statement is a docstring or an import from `__future__`, which nothing may
    /// precede.
    static boolean isHead(Statement statement) {
        return isText(statement)
                || statement instanceof Statement.ImportFrom from
                        && "__future__".equals(from.module());
    }

    /// Whether a statement makes a function or class known, or imports.
    static boolean defines(Statement statement) {
        return statement instanceof Statement.FunctionDefinition
                || statement instanceof Statement.ClassDefinition
                || imports(statement);
    }

    static boolean imports(Statement statement) {
        return statement instanceof Statement.Import || statement instanceof Statement.ImportFrom;
    }

    /// The first statement behind a docstring, or null.
    static @Nullable Statement first(List<Statement> body) {
        for (var statement : body) {
            if (!isText(statement)) {
                return statement;
            }
        }
        return null;
    }

    /// Whether a statement gives one of these names, or a part of what it names, a value.
    static boolean binds(Node statement, Set<String> names) {
        boolean here =
                switch (statement) {
                    case Statement.Assign assign ->
                            assign.targets().stream().anyMatch(target -> mentions(target, names));
                    case Statement.AnnotatedAssign assign -> mentions(assign.target(), names);
                    case Statement.AugmentedAssign assign -> mentions(assign.target(), names);
                    case Statement.For loop -> mentions(loop.target(), names);
                    case WithItem item -> item.target() != null && mentions(item.target(), names);
                    case Statement.FunctionDefinition definition ->
                            names.contains(definition.name());
                    case Statement.ClassDefinition definition -> names.contains(definition.name());
                    case Statement.Import plain ->
                            plain.names().stream().anyMatch(one -> names.contains(one.bound()));
                    case Statement.ImportFrom from ->
                            from.names().stream()
                                    .anyMatch(one ->
                                            one.name().equals("*") || names.contains(one.bound()));
                    default -> false;
                };
        if (here
                || statement instanceof Statement.FunctionDefinition
                || statement instanceof Statement.ClassDefinition) {
            return here;
        }
        boolean[] inside = {false};
        statement.children(child -> inside[0] |= binds(child, names));
        return inside[0];
    }

    /// Whether a statement may change what one of these names holds: it calls a method of it, or
    /// passes it on.
    static boolean mayChange(Statement statement, Set<String> names) {
        return statement instanceof Statement.ExpressionStatement line
                && line.expression() instanceof Expression.Call call
                && !(call.function() instanceof Expression.Name print && print.id().equals("print"))
                && mentions(call, names);
    }

    /// Whether one of these names stands in a piece of source.
    static boolean mentions(Node node, Set<String> names) {
        boolean[] found = {false};
        node.walk(inner ->
                found[0] |= inner instanceof Expression.Name name && names.contains(name.id()));
        return found[0];
    }
}
