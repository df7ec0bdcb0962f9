package dev.lockstep.source;

import java.util.List;

/// An operator between operands or before one; comparisons and `and`, `or`, `not` included.
public enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    REMAINDER("%"),
    MATRIX_MULTIPLY("@"),
    POWER("**"),
    BIT_OR("|"),
    BIT_XOR("^"),
    BIT_AND("&"),
    SHIFT_LEFT("<<"),
    SHIFT_RIGHT(">>"),
    INVERT("~"),
    LESS("<"),
    GREATER(">"),
    EQUAL("=="),
    LESS_EQUAL("<="),
    GREATER_EQUAL(">="),
    NOT_EQUAL("!="),
    IN("in"),
    NOT_IN("not in"),
    IS("is"),
    IS_NOT("is not"),
    AND("and"),
    OR("or"),
    NOT("not");

    private final String symbol;
    private final List<Operator> alone;

    Operator(String symbol) {
        this.symbol = symbol;
        this.alone = List.of(this);
    }

    /// How it is written.
    public String symbol() {
        return symbol;
    }

    /// A list of this operator, the same each time.
    List<Operator> alone() {
        return alone;
    }
}
