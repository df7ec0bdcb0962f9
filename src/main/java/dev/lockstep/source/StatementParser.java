package dev.lockstep.source;

import static dev.lockstep.source.Token.*;

import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Expression.TupleDisplay;
import dev.lockstep.source.Statement.*;
import java.util.ArrayList;
import java.util.List;

/// Reads statements; a statement that is not Python becomes one {@link Invalid} and one error, and
/// reading goes on behind its line, its block included.
final class StatementParser extends PatternParser {
    private static final int MAX_ERRORS = 1000;

    private final List<SyntaxError> errors = new ArrayList<>();

    Tree module(Source from) {
        errors.clear();
        errors.addAll(from.problems());
        tokens(from);
        int mark = mark();
        while (kinds[i] != EOF) {
            if (kinds[i] == DEDENT) {
                i++;
            } else {
                statement();
            }
        }
        List<Statement> body = pop(mark);
        var comments = new ArrayList<Comment>(lexer.commentLength / 2);
        for (int k = 0; k < lexer.commentLength; k += 2) {
            comments.add(new Comment(lexer.comments[k], lexer.comments[k + 1]));
        }
        return new Tree(from, body, comments, errors);
    }

    private void report(int token, String reason) {
        if (errors.size() < MAX_ERRORS) {
            int start = Math.min(starts[token], source.text().length());
            errors.add(new SyntaxError(start, Math.max(start, ends[token]), reason));
        }
    }

    /// Reads one logical line, or one compound statement, and pushes what it holds.
    private void statement() {
        int mark = mark();
        int token = i;
        int deep = depth;
        try {
            switch (kinds[i]) {
                case NEWLINE -> i++;
                case INDENT -> {
                    report(i, "this line is indented more than the one before it");
                    i++;
                    statements();
                }
                case IF -> push(ifStatement());
                case FOR -> push(forStatement(starts[i], false));
                case WHILE -> push(whileStatement());
                case DEF -> push(function(starts[i], List.of(), false));
                case CLASS -> push(classDefinition(List.of()));
                case WITH -> push(withStatement(starts[i], false));
                case TRY -> push(tryStatement());
                case AT -> push(decorated());
                case ASYNC -> push(asyncStatement());
                case NAME -> {
                    if (isMatch()) {
                        push(match());
                    } else {
                        simpleStatements();
                    }
                }
                case ELSE, ELIF, EXCEPT, FINALLY -> clause(token);
                default -> simpleStatements();
            }
        } catch (Unexpected e) {
            depth = deep;
            recover(mark, token, e, true);
        }
    }

    /// A clause without its statement: an error, unless the statement before it was one.
    private void clause(int token) {
        String reason =
                "'"
                        + new String(text, starts[i], ends[i] - starts[i])
                        + "' has no statement before it";
        throw fail(token, reason);
    }

    /// Replaces what was pushed since `mark` by an invalid statement that holds it and the rest of
    /// the line's block.
    private void recover(int mark, int first, Unexpected error, boolean withBlock) {
        boolean follows = isClause(kinds[first]) && i == first && afterInvalid(first);
        if (!follows) {
            report(error.token, error.reason);
        }
        i = Math.max(i, error.token);
        while (kinds[i] != NEWLINE && kinds[i] != EOF && kinds[i] != INDENT && kinds[i] != DEDENT) {
            i++;
        }
        int end = i > first ? ends[i - 1] : starts[first];
        accept(NEWLINE);
        if (withBlock && accept(INDENT)) {
            statements();
            end = lineEnd;
        }
        lastInvalid = i;
        List<Statement> rest = popStatements(mark);
        lineEnd = Math.max(end, starts[first]);
        push(new Invalid(starts[first], lineEnd, rest));
    }

    /// The token behind the last invalid statement.
    private int lastInvalid = -1;

    private boolean afterInvalid(int token) {
        int before = token;
        while (before > 0 && (kinds[before - 1] == DEDENT || kinds[before - 1] == NEWLINE)) {
            before--;
        }
        return lastInvalid >= before && lastInvalid <= token;
    }

    private static boolean isClause(int kind) {
        return kind == ELSE || kind == ELIF || kind == EXCEPT || kind == FINALLY;
    }

