package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something that is done.
public sealed interface Statement extends Node {
    /// Gives each block of statements right inside this one, in the order of the source.
    default void blocks(Consumer<List<Statement>> each) {
        switch (this) {
            case FunctionDefinition s -> each.accept(s.body());
            case ClassDefinition s -> each.accept(s.body());
            case For s -> {
                each.accept(s.body());
                each.accept(s.otherwise());
            }
            case While s -> {
                each.accept(s.body());
                each.accept(s.otherwise());
            }
            case If s -> {
                s.branches().forEach(branch -> each.accept(branch.body()));
                each.accept(s.otherwise());
            }
            case With s -> each.accept(s.body());
            case Match s -> s.cases().forEach(one -> each.accept(one.body()));
            case Try s -> {
                each.accept(s.body());
                s.handlers().forEach(handler -> each.accept(handler.body()));
                each.accept(s.otherwise());
                each.accept(s.last());
            }
            case Invalid s -> each.accept(s.rest());
            case Return _,
                    Delete _,
                    Assign _,
                    AugmentedAssign _,
                    AnnotatedAssign _,
                    Raise _,
                    Assert _,
                    Import _,
                    ImportFrom _,
                    Global _,
                    Nonlocal _,
                    ExpressionStatement _,
                    Pass _,
                    Break _,
                    Continue _,
                    TypeAlias _ -> {}
        }
    }

    /// `def`, also `async def`; starts behind the decorators.
    ///
    /// @param bodyStart where the body starts: what stands before belongs to the scope outside
    record FunctionDefinition(
            int start,
            int end,
            int bodyStart,
            String name,
            int nameStart,
            List<Decorator> decorators,
            List<TypeParameter> typeParameters,
            List<Parameter> parameters,
            @Nullable Expression returns,
            boolean async,
            List<Statement> body)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(decorators, each);
            Children.all(typeParameters, each);
            Children.all(parameters, each);
            Children.maybe(returns, each);
            Children.all(body, each);
        }
    }

    /// `class`; starts behind the decorators.
    record ClassDefinition(
            int start,
            int end,
            int bodyStart,
            String name,
            int nameStart,
            List<Decorator> decorators,
            List<TypeParameter> typeParameters,
            List<Expression> bases,
            List<Argument> keywords,
            List<Statement> body)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(decorators, each);
            Children.all(typeParameters, each);
            Children.all(bases, each);
            Children.all(keywords, each);
            Children.all(body, each);
        }
    }

    record Return(int start, int end, @Nullable Expression value) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.maybe(value, each);
        }
    }

    record Delete(int start, int end, List<Expression> targets) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(targets, each);
        }
    }

    /// `a = b = value`.
    record Assign(int start, int end, List<Expression> targets, Expression value)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(targets, each);
            each.accept(value);
        }
    }

    /// `target += value`.
    record AugmentedAssign(
            int start, int end, Expression target, Operator operator, Expression value)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(target);
            each.accept(value);
        }
    }

    /// `target: annotation = value`.
    record AnnotatedAssign(
            int start,
            int end,
            Expression target,
            Expression annotation,
            @Nullable Expression value)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(target);
            each.accept(annotation);
            Children.maybe(value, each);
        }
    }

    /// `for`, also `async for`.
    record For(
            int start,
            int end,
            Expression target,
            Expression iterable,
            List<Statement> body,
            List<Statement> otherwise,
            boolean async)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(target);
            each.accept(iterable);
            Children.all(body, each);
            Children.all(otherwise, each);
        }
    }

    record While(
            int start, int end, Expression test, List<Statement> body, List<Statement> otherwise)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(test);
            Children.all(body, each);
            Children.all(otherwise, each);
        }
    }

    /// `if` with its `elif`s as branches, and what `else` holds.
    record If(int start, int end, List<Branch> branches, List<Statement> otherwise)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(branches, each);
            Children.all(otherwise, each);
        }
    }

    /// `with`, also `async with`.
    record With(int start, int end, List<WithItem> items, List<Statement> body, boolean async)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(items, each);
            Children.all(body, each);
        }
    }

    record Match(int start, int end, Expression subject, List<Case> cases) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(subject);
            Children.all(cases, each);
        }
    }

    record Raise(int start, int end, @Nullable Expression exception, @Nullable Expression cause)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.maybe(exception, each);
            Children.maybe(cause, each);
        }
    }

    record Try(
            int start,
            int end,
            List<Statement> body,
            List<ExceptHandler> handlers,
            List<Statement> otherwise,
            List<Statement> last)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(body, each);
            Children.all(handlers, each);
            Children.all(otherwise, each);
            Children.all(last, each);
        }
    }

    record Assert(int start, int end, Expression test, @Nullable Expression message)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(test);
            Children.maybe(message, each);
        }
    }

    record Import(int start, int end, List<Alias> names) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(names, each);
        }
    }

    /// `from module import names`.
    ///
    /// @param module null in `from . import x`
    /// @param level how many dots stand before it
    record ImportFrom(int start, int end, @Nullable String module, int level, List<Alias> names)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(names, each);
        }
    }

    record Global(int start, int end, List<String> names) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record Nonlocal(int start, int end, List<String> names) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record ExpressionStatement(int start, int end, Expression expression) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(expression);
        }
    }

    record Pass(int start, int end) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record Break(int start, int end) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record Continue(int start, int end) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    /// `type name[parameters] = value`.
    record TypeAlias(
            int start,
            int end,
            Expression.Name name,
            List<TypeParameter> typeParameters,
            Expression value)
            implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(name);
            Children.all(typeParameters, each);
            each.accept(value);
        }
    }

    /// A statement that is not valid Python; `rest` is what could be read of it and of its block.
    record Invalid(int start, int end, List<Statement> rest) implements Statement {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(rest, each);
        }
    }
}
