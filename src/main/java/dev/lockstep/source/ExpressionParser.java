package dev.lockstep.source;

import static dev.lockstep.source.Token.*;

import dev.lockstep.source.Expression.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads expressions from the tokens of a {@link Lexer}, by recursive descent.
abstract class ExpressionParser {
    private static final int MAX_DEPTH = 260;
    private static final int MAX_SPINE = 1200;
    private static final byte[] PRECEDENCE = new byte[128];
    private static final Operator[] BINARY = new Operator[128];
    private static final int MULTIPLICATIVE = 6;

    static {
        binary(VBAR, 1, Operator.BIT_OR);
        binary(CARET, 2, Operator.BIT_XOR);
        binary(AMPER, 3, Operator.BIT_AND);
        binary(LSHIFT, 4, Operator.SHIFT_LEFT);
        binary(RSHIFT, 4, Operator.SHIFT_RIGHT);
        binary(PLUS, 5, Operator.ADD);
        binary(MINUS, 5, Operator.SUBTRACT);
        binary(STAR, MULTIPLICATIVE, Operator.MULTIPLY);
        binary(SLASH, MULTIPLICATIVE, Operator.DIVIDE);
        binary(DOUBLE_SLASH, MULTIPLICATIVE, Operator.FLOOR_DIVIDE);
        binary(PERCENT, MULTIPLICATIVE, Operator.REMAINDER);
        binary(AT, MULTIPLICATIVE, Operator.MATRIX_MULTIPLY);
        BINARY[DOUBLE_STAR] = Operator.POWER;
        BINARY[LESS] = Operator.LESS;
        BINARY[GREATER] = Operator.GREATER;
        BINARY[EQUAL] = Operator.EQUAL;
        BINARY[LESS_EQUAL] = Operator.LESS_EQUAL;
        BINARY[GREATER_EQUAL] = Operator.GREATER_EQUAL;
        BINARY[NOT_EQUAL] = Operator.NOT_EQUAL;
    }

    final Lexer lexer = new Lexer();
    private final Names names = new Names();
    private final Unexpected unexpected = new Unexpected();
    Source source = Source.ofText("", "");
    char[] text = lexer.text;
    byte[] kinds = lexer.kinds;
    int[] starts = lexer.starts;
    int[] ends = lexer.ends;

    /// The index of the token that comes next.
    int i;

    int depth;

    /// The longest chain of calls and attributes among the expressions just read, so that the
    /// height of a tree stays bounded.
    int spine;

    private Node[] stack = new Node[256];
    private int height;

    private static void binary(byte kind, int precedence, Operator operator) {
        PRECEDENCE[kind] = (byte) precedence;
        BINARY[kind] = operator;
    }

    static Operator operator(int kind) {
        return BINARY[kind];
    }

    void tokens(Source from) {
        source = from;
        lexer.run(from);
        text = lexer.text;
        kinds = lexer.kinds;
        starts = lexer.starts;
        ends = lexer.ends;
        i = 0;
        depth = 0;
        spine = 0;
        height = 0;
    }

    // The stack on which the elements of a list wait until it is complete.

    int mark() {
        return height;
    }

    void reset(int mark) {
        height = mark;
    }

    void push(Node node) {
        if (height == stack.length) {
            stack = Arrays.copyOf(stack, height * 2);
        }
        stack[height++] = node;
    }

    @SuppressWarnings("unchecked")
    <T extends Node> List<T> pop(int mark) {
        int size = height - mark;
        height = mark;
        return (List<T>)
                switch (size) {
                    case 0 -> List.of();
                    case 1 -> List.of(stack[mark]);
                    case 2 -> List.of(stack[mark], stack[mark + 1]);
                    default -> List.of(Arrays.copyOfRange(stack, mark, mark + size));
                };
    }

    // Tokens.

    Unexpected fail(int token, String reason) {
        unexpected.token = token;
        unexpected.reason = kinds[token] == ERROR ? lexer.errorMessage(token) : reason;
        return unexpected;
    }

    Unexpected fail(String reason) {
        return fail(i, reason);
    }

    boolean accept(int kind) {
        if (kinds[i] == kind) {
            i++;
            return true;
        }
        return false;
    }

    void expect(int kind, String what) {
        if (kinds[i] != kind) {
            throw fail("expected " + what);
        }
        i++;
    }

    /// Where the last token read ends.
    int last() {
        return ends[i - 1];
    }