    /// What was pushed since `mark`, without the parts of statements that were being read.
    private List<Statement> popStatements(int mark) {
        List<Node> pushed = pop(mark);
        var whole = new ArrayList<Statement>();
        for (Node node : pushed) {
            switch (node) {
                case Statement s -> whole.add(s);
                case Expression e -> whole.add(new ExpressionStatement(e.start(), e.end(), e));
                case Branch b -> {
                    whole.add(new ExpressionStatement(b.test().start(), b.test().end(), b.test()));
                    whole.addAll(b.body());
                }
                case ExceptHandler h -> whole.addAll(h.body());
                case Case c -> whole.addAll(c.body());
                case WithItem w ->
                        whole.add(
                                new ExpressionStatement(w.start(), w.context().end(), w.context()));
                case Argument a ->
                        whole.add(new ExpressionStatement(a.value().start(), a.end(), a.value()));
                case Pattern _,
                        Alias _,
                        Decorator _,
                        DictItem _,
                        Generator _,
                        Parameter _,
                        TypeParameter _ -> {}
            }
        }
        return List.copyOf(whole);
    }

    /// Statements up to the end of the block, whose `DEDENT` is consumed.
    private void statements() {
        while (kinds[i] != DEDENT && kinds[i] != EOF) {
            statement();
        }
        accept(DEDENT);
    }

    private List<Statement> block() {
        int mark = mark();
        if (kinds[i] != NEWLINE) {
            int token = i;
            int deep = depth;
            try {
                simpleStatements();
            } catch (Unexpected e) {
                depth = deep;
                recover(mark, token, e, false);
            }
            return pop(mark);
        }
        i++;
        if (kinds[i] != INDENT) {
            lineEnd = ends[i - 2];
            report(i - 1, "expected an indented block");
            return List.of();
        }
        i++;
        statements();
        return pop(mark);
    }

    private List<Statement> colonBlock() {
        expect(COLON, "':'");
        return block();
    }

    /// Where the last logical line ends, without its comment: there every block that holds it ends.
    private int lineEnd;

    // Simple statements.

    private void simpleStatements() {
        while (true) {
            push(simpleStatement());
            boolean more = accept(SEMICOLON);
            if (kinds[i] == NEWLINE || kinds[i] == EOF) {
                lineEnd = last();
                accept(NEWLINE);
                return;
            } else if (!more) {
                throw fail("this does not fit behind the statement");
            }
        }
    }

    private Statement simpleStatement() {
        int start = starts[i];
        switch (kinds[i]) {
            case PASS -> {
                i++;
                return new Pass(start, last());
            }
            case BREAK -> {
                i++;
                return new Break(start, last());
            }
            case CONTINUE -> {
                i++;
                return new Continue(start, last());
            }
            case RETURN -> {
                i++;
                Expression value = startsExpression(kinds[i]) ? starExpressions() : null;
                return new Return(start, last(), value);
            }
            case RAISE -> {
                return raise(start);
            }
            case GLOBAL, NONLOCAL -> {
                return names(start);
            }
            case DEL -> {
                return delete(start);
            }
            case ASSERT -> {
                i++;
                Expression test = expression();
                Expression message = accept(COMMA) ? expression() : null;
                return new Assert(start, last(), test, message);
            }
            case IMPORT -> {
                return importStatement(start);
            }
            case FROM -> {
                return fromImport(start);
            }
            default -> {
                return expressionStatement(start);
            }
        }
    }

    private Statement raise(int start) {
        i++;
        Expression exception = startsExpression(kinds[i]) ? expression() : null;
        Expression cause = exception != null && accept(FROM) ? expression() : null;
        if (exception != null && kinds[i] == COMMA) {
            push(exception);
            throw fail("'raise' with a comma is Python 2");
        }
        return new Raise(start, last(), exception, cause);
    }

    private Statement names(int start) {
        boolean global = kinds[i++] == GLOBAL;
        var names = new ArrayList<String>();
        do {
            names.add(identifier());
        } while (accept(COMMA));
        return global
                ? new Global(start, last(), List.copyOf(names))
                : new Nonlocal(start, last(), List.copyOf(names));
    }

    private Statement delete(int start) {
        i++;
        int mark = mark();
        do {
            int token = i;
            Expression target = binary(1);
            checkTarget(target, token);
            push(target);
        } while (accept(COMMA) && startsExpression(kinds[i]));
        return new Delete(start, last(), pop(mark));
    }

    private String dottedName() {
        String name = identifier();
        if (kinds[i] != DOT) {
            return name;
        }
        var dotted = new StringBuilder(name);
        while (accept(DOT)) {
            dotted.append('.').append(identifier());
        }
        return dotted.toString();
    }

    private Statement importStatement(int start) {
        i++;
        int mark = mark();
        do {
            int begin = starts[i];
            String name = dottedName();
            String as = accept(AS) ? identifier() : null;
            push(new Alias(begin, last(), name, as));
        } while (accept(COMMA));
        return new Import(start, last(), pop(mark));
    }

