package dev.lockstep.fix;

import dev.lockstep.check.Edit;
import dev.lockstep.source.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A seed that a script has already, a `--seed` option, a field of its configuration, a constant;
/// or a literal.
///
/// @param text how to write it
/// @param block the statements among which it has its value; null for a literal
/// @param known the statement beside which it has its value; null for a literal
/// @param behind whether it has it behind that statement, not before it already
/// @param edits what gives it a value where it has none
record SeedValue(
        String text,
        @Nullable Block block,
        @Nullable Statement known,
        boolean behind,
        List<Edit> edits) {
    SeedValue {
        edits = List.copyOf(edits);
    }

    /// A literal seed.
    static SeedValue literal(String text) {
        return new SeedValue(text, null, null, false, List.of());
    }
}
