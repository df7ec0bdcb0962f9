package dev.lockstep.source;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Something that has a value.
public sealed interface Expression extends Node {
    record Name(int start, int end, String id) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {}
    }

    record Attribute(int start, int end, Expression value, String name) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
        }
    }

    record Subscript(int start, int end, Expression value, Expression index) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
            each.accept(index);
        }
    }

    /// A call; a generator expression that is its only argument is in `arguments`.
    ///
    /// @param arguments the positional ones, `*rest` as {@link Starred}
    /// @param keywords the named ones, `**rest` without a name
    record Call(
            int start,
            int end,
            Expression function,
            List<Expression> arguments,
            List<Argument> keywords)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(function);
            Children.all(arguments, each);
            Children.all(keywords, each);
        }

        /// The value of the keyword argument `name`, or null when it is not written out.
        public @Nullable Expression keyword(String name) {
            // Asked of every call by every rule: an iterator for each would be most of its cost.
            for (int k = 0; k < keywords.size(); k++) {
                if (name.equals(keywords.get(k).name())) {
                    return keywords.get(k).value();
                }
            }
            return null;
        }

        /// The positional argument at `index`, or null when there is none or a `*rest` comes first.
        public @Nullable Expression argument(int index) {
            for (int i = 0; i <= index && i < arguments.size(); i++) {
                if (arguments.get(i) instanceof Starred) {
                    return null;
                }
            }
            return index < arguments.size() ? arguments.get(index) : null;
        }

        /// The argument at `index` or called `name`, or null.
        public @Nullable Expression argument(int index, String name) {
            Expression named = keyword(name);
            return named != null ? named : argument(index);
        }

        /// Whether a `*rest` or `**rest` may bring arguments that are not written out.
        public boolean isOpen() {
            for (int k = 0; k < keywords.size(); k++) {
                if (keywords.get(k).name() == null) {
                    return true;
                }
            }
            for (int k = 0; k < arguments.size(); k++) {
                if (arguments.get(k) instanceof Starred) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Operands of one precedence from left to right, `a + b - c`; one operator fewer than
    /// operands.
    record Binary(int start, int end, List<Expression> operands, List<Operator> operators)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(operands, each);
        }
    }

    /// `-x`, `+x`, `~x`, `not x`.
    record Unary(int start, int end, Operator operator, Expression operand) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(operand);
        }
    }

    /// `a and b and c`, or the same with `or`.
    record Logical(int start, int end, Operator operator, List<Expression> operands)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(operands, each);
        }
    }

    /// `a < b <= c`; one operator fewer than operands.
    record Comparison(int start, int end, List<Expression> operands, List<Operator> operators)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(operands, each);
        }
    }

    /// `then if test else otherwise`.
    record Conditional(int start, int end, Expression then, Expression test, Expression otherwise)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(then);
            each.accept(test);
            each.accept(otherwise);
        }
    }

    record Lambda(int start, int end, List<Parameter> parameters, Expression body)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(parameters, each);
            each.accept(body);
        }
    }

    record TupleDisplay(int start, int end, List<Expression> elements) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(elements, each);
        }
    }

    record ListDisplay(int start, int end, List<Expression> elements) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(elements, each);
        }
    }

    record SetDisplay(int start, int end, List<Expression> elements) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(elements, each);
        }
    }

    record DictDisplay(int start, int end, List<DictItem> items) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(items, each);
        }
    }

    /// A comprehension or generator expression.
    ///
    /// @param element what is collected; the key in a dictionary's
    /// @param value the value in a dictionary's, else null
    record Comprehension(
            int start,
            int end,
            Kind kind,
            Expression element,
            @Nullable Expression value,
            List<Generator> generators)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(element);
            Children.maybe(value, each);
            Children.all(generators, each);
        }

        /// What a comprehension makes.
        public enum Kind {
            LIST,
            SET,
            DICT,
            GENERATOR
        }
    }

    record Await(int start, int end, Expression value) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
        }
    }

    record Yield(int start, int end, @Nullable Expression value) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.maybe(value, each);
        }
    }

    record YieldFrom(int start, int end, Expression value) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
        }
    }

    record Starred(int start, int end, Expression value) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(value);
        }
    }

    /// `name := value`.
    record Walrus(int start, int end, Name target, Expression value) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            each.accept(target);
            each.accept(value);
        }
    }

    /// `lower:upper:step` inside a subscript.
    record Slice(
            int start,
            int end,
            @Nullable Expression lower,
            @Nullable Expression upper,
            @Nullable Expression step)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.maybe(lower, each);
            Children.maybe(upper, each);
            Children.maybe(step, each);
        }
    }

    /// One or several literals side by side, without replacement fields.
    record StringLiteral(int start, int end, boolean bytes, Source source) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {}

        /// The string that the literal stands for; for bytes, one character a byte.
        public String value() {
            return Literals.string(source.text(), start, end);
        }
    }

    /// An f-string or t-string, with the plain literals beside it.
    ///
    /// @param fields the expressions of its replacement fields, those in format specifications too
    /// @param template whether it is a t-string
    record FormattedString(int start, int end, List<Expression> fields, boolean template)
            implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {
            Children.all(fields, each);
        }
    }

    record NumberLiteral(int start, int end, Source source) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {}

        /// The number as it is written, without underscores.
        public String digits() {
            return source.text().substring(start, end).replace("_", "");
        }

        /// Whether it is written as a whole number.
        public boolean isWhole() {
            return Literals.isWhole(digits());
        }
    }

    /// `True`, `False`, `None` or `...`.
    record Constant(int start, int end, Kind kind) implements Expression {
        @Override
        public void children(Consumer<? super Node> each) {}

        /// Which of the four.
        public enum Kind {
            TRUE,
            FALSE,
            NONE,
            ELLIPSIS
        }
    }
}