    private Statement fromImport(int start) {
        i++;
        int level = 0;
        while (kinds[i] == DOT || kinds[i] == ELLIPSIS) {
            level += kinds[i++] == DOT ? 1 : 3;
        }
        String module = level > 0 && kinds[i] == IMPORT ? null : dottedName();
        expect(IMPORT, "'import'");
        int mark = mark();
        if (kinds[i] == STAR) {
            push(new Alias(starts[i], ends[i], "*", null));
            i++;
            return new ImportFrom(start, last(), module, level, pop(mark));
        }
        boolean brackets = accept(LPAR);
        do {
            if (brackets && mark != mark() && kinds[i] == RPAR) {
                break;
            }
            int begin = starts[i];
            String name = identifier();
            String as = accept(AS) ? identifier() : null;
            push(new Alias(begin, last(), name, as));
        } while (accept(COMMA));
        if (brackets) {
            expect(RPAR, "',' or ')'");
        }
        return new ImportFrom(start, last(), module, level, pop(mark));
    }

    private Statement expressionStatement(int start) {
        int token = i;
        if (kinds[i] == NAME
                && kinds[i + 1] == NAME
                && isWord(i, "type")
                && (kinds[i + 2] == ASSIGN || kinds[i + 2] == LSQB)) {
            return typeAlias(start);
        }
        Expression first = valueOrYield();
        switch (kinds[i]) {
            case NEWLINE, SEMICOLON, EOF -> {
                return new ExpressionStatement(start, last(), first);
            }
            case ASSIGN -> {
                return assign(start, token, first);
            }
            case COLON -> {
                if (!(first instanceof Name
                        || first instanceof Attribute
                        || first instanceof Subscript)) {
                    push(first);
                    throw fail(token, "only a single target can be annotated");
                }
                i++;
                Expression annotation = expression();
                Expression value = accept(ASSIGN) ? valueOrYield() : null;
                return new AnnotatedAssign(start, last(), first, annotation, value);
            }
            default -> {
                if (isAugmented(kinds[i])) {
                    if (!(first instanceof Name
                            || first instanceof Attribute
                            || first instanceof Subscript)) {
                        throw fail(token, "this cannot be assigned to");
                    }
                    Operator operator = operator(kinds[i++] - AUGMENTED);
                    Expression value = valueOrYield();
                    return new AugmentedAssign(start, last(), first, operator, value);
                }
                push(first);
                throw misfit(first);
            }
        }
    }

    /// The error for an expression with something behind it; a Python 2 `print` is read to its end.
    private Unexpected misfit(Expression first) {
        int token = i;
        if (first instanceof Name(_, _, String id) && (id.equals("print") || id.equals("exec"))) {
            if (startsExpression(kinds[i])) {
                push(starExpressions());
            }
            return fail(token, "'" + id + "' needs brackets: this is Python 2");
        }
        return fail(token, "this does not fit behind the expression");
    }

    private Statement assign(int start, int token, Expression first) {
        checkTarget(first, token);
        int mark = mark();
        push(first);
        i++;
        while (true) {
            int next = i;
            Expression value = valueOrYield();
            if (kinds[i] != ASSIGN) {
                return new Assign(start, last(), pop(mark), value);
            }
            checkTarget(value, next);
            push(value);
            i++;
        }
    }

    private Statement typeAlias(int start) {
        i++;
        var name = new Name(starts[i], ends[i], word(i));
        i++;
        List<TypeParameter> parameters = typeParameters();
        expect(ASSIGN, "'='");
        Expression value = expression();
        return new TypeAlias(start, last(), name, parameters, value);
    }

    private List<TypeParameter> typeParameters() {
        if (!accept(LSQB)) {
            return List.of();
        }
        int mark = mark();
        do {
            if (kinds[i] == RSQB && mark != mark()) {
                break;
            }
            int begin = starts[i];
            int stars = accept(STAR) ? 1 : accept(DOUBLE_STAR) ? 2 : 0;
            String name = identifier();
            Expression bound = accept(COLON) ? expression() : null;
            Expression fallback =
                    accept(ASSIGN) ? stars == 1 ? starExpression() : expression() : null;
            push(new TypeParameter(begin, last(), name, stars, bound, fallback));
        } while (accept(COMMA));
        expect(RSQB, "',' or ']'");
        return pop(mark);
    }

    // Compound statements.

