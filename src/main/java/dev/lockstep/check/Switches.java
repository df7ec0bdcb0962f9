package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.StringLiteral;
import dev.lockstep.source.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds assignments to the switches of a library: `torch.backends.cudnn.benchmark = True`.
final class Switches {
    /// One assignment.
    ///
    /// @param name the switch's full dotted name
    record Switch(Statement.Assign statement, String name, Expression value) {}

    private Switches() {}

    static List<Switch> of(Unit unit) {
        var found = new ArrayList<Switch>();
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Assign assign) {
                for (Expression target : assign.targets()) {
                    if (target instanceof Attribute attribute) {
                        String name = unit.name(attribute);
                        if (name != null) {
                            found.add(new Switch(assign, name, assign.value()));
                        }
                    }
                }
            }
        }
        return found;
    }

    static @Nullable String text(@Nullable Expression value) {
        return value instanceof StringLiteral literal && !literal.bytes() ? literal.value() : null;
    }
}
