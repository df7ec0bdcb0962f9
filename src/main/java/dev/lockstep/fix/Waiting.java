package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Operator;
import dev.lockstep.source.PythonModule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A test that lets seeds run only when a value is there: `args.seed is not None`, `args.seed`,
/// `args.seed >= 0`.
///
/// @param asked what it asks for
/// @param value the smallest number with which seeds run; for a test of the truth, with which they
///   run once it asks for `None`
/// @param truth whether it is the value itself that is tested
record Waiting(Expression asked, String value, boolean truth) {
    static @Nullable Waiting of(Expression test) {
        if (!(test instanceof Expression.Comparison comparison)) {
            return new Waiting(test, "0", true);
        }
        if (comparison.operands().size() != 2) {
            return null;
        }
        var asked = comparison.operands().getFirst();
        var bound = comparison.operands().getLast();
        boolean zero =
                bound instanceof Expression.NumberLiteral number && number.digits().equals("0");
        return switch (comparison.operators().getFirst()) {
            case NOT_EQUAL, GREATER -> new Waiting(asked, zero ? "1" : "0", false);
            case GREATER_EQUAL, IS_NOT -> new Waiting(asked, "0", false);
            default -> null;
        };
    }

    /// The edits that give an option a value with which seeds run: a default where it has none, or
    /// another for one that stands for none.
    List<Edit> given(PythonModule module, Expression.Call option) {
        var standard = option.keyword("default");
        boolean none =
                standard instanceof Expression.Unary unary && unary.operator() == Operator.SUBTRACT
                        || standard instanceof Expression.NumberLiteral number
                                && number.digits().equals("0")
                                && (truth || value.equals("1"));
        return none && standard != null
                ? List.of(
                        new Layout(module.source())
                                .replace(
                                        standard,
                                        standard instanceof Expression.NumberLiteral ? "1" : value))
                : SeedOption.defaultOf(module, option, value);
    }
}