    private Statement ifStatement() {
        int start = starts[i];
        int mark = mark();
        do {
            int begin = starts[i++];
            Expression test = namedExpression();
            List<Statement> body = colonBlock();
            push(new Branch(begin, lineEnd, test, body));
        } while (kinds[i] == ELIF);
        List<Statement> otherwise = accept(ELSE) ? colonBlock() : List.of();
        List<Branch> branches = pop(mark);
        return new If(start, lineEnd, branches, otherwise);
    }

    private Statement whileStatement() {
        int start = starts[i++];
        Expression test = namedExpression();
        List<Statement> body = colonBlock();
        List<Statement> otherwise = accept(ELSE) ? colonBlock() : List.of();
        return new While(start, lineEnd, test, body, otherwise);
    }

    private Statement forStatement(int start, boolean async) {
        i++;
        Expression target = targets();
        expect(IN, "'in'");
        Expression iterable = starExpressions();
        List<Statement> body = colonBlock();
        List<Statement> otherwise = accept(ELSE) ? colonBlock() : List.of();
        return new For(start, lineEnd, target, iterable, body, otherwise, async);
    }

    private Statement withStatement(int start, boolean async) {
        i++;
        List<WithItem> items = withItems();
        List<Statement> body = colonBlock();
        return new With(start, lineEnd, items, body, async);
    }

    private List<WithItem> withItems() {
        if (kinds[i] == LPAR && bracketBefore(COLON)) {
            int token = i;
            int mark = mark();
            int deep = depth;
            try {
                i++;
                do {
                    if (kinds[i] == RPAR && mark != mark()) {
                        break;
                    }
                    push(withItem());
                } while (accept(COMMA));
                expect(RPAR, "',' or ')'");
                if (kinds[i] == COLON) {
                    return pop(mark);
                }
            } catch (Unexpected e) {
                depth = deep;
            }
            i = token;
            reset(mark);
        }
        int mark = mark();
        do {
            push(withItem());
        } while (accept(COMMA));
        return pop(mark);
    }

    /// Whether `kind` stands behind the bracket that closes the one here.
    private boolean bracketBefore(int kind) {
        int open = 0;
        for (int k = i; ; k++) {
            switch (kinds[k]) {
                case LPAR, LSQB, LBRACE -> open++;
                case RPAR, RSQB, RBRACE -> {
                    if (--open == 0) {
                        return kinds[k + 1] == kind;
                    }
                }
                case NEWLINE, EOF -> {
                    return false;
                }
                default -> {}
            }
        }
    }

    private WithItem withItem() {
        int start = starts[i];
        Expression context = expression();
        Expression target = null;
        if (accept(AS)) {
            int token = i;
            target = starExpressionTarget();
            checkTarget(target, token);
        }
        return new WithItem(start, last(), context, target);
    }

    private Expression starExpressionTarget() {
        return kinds[i] == STAR ? starExpression() : binary(1);
    }

    private Statement tryStatement() {
        int token = i;
        int start = starts[i++];
        List<Statement> body = colonBlock();
        int mark = mark();
        while (kinds[i] == EXCEPT) {
            int begin = starts[i++];
            boolean group = accept(STAR);
            Expression type = kinds[i] == COLON ? null : exceptType();
            String name = type != null && accept(AS) ? identifier() : null;
            List<Statement> handled = colonBlock();
            push(new ExceptHandler(begin, lineEnd, type, name, group, handled));
        }
        List<ExceptHandler> handlers = pop(mark);
        List<Statement> otherwise = List.of();
        if (!handlers.isEmpty() && accept(ELSE)) {
            otherwise = colonBlock();
        }
        List<Statement> last = List.of();
        if (accept(FINALLY)) {
            last = colonBlock();
        } else if (handlers.isEmpty()) {
            report(token, "this 'try' has no 'except' or 'finally'");
            return new Invalid(start, lineEnd, body);
        }
        return new Try(start, lineEnd, body, handlers, otherwise, last);
    }

    private Expression exceptType() {
        int start = starts[i];
        Expression first = expression();
        if (kinds[i] != COMMA) {
            return first;
        }
        int mark = mark();
        push(first);
        while (accept(COMMA) && kinds[i] != COLON) {
            push(expression());
        }
        return new TupleDisplay(start, last(), pop(mark));
    }

    private Statement asyncStatement() {
        int start = starts[i++];
        return switch (kinds[i]) {
            case DEF -> function(start, List.of(), true);
            case FOR -> forStatement(start, true);
            case WITH -> withStatement(start, true);
            default -> throw fail("expected 'def', 'for' or 'with' after 'async'");
        };
    }