    String word(int token) {
        return names.of(text, starts[token], ends[token]);
    }

    String identifier() {
        if (kinds[i] != NAME) {
            throw fail(isKeyword(kinds[i]) ? "a keyword cannot be a name" : "expected a name");
        }
        return word(i++);
    }

    boolean isWord(int token, String word) {
        int start = starts[token];
        if (kinds[token] != NAME || ends[token] - start != word.length()) {
            return false;
        }
        for (int k = 0; k < word.length(); k++) {
            if (text[start + k] != word.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    static boolean startsExpression(int kind) {
        return switch (kind) {
            case NAME,
                    NUMBER,
                    STRING,
                    STRING_START,
                    LPAR,
                    LSQB,
                    LBRACE,
                    ELLIPSIS,
                    PLUS,
                    MINUS,
                    TILDE,
                    STAR,
                    FALSE,
                    NONE,
                    TRUE,
                    AWAIT,
                    LAMBDA,
                    NOT,
                    YIELD,
                    ERROR ->
                    true;
            default -> false;
        };
    }

    private void deeper() {
        if (++depth > MAX_DEPTH) {
            throw fail("this is nested too deeply");
        }
    }

    // Expressions, from the loosest binding to the tightest.

    /// `star_expressions` or a `yield`.
    Expression valueOrYield() {
        return kinds[i] == YIELD ? yieldExpression() : starExpressions();
    }

    /// `star_expressions`: one expression, or a tuple without brackets.
    Expression starExpressions() {
        int start = starts[i];
        Expression first = starExpression();
        if (kinds[i] != COMMA) {
            return first;
        }
        int mark = mark();
        push(first);
        while (accept(COMMA) && startsExpression(kinds[i])) {
            push(starExpression());
        }
        return new TupleDisplay(start, last(), pop(mark));
    }

    Expression starExpression() {
        if (kinds[i] != STAR) {
            return expression();
        }
        int start = starts[i++];
        Expression value = binary(1);
        return new Starred(start, last(), value);
    }

    /// `star_named_expression`: an element of a display.
    Expression element() {
        return kinds[i] == STAR ? starExpression() : namedExpression();
    }

    Expression namedExpression() {
        if (kinds[i] == NAME && kinds[i + 1] == WALRUS) {
            int start = starts[i];
            var target = new Name(start, ends[i], word(i));
            i += 2;
            Expression value = expression();
            return new Walrus(start, last(), target, value);
        }
        return expression();
    }

    Expression yieldExpression() {
        int start = starts[i++];
        if (accept(FROM)) {
            Expression value = expression();
            return new YieldFrom(start, last(), value);
        }
        Expression value = startsExpression(kinds[i]) ? starExpressions() : null;
        return new Yield(start, last(), value);
    }

    Expression expression() {
        deeper();
        Expression result;
        if (kinds[i] == LAMBDA) {
            result = lambda();
        } else {
            int start = starts[i];
            result = disjunction();
            if (kinds[i] == IF) {
                i++;
                Expression test = disjunction();
                expect(ELSE, "'else' after 'if' expression");
                Expression otherwise = expression();
                result = new Conditional(start, last(), result, test, otherwise);
            }
        }
        depth--;
        return result;
    }

    private Expression lambda() {
        int start = starts[i++];
        List<Parameter> parameters = parameters(COLON, false);
        expect(COLON, "':'");
        Expression body = expression();
        return new Lambda(start, last(), parameters, body);
    }

    Expression disjunction() {
        int start = starts[i];
        Expression first = conjunction();
        return kinds[i] == OR ? logical(start, first, OR, Operator.OR) : first;
    }

    private Expression conjunction() {
        int start = starts[i];
        Expression first = inversion();
        return kinds[i] == AND ? logical(start, first, AND, Operator.AND) : first;
    }

    private Expression logical(int start, Expression first, int kind, Operator operator) {
        int mark = mark();
        push(first);
        while (accept(kind)) {
            push(kind == OR ? conjunction() : inversion());
        }
        return new Logical(start, last(), operator, pop(mark));
    }

    private Expression inversion() {
        if (kinds[i] != NOT) {
            return comparison();
        }
        deeper();
        int start = starts[i++];
        Expression operand = inversion();
        depth--;
        return new Unary(start, last(), Operator.NOT, operand);
    }

    private Expression comparison() {
        int start = starts[i];
        Expression first = binary(1);
        Operator operator = comparator();
        if (operator == null) {
            return first;
        }
        int mark = mark();
        push(first);
        List<Operator> operators = operator.alone();
        push(binary(1));
        Operator next = comparator();
        if (next != null) {
            operators = new ArrayList<>(operators);
            do {
                operators.add(next);
                push(binary(1));
                next = comparator();
            } while (next != null);
            operators = List.copyOf(operators);
        }
        return new Comparison(start, last(), pop(mark), operators);
    }

    private @Nullable Operator comparator() {
        int kind = kinds[i];
        if (kind >= LESS && kind <= NOT_EQUAL) {
            i++;
            return BINARY[kind];
        }
        if (kind == IN) {
            i++;
            return Operator.IN;
        }
        if (kind == NOT && kinds[i + 1] == IN) {
            i += 2;
            return Operator.NOT_IN;
        }
        if (kind == IS) {
            i++;
            return accept(NOT) ? Operator.IS_NOT : Operator.IS;
        }
        return null;
    }

    Expression binary(int least) {
        int start = starts[i];
        Expression left = unary();
        while (true) {
            int precedence = PRECEDENCE[kinds[i]];
            if (precedence == 0 || precedence < least) {
                return left;
            }
            int mark = mark();
            push(left);
            Operator first = BINARY[kinds[i++]];
            List<Operator> operators = first.alone();
            push(precedence == MULTIPLICATIVE ? unary() : binary(precedence + 1));
            if (PRECEDENCE[kinds[i]] == precedence) {
                operators = new ArrayList<>(operators);
                do {
                    operators.add(BINARY[kinds[i++]]);
                    push(precedence == MULTIPLICATIVE ? unary() : binary(precedence + 1));
                } while (PRECEDENCE[kinds[i]] == precedence);
                operators = List.copyOf(operators);
            }
            left = new Binary(start, last(), pop(mark), operators);
        }
    }

    private Expression unary() {
        Operator operator =
                switch (kinds[i]) {
                    case PLUS -> Operator.ADD;
                    case MINUS -> Operator.SUBTRACT;
                    case TILDE -> Operator.INVERT;
                    default -> null;
                };
        if (operator == null) {
            return power();
        }
        deeper();
        int start = starts[i++];
        Expression operand = unary();
        depth--;
        return new Unary(start, last(), operator, operand);
    }

    private Expression power() {
        int start = starts[i];
        Expression base;
        if (accept(AWAIT)) {
            Expression value = primary();
            base = new Await(start, last(), value);
        } else {
            base = primary();
        }
        if (kinds[i] != DOUBLE_STAR) {
            return base;
        }
        i++;
        deeper();
        Expression exponent = unary();
        depth--;
        return new Binary(start, last(), List.of(base, exponent), Operator.POWER.alone());
    }

    private Expression primary() {
        int start = starts[i];
        int outer = spine;
        spine = 0;
        Expression value = atom();
        int steps = 0;
        while (true) {
            switch (kinds[i]) {
                case DOT -> {
                    i++;
                    String name = identifier();
                    value = new Attribute(start, last(), value, name);
                }
                case LPAR -> value = call(start, value);
                case LSQB -> {
                    i++;
                    Expression index = subscript();
                    expect(RSQB, "']'");
                    value = new Subscript(start, last(), value, index);
                }
                default -> {
                    spine = Math.max(outer, spine + steps);
                    return value;
                }
            }
            if (spine + ++steps > MAX_SPINE) {
                throw fail("this chain is too long");
            }
        }
    }

    private Expression subscript() {
        int start = starts[i];
        Expression first = slice();
        if (kinds[i] != COMMA) {
            return first instanceof Starred
                    ? new TupleDisplay(start, last(), List.of(first))
                    : first;
        }
        int mark = mark();
        push(first);
        while (accept(COMMA) && kinds[i] != RSQB) {
            push(slice());
        }
        return new TupleDisplay(start, last(), pop(mark));
    }

    private Expression slice() {
        if (kinds[i] == STAR) {
            return starExpression();
        }
        int start = starts[i];
        Expression lower = kinds[i] == COLON ? null : namedExpression();
        if (lower != null && kinds[i] != COLON) {
            return lower;
        }
        expect(COLON, "':'");
        Expression upper = endsSlice() ? null : expression();
        Expression step = null;
        if (accept(COLON) && !endsSlice()) {
            step = expression();
        }
        return new Slice(start, last(), lower, upper, step);
    }

    private boolean endsSlice() {
        return kinds[i] == COLON || kinds[i] == COMMA || kinds[i] == RSQB;
    }

    private Expression call(int start, Expression function) {
        int open = starts[i];
        i++;
        if (accept(RPAR)) {
            return new Call(start, last(), function, List.of(), List.of());
        }
        int mark = mark();
        List<Argument> keywords = List.of();
        while (true) {
            int begin = starts[i];
            if (kinds[i] == NAME && kinds[i + 1] == ASSIGN) {
                String name = word(i);
                i += 2;
                Expression value = expression();
                keywords = add(keywords, new Argument(begin, last(), name, value));
            } else if (kinds[i] == DOUBLE_STAR) {
                i++;
                Expression value = expression();
                keywords = add(keywords, new Argument(begin, last(), null, value));
            } else if (kinds[i] == STAR) {
                i++;
                Expression value = expression();
                push(new Starred(begin, last(), value));
            } else {
                int token = i;
                Expression value = namedExpression();
                if (kinds[i] == FOR || kinds[i] == ASYNC) {
                    boolean only = mark == mark() && keywords.isEmpty();
                    List<Generator> generators = generators();
                    int from = only ? open : begin;
                    int to = only && kinds[i] == RPAR ? ends[i] : last();
                    value =
                            new Comprehension(
                                    from,
                                    to,
                                    Comprehension.Kind.GENERATOR,
                                    value,
                                    null,
                                    generators);
                    if (!only || kinds[i] != RPAR && !(kinds[i] == COMMA && kinds[i + 1] == RPAR)) {
                        throw fail(token, "a generator expression needs its own brackets here");
                    }
                } else if (!keywords.isEmpty()) {
                    for (Argument keyword : keywords) {
                        if (keyword.name() != null) {
                            throw fail(token, "a positional argument follows a keyword argument");
                        }
                    }
                    throw fail(token, "a positional argument follows '**'");
                }
                push(value);
            }
            if (accept(COMMA)) {
                if (accept(RPAR)) {
                    break;
                }
            } else {
                expect(RPAR, "',' or ')'");
                break;
            }
        }
        return new Call(
                start,
                last(),
                function,
                pop(mark),
                keywords instanceof ArrayList ? List.copyOf(keywords) : keywords);
    }

    private static List<Argument> add(List<Argument> keywords, Argument keyword) {
        if (keywords.isEmpty()) {
            return List.of(keyword);
        }
        List<Argument> longer =
                keywords instanceof ArrayList ? keywords : new ArrayList<>(keywords);
        longer.add(keyword);
        return longer;
    }

    private Expression atom() {
        int start = starts[i];
        int end = ends[i];
        switch (kinds[i]) {
            case NAME -> {
                return new Name(start, end, word(i++));
            }
            case NUMBER -> {
                i++;
                return new NumberLiteral(start, end, source);
            }
            case STRING, STRING_START -> {
                return strings();
            }
            case LPAR -> {
                return parenthesis();
            }
            case LSQB -> {
                return list();
            }
            case LBRACE -> {
                return dictOrSet();
            }
            case TRUE -> {
                i++;
                return new Constant(start, end, Constant.Kind.TRUE);
            }
            case FALSE -> {
                i++;
                return new Constant(start, end, Constant.Kind.FALSE);
            }
            case NONE -> {
                i++;
                return new Constant(start, end, Constant.Kind.NONE);
            }
            case ELLIPSIS -> {
                i++;
                return new Constant(start, end, Constant.Kind.ELLIPSIS);
            }
            default -> throw fail("expected an expression");
        }
    }

    private Expression strings() {
        int start = starts[i];
        boolean bytes = false;
        boolean text = false;
        boolean template = false;
        boolean formatted = false;
        int mark = mark();
        while (true) {
            if (kinds[i] == STRING) {
                boolean isBytes = isBytes(i);
                bytes |= isBytes;
                text |= !isBytes;
                i++;
            } else if (kinds[i] == STRING_START) {
                formatted = true;
                text = true;
                template |=
                        (this.text[starts[i]] | 0x20) == 't'
                                || (this.text[starts[i] + 1] | 0x20) == 't';
                i++;
                fields();
                expect(STRING_END, "the end of the string");
            } else {
                break;
            }
        }
        if (bytes && text) {
            throw fail(i - 1, "bytes and text literals cannot stand side by side");
        }
        return formatted
                ? new FormattedString(start, last(), pop(mark), template)
                : new StringLiteral(start, last(), bytes, source);
    }

    private boolean isBytes(int token) {
        int start = starts[token];
        return (text[start] | 0x20) == 'b'
                || (text[start] | 0x20) == 'r' && (text[start + 1] | 0x20) == 'b';
    }

    /// The parts of a string with replacement fields, or of a format specification.
    private void fields() {
        while (true) {
            if (kinds[i] == STRING_PART) {
                i++;
            } else if (kinds[i] == LBRACE) {
                i++;
                deeper();
                push(valueOrYield());
                accept(ASSIGN);
                if (accept(BANG)) {
                    identifier();
                }
                if (accept(COLON)) {
                    fields();
                }
                depth--;
                expect(RBRACE, "'}'");
            } else {
                return;
            }
        }
    }

    private Expression parenthesis() {
        int start = starts[i++];
        if (accept(RPAR)) {
            return new TupleDisplay(start, last(), List.of());
        }
        if (kinds[i] == YIELD) {
            Expression value = yieldExpression();
            expect(RPAR, "')'");
            return value;
        }
        int token = i;
        Expression first = element();
        if (kinds[i] == FOR || kinds[i] == ASYNC) {
            return comprehension(start, Comprehension.Kind.GENERATOR, first, null, RPAR, "')'");
        }
        if (kinds[i] == COMMA) {
            int mark = mark();
            push(first);
            while (accept(COMMA) && kinds[i] != RPAR) {
                push(element());
            }
            expect(RPAR, "',' or ')'");
            return new TupleDisplay(start, last(), pop(mark));
        }
        expect(RPAR, "',' or ')'");
        if (first instanceof Starred) {
            throw fail(token, "a starred expression cannot stand alone here");
        }
        return first;
    }

    private Expression comprehension(
            int start,
            Comprehension.Kind kind,
            Expression element,
            @Nullable Expression value,
            int close,
            String what) {
        if (element instanceof Starred) {
            throw fail("a comprehension cannot unpack");
        }
        List<Generator> generators = generators();
        expect(close, what);
        return new Comprehension(start, last(), kind, element, value, generators);
    }

    private List<Generator> generators() {
        int mark = mark();
        do {
            int start = starts[i];
            boolean async = accept(ASYNC);
            expect(FOR, "'for'");
            Expression target = targets();
            expect(IN, "'in'");
            Expression iterable = disjunction();
            int conditions = mark();
            while (accept(IF)) {
                push(disjunction());
            }
            List<Expression> tests = pop(conditions);
            push(new Generator(start, last(), target, iterable, tests, async));
        } while (kinds[i] == FOR || kinds[i] == ASYNC);
        return pop(mark);
    }

    /// The targets of a `for`: one, or a tuple without brackets.
    Expression targets() {
        int token = i;
        int start = starts[i];
        Expression first = target();
        if (kinds[i] == COMMA) {
            int mark = mark();
            push(first);
            while (accept(COMMA) && startsExpression(kinds[i])) {
                push(target());
            }
            first = new TupleDisplay(start, last(), pop(mark));
        }
        checkTarget(first, token);
        return first;
    }

    private Expression target() {
        if (kinds[i] == STAR) {
            return starExpression();
        }
        return binary(1);
    }

    void checkTarget(Expression target, int token) {
        switch (target) {
            case Name _, Attribute _, Subscript _ -> {}
            case Starred s -> checkTarget(s.value(), token);
            case TupleDisplay t -> t.elements().forEach(e -> checkTarget(e, token));
            case ListDisplay l -> l.elements().forEach(e -> checkTarget(e, token));
            case Call _,
                    Binary _,
                    Unary _,
                    Logical _,
                    Comparison _,
                    Conditional _,
                    Lambda _,
                    SetDisplay _,
                    DictDisplay _,
                    Comprehension _,
                    Await _,
                    Yield _,
                    YieldFrom _,
                    Walrus _,
                    Slice _,
                    StringLiteral _,
                    FormattedString _,
                    NumberLiteral _,
                    Constant _ ->
                    throw fail(token, "this cannot be assigned to");
        }
    }

    private Expression list() {
        int start = starts[i++];
        if (accept(RSQB)) {
            return new ListDisplay(start, last(), List.of());
        }
        Expression first = element();
        if (kinds[i] == FOR || kinds[i] == ASYNC) {
            return comprehension(start, Comprehension.Kind.LIST, first, null, RSQB, "']'");
        }
        int mark = mark();
        push(first);
        while (accept(COMMA) && kinds[i] != RSQB) {
            push(element());
        }
        expect(RSQB, "',' or ']'");
        return new ListDisplay(start, last(), pop(mark));
    }

    private Expression dictOrSet() {
        int start = starts[i++];
        if (accept(RBRACE)) {
            return new DictDisplay(start, last(), List.of());
        }
        int mark = mark();
        if (kinds[i] != DOUBLE_STAR) {
            int begin = starts[i];
            Expression first = element();
            if (kinds[i] == FOR || kinds[i] == ASYNC) {
                return comprehension(start, Comprehension.Kind.SET, first, null, RBRACE, "'}'");
            }
            if (kinds[i] != COLON) {
                push(first);
                while (accept(COMMA) && kinds[i] != RBRACE) {
                    push(element());
                }
                expect(RBRACE, "',' or '}'");
                return new SetDisplay(start, last(), pop(mark));
            }
            i++;
            Expression value = expression();
            if (kinds[i] == FOR || kinds[i] == ASYNC) {
                return comprehension(start, Comprehension.Kind.DICT, first, value, RBRACE, "'}'");
            }
            push(new DictItem(begin, last(), first, value));
            accept(COMMA);
        }
        while (kinds[i] != RBRACE) {
            int begin = starts[i];
            if (kinds[i - 1] != COMMA && mark != mark()) {
                throw fail("expected ',' or '}'");
            }
            if (accept(DOUBLE_STAR)) {
                Expression value = binary(1);
                push(new DictItem(begin, last(), null, value));
            } else {
                Expression key = expression();
                expect(COLON, "':'");
                Expression value = expression();
                push(new DictItem(begin, last(), key, value));
            }
            accept(COMMA);
        }
        i++;
        return new DictDisplay(start, last(), pop(mark));
    }

    /// Parameters up to `close`, which is not consumed.
    List<Parameter> parameters(int close, boolean annotated) {
        int mark = mark();
        boolean keywordOnly = false;
        boolean slash = false;
        boolean ended = false;
        while (kinds[i] != close) {
            int start = starts[i];
            if (ended) {
                throw fail("nothing can follow '**' parameters");
            }
            if (accept(SLASH)) {
                if (slash || keywordOnly || mark == mark()) {
                    throw fail(i - 1, "'/' cannot stand here");
                }
                slash = true;
                positional(mark);
            } else if (accept(STAR)) {
                if (keywordOnly) {
                    throw fail(i - 1, "'*' can stand once");
                }
                keywordOnly = true;
                if (kinds[i] != COMMA) {
                    push(parameter(start, Parameter.Kind.REST, annotated));
                } else if (kinds[i + 1] == close) {
                    throw fail("a name must follow '*'");
                }
            } else if (accept(DOUBLE_STAR)) {
                ended = true;
                push(parameter(start, Parameter.Kind.KEYWORD_REST, annotated));
            } else {
                push(
                        parameter(
                                start,
                                keywordOnly ? Parameter.Kind.KEYWORD_ONLY : Parameter.Kind.PLAIN,
                                annotated));
            }
            if (!accept(COMMA) && kinds[i] != close) {
                throw fail("expected ',' between parameters");
            }
        }
        return pop(mark);
    }

    private void positional(int mark) {
        for (int k = mark; k < height; k++) {
            var p = (Parameter) stack[k];
            stack[k] =
                    new Parameter(
                            p.start(),
                            p.end(),
                            p.name(),
                            Parameter.Kind.POSITIONAL_ONLY,
                            p.annotation(),
                            p.fallback());
        }
    }

    private Parameter parameter(int start, Parameter.Kind kind, boolean annotated) {
        String name = identifier();
        Expression annotation = null;
        if (annotated && accept(COLON)) {
            annotation = kind == Parameter.Kind.REST ? starExpression() : expression();
        }
        Expression fallback = null;
        if (accept(ASSIGN)) {
            if (kind == Parameter.Kind.REST || kind == Parameter.Kind.KEYWORD_REST) {
                throw fail(i - 1, "this parameter cannot have a default");
            }
            fallback = expression();
        }
        return new Parameter(start, last(), name, kind, annotation, fallback);
    }
}
