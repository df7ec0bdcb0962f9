package dev.lockstep.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One `case` of a `match`.
public record Case(
        int start, int end, Pattern pattern, @Nullable Expression guard, List<Statement> body)
        implements Node {}
