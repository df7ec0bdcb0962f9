package dev.lockstep.source;

import java.util.List;

/// One `for target in iterable if … if …` of a comprehension.
public record Generator(
        int start,
        int end,
        Expression target,
        Expression iterable,
        List<Expression> conditions,
        boolean async)
        implements Node {}
