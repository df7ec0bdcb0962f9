package dev.lockstep.check;

import dev.lockstep.source.Branch;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Statement;

/// Tells which files are started by a person.
final class Entry {
    private Entry() {}

    /// Tells whether a file is an entry script: it has `if __name__ == "__main__"`, or computes
    /// gradients in code of the module itself.
    static boolean isEntry(Unit unit) {
        for (Statement statement : unit.tree().body()) {
            if (statement instanceof Statement.If test
                    && !test.branches().isEmpty()
                    && isMain(unit, test.branches().getFirst())) {
                return true;
            }
        }
        for (var call : unit.calls()) {
            if (call.function() instanceof Attribute attribute
                    && attribute.name().equals("backward")
                    && unit.function(call) == null) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMain(Unit unit, Branch branch) {
        return branch.test() instanceof Expression.Comparison comparison
                && unit.source().slice(comparison).contains("__name__");
    }
}
