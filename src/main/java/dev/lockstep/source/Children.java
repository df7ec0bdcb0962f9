package dev.lockstep.source;

import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Statement.*;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes a node, gives its children in the order of the source.
final class Children {
    private Children() {}

    static void of(Node node, Consumer<? super Node> each) {
        switch (node) {
            case Expression e -> expression(e, each);
            case Statement s -> statement(s, each);
            case Pattern p -> pattern(p, each);
            case Alias _ -> {}
            case Argument a -> each.accept(a.value());
            case Branch b -> {
                each.accept(b.test());
                all(b.body(), each);
            }
            case Case c -> {
                each.accept(c.pattern());
                maybe(c.guard(), each);
                all(c.body(), each);
            }
            case Decorator d -> each.accept(d.expression());
            case DictItem i -> {
                maybe(i.key(), each);
                each.accept(i.value());
            }
            case ExceptHandler h -> {
                maybe(h.type(), each);
                all(h.body(), each);
            }
            case Generator g -> {
                each.accept(g.target());
                each.accept(g.iterable());
                all(g.conditions(), each);
            }
            case Parameter p -> {
                maybe(p.annotation(), each);
                maybe(p.fallback(), each);
            }
            case TypeParameter p -> {
                maybe(p.bound(), each);
                maybe(p.fallback(), each);
            }
            case WithItem w -> {
                each.accept(w.context());
                maybe(w.target(), each);
            }
        }
    }

    private static void expression(Expression node, Consumer<? super Node> each) {
        switch (node) {
            case Name _, StringLiteral _, NumberLiteral _, Constant _ -> {}
            case Attribute a -> each.accept(a.value());
            case Subscript s -> {
                each.accept(s.value());
                each.accept(s.index());
            }
            case Call c -> {
                each.accept(c.function());
                all(c.arguments(), each);
                all(c.keywords(), each);
            }
            case Binary b -> all(b.operands(), each);
            case Unary u -> each.accept(u.operand());
            case Logical l -> all(l.operands(), each);
            case Comparison c -> all(c.operands(), each);
            case Conditional c -> {
                each.accept(c.then());
                each.accept(c.test());
                each.accept(c.otherwise());
            }
            case Lambda l -> {
                all(l.parameters(), each);
                each.accept(l.body());
            }
            case TupleDisplay t -> all(t.elements(), each);
            case ListDisplay l -> all(l.elements(), each);
            case SetDisplay s -> all(s.elements(), each);
            case DictDisplay d -> all(d.items(), each);
            case Comprehension c -> {
                each.accept(c.element());
                maybe(c.value(), each);
                all(c.generators(), each);
            }
            case Await a -> each.accept(a.value());
            case Yield y -> maybe(y.value(), each);
            case YieldFrom y -> each.accept(y.value());
            case Starred s -> each.accept(s.value());
            case Walrus w -> {
                each.accept(w.target());
                each.accept(w.value());
            }
            case Slice s -> {
                maybe(s.lower(), each);
                maybe(s.upper(), each);
                maybe(s.step(), each);
            }
            case FormattedString f -> all(f.fields(), each);
        }
    }

    private static void statement(Statement node, Consumer<? super Node> each) {
        switch (node) {
            case Import i -> all(i.names(), each);
            case ImportFrom i -> all(i.names(), each);
            case Global _, Nonlocal _, Pass _, Break _, Continue _ -> {}
            case FunctionDefinition f -> {
                all(f.decorators(), each);
                all(f.typeParameters(), each);
                all(f.parameters(), each);
                maybe(f.returns(), each);
                all(f.body(), each);
            }
            case ClassDefinition c -> {
                all(c.decorators(), each);
                all(c.typeParameters(), each);
                all(c.bases(), each);
                all(c.keywords(), each);
                all(c.body(), each);
            }
            case Return r -> maybe(r.value(), each);
            case Delete d -> all(d.targets(), each);
            case Assign a -> {
                all(a.targets(), each);
                each.accept(a.value());
            }
            case AugmentedAssign a -> {
                each.accept(a.target());
                each.accept(a.value());
            }
            case AnnotatedAssign a -> {
                each.accept(a.target());
                each.accept(a.annotation());
                maybe(a.value(), each);
            }
            case For f -> {
                each.accept(f.target());
                each.accept(f.iterable());
                all(f.body(), each);
                all(f.otherwise(), each);
            }
            case While w -> {
                each.accept(w.test());
                all(w.body(), each);
                all(w.otherwise(), each);
            }
            case If i -> {
                all(i.branches(), each);
                all(i.otherwise(), each);
            }
            case With w -> {
                all(w.items(), each);
                all(w.body(), each);
            }
            case Match m -> {
                each.accept(m.subject());
                all(m.cases(), each);
            }
            case Raise r -> {
                maybe(r.exception(), each);
                maybe(r.cause(), each);
            }
            case Try t -> {
                all(t.body(), each);
                all(t.handlers(), each);
                all(t.otherwise(), each);
                all(t.last(), each);
            }
            case Assert a -> {
                each.accept(a.test());
                maybe(a.message(), each);
            }
            case ExpressionStatement e -> each.accept(e.expression());
            case TypeAlias t -> {
                each.accept(t.name());
                all(t.typeParameters(), each);
                each.accept(t.value());
            }
            case Invalid i -> all(i.rest(), each);
        }
    }

    private static void pattern(Pattern node, Consumer<? super Node> each) {
        switch (node) {
            case Pattern.Value v -> each.accept(v.value());
            case Pattern.Capture _, Pattern.Star _ -> {}
            case Pattern.Sequence s -> all(s.patterns(), each);
            case Pattern.Mapping m -> {
                all(m.keys(), each);
                all(m.patterns(), each);
            }
            case Pattern.Instance i -> {
                each.accept(i.type());
                all(i.patterns(), each);
            }
            case Pattern.As a -> each.accept(a.pattern());
            case Pattern.Or o -> all(o.patterns(), each);
        }
    }

    private static void all(List<? extends Node> nodes, Consumer<? super Node> each) {
        for (int i = 0; i < nodes.size(); i++) {
            each.accept(nodes.get(i));
        }
    }

    private static void maybe(@Nullable Node node, Consumer<? super Node> each) {
        if (node != null) {
            each.accept(node);
        }
    }
}