    private Statement decorated() {
        int mark = mark();
        while (kinds[i] == AT) {
            int start = starts[i++];
            Expression expression = namedExpression();
            push(new Decorator(start, last(), expression));
            expect(NEWLINE, "the end of the line after a decorator");
        }
        List<Decorator> decorators = pop(mark);
        int start = starts[i];
        if (kinds[i] == CLASS) {
            return classDefinition(decorators);
        }
        boolean async = accept(ASYNC);
        if (kinds[i] != DEF) {
            throw fail("expected a function or class after a decorator");
        }
        return function(start, decorators, async);
    }

    private Statement function(int start, List<Decorator> decorators, boolean async) {
        i++;
        int nameStart = starts[i];
        String name = identifier();
        List<TypeParameter> types = typeParameters();
        expect(LPAR, "'('");
        List<Parameter> parameters = parameters(RPAR, true);
        expect(RPAR, "')'");
        Expression returns = accept(ARROW) ? expression() : null;
        int bodyStart = starts[i];
        List<Statement> body = colonBlock();
        return new FunctionDefinition(
                start,
                lineEnd,
                bodyStart,
                name,
                nameStart,
                decorators,
                types,
                parameters,
                returns,
                async,
                body);
    }

    private Statement classDefinition(List<Decorator> decorators) {
        int start = starts[i++];
        int nameStart = starts[i];
        String name = identifier();
        List<TypeParameter> types = typeParameters();
        List<Expression> bases = List.of();
        List<Argument> keywords = List.of();
        if (accept(LPAR)) {
            int mark = mark();
            var named = new ArrayList<Argument>();
            while (kinds[i] != RPAR) {
                int begin = starts[i];
                if (kinds[i] == NAME && kinds[i + 1] == ASSIGN) {
                    String keyword = word(i);
                    i += 2;
                    Expression value = expression();
                    named.add(new Argument(begin, last(), keyword, value));
                } else if (accept(DOUBLE_STAR)) {
                    Expression value = expression();
                    named.add(new Argument(begin, last(), null, value));
                } else if (accept(STAR)) {
                    Expression value = expression();
                    push(new Expression.Starred(begin, last(), value));
                } else {
                    push(namedExpression());
                }
                if (!accept(COMMA) && kinds[i] != RPAR) {
                    throw fail("expected ',' or ')'");
                }
            }
            i++;
            bases = pop(mark);
            keywords = List.copyOf(named);
        }
        int bodyStart = starts[i];
        List<Statement> body = colonBlock();
        return new ClassDefinition(
                start,
                lineEnd,
                bodyStart,
                name,
                nameStart,
                decorators,
                types,
                bases,
                keywords,
                body);
    }

    /// Whether a `match` here starts a statement: its line ends with a colon and a `case` follows.
    private boolean isMatch() {
        if (!isWord(i, "match") || !startsExpression(kinds[i + 1])) {
            return false;
        }
        int k = i + 1;
        while (kinds[k] != NEWLINE && kinds[k] != EOF) {
            k++;
        }
        return kinds[k - 1] == COLON
                && kinds[k] == NEWLINE
                && kinds[k + 1] == INDENT
                && isWord(k + 2, "case");
    }

    private Statement match() {
        int start = starts[i++];
        int begin = starts[i];
        Expression subject = element();
        if (kinds[i] == COMMA) {
            int mark = mark();
            push(subject);
            while (accept(COMMA) && kinds[i] != COLON) {
                push(element());
            }
            subject = new TupleDisplay(begin, last(), pop(mark));
        }
        expect(COLON, "':'");
        expect(NEWLINE, "a new line");
        expect(INDENT, "an indented block");
        int mark = mark();
        while (kinds[i] != DEDENT && kinds[i] != EOF) {
            int before = mark();
            int token = i;
            int deep = depth;
            try {
                push(oneCase());
            } catch (Unexpected e) {
                depth = deep;
                recover(before, token, e, true);
            }
        }
        accept(DEDENT);
        var cases = new ArrayList<Case>();
        for (Node node : this.<Node>pop(mark)) {
            if (node instanceof Case c) {
                cases.add(c);
            } else if (node instanceof Invalid invalid) {
                cases.add(
                        new Case(
                                invalid.start(),
                                invalid.end(),
                                new Pattern.Capture(invalid.start(), invalid.start(), null),
                                null,
                                List.of(invalid)));
            }
        }
        return new Match(start, lineEnd, subject, List.copyOf(cases));
    }

    private Case oneCase() {
        if (!isWord(i, "case")) {
            throw fail("expected 'case'");
        }
        int start = starts[i++];
        Pattern pattern = patterns();
        Expression guard = accept(IF) ? namedExpression() : null;
        List<Statement> body = colonBlock();
        return new Case(start, lineEnd, pattern, guard, body);
    }
}
