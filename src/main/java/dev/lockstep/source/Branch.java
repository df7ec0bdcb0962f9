package dev.lockstep.source;

import java.util.List;

/// One `if` or `elif` with what it guards.
public record Branch(int start, int end, Expression test, List<Statement> body) implements Node {}
