package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Branch;
import dev.lockstep.source.Case;
import dev.lockstep.source.Decorator;
import dev.lockstep.source.EntryPoint;
import dev.lockstep.source.ExceptHandler;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Generator;
import dev.lockstep.source.Node;
import dev.lockstep.source.Operator;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.Project;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.*;
import dev.lockstep.source.Symbol;
import dev.lockstep.source.WithItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Follows a program from its entry in the order of its execution, through calls and imports, and
/// notes what becomes of the process's generators.
///
/// Each way through a branch is followed and the ways are joined; a loop's body is followed once
/// and taken to run; an exception is taken not to happen. A function is followed at each call, at
/// most once for the same arguments and the same state. What calls outside the project do is in
/// {@link Outside}, what is handed to them in {@link Handover}, started processes in {@link
/// Processes}.
final class Execution {
    static final int MAX_CALLS = 24;
    static final int MAX_STATEMENTS = 100_000;

    /// How the functions are called that read, write, train or ask for options.
    private static final Pattern WORKS =
            Pattern.compile(
                    "(^|_)(train|fit|step|learn|load|save|read|write|dump|open|export)"
                            + "|(^|_)args$|to_csv|to_json|add_argument|Argument|Trainer|Loader|Writer|Reader");

    final Project project;
    final Knowledge knowledge = Knowledge.table();
    final Outcome outcome;
    final Options options;
    final @Nullable Integer arguments;
    GeneratorStates state = GeneratorStates.fresh();
    private final IdentityHashMap<Parameter, Symbol> symbols = new IdentityHashMap<>();

    /// What the targets of loops over functions stand for.
    private final Map<String, Symbol> inLoop = new HashMap<>();

    final Set<PythonModule> imported = Collections.newSetFromMap(new IdentityHashMap<>());
    final List<Waypoint.Link> way = new ArrayList<>();
    final Set<Node> active = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Called, GeneratorStates> memo = new HashMap<>();

    /// The same of what was taken over; each is done, and only read.
    private final List<Map<Called, GeneratorStates>> others = new ArrayList<>();

    private final Map<Node, Set<Node>> madeIn = new IdentityHashMap<>();
    final Deque<Statement> loops = new ArrayDeque<>();
    final Evaluation evaluation;
    final Outside outside;
    final Handover handover;
    final Processes processes;
    final Registered registered;
    final Shared shared;
    final Reach reach;
    private final List<Taken> taken = new ArrayList<>();
    private @Nullable List<GeneratorStates> returns;
    PythonModule module;
    @Nullable PythonModule main;
    int conditional;
    int importing;
    int steps;
    boolean inWorker;

    /// Whether this is a process that another one started.
    private boolean isChild;

    /// Whether a spawned process imports its module anew: Python lets it start no process there.
    boolean bootstrapping;

    /// Whether the program only tries something, whatever it reads and writes meanwhile.
    private boolean tests;

    /// Whether the program itself has been followed and what it handed over is.
    boolean finishing;

    /// Seeds in the loops that are followed, before which nothing was drawn since the last one.
    final List<Outcome.Reseed> inLoops = new ArrayList<>();

    /// How deep inside blocks after which the generators are set back to what they were.
    int isolated;

    /// How deep inside branches that are for training alone.
    int training;

    /// How deep inside expressions that only give something a name, or wait.
    int naming;

    /// How deep inside expressions that make a model whose weights are loaded right afterwards.
    int overwritten;

    private final Map<Scope, Overwritten> loaded = new IdentityHashMap<>();
    private final Map<Scope, ExampleInputs> shown = new IdentityHashMap<>();

    /// A function with all that what it does depends on.
    ///
    /// @param how its arguments, the generators and what is around the call, as a key
    private record Called(Symbol.Function function, String how) {}

    /// An import that was not followed here, and how the program came to it.
    private record Taken(FirstImport first, List<Waypoint.Link> way) {}

    /// @param arguments how many command-line arguments the program gets, its own name included;
    ///   null when that is not known
    Execution(Shared shared, PythonModule module, @Nullable Integer arguments) {
        this(shared, module, arguments, new Options());
    }

    Execution(Shared shared, PythonModule module, @Nullable Integer arguments, Options options) {
        this.shared = shared;
        this.reach = shared.reach();
        this.project = shared.project();
        this.module = module;
        this.arguments = arguments;
        this.options = options;
        this.outcome = new Outcome(options);
        this.evaluation = new Evaluation(this);
        this.outside = new Outside(this);
        this.handover = new Handover(this);
        this.processes = new Processes(this);
        this.registered = new Registered(this);
    }

    /// Whether a file stands in a package, or in a folder of one.
    private boolean isInPackage(String path) {
        for (int cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
            if (project.module(path.substring(0, cut) + "/__init__.py") != null) {
                return true;
            }
        }
        return false;
    }

    boolean isMain() {
        return module == main;
    }

    @Nullable Symbol symbol(Expression expression, Scope scope) {
        Symbol symbol = project.resolve(expression, scope, symbols::get);
        return symbol == null && expression instanceof Name name ? inLoop.get(name.id()) : symbol;
    }

    /// The functions that a loop over a written list of them goes through: `for seed in
    /// (random.seed, torch.manual_seed)`; empty for any other loop.
    private List<Symbol> functions(For loop, Scope scope) {
        List<Expression> elements =
                switch (loop.iterable()) {
                    case TupleDisplay t -> t.elements();
                    case ListDisplay l -> l.elements();
                    default -> List.of();
                };
        if (!(loop.target() instanceof Name)) {
            return List.of();
        }
        var functions = new ArrayList<Symbol>();
        for (Expression element : elements) {
            Symbol symbol = symbol(element, scope);
            if (!(element instanceof Name || element instanceof Attribute)
                    || !(symbol instanceof Symbol.External || symbol instanceof Symbol.Function)) {
                return List.of();
            }
            functions.add(symbol);
        }
        return functions;
    }

    /// Follows the program and gives what happened.
    Outcome run(EntryPoint entry) {
        module = entry.module();
        imported.add(module);
        if (entry.function() == null) {
            main = module;
            boolean library = !module.path().endsWith("/__main__.py") && isInPackage(module.path());
            tests =
                    library && Trials.isTest(module)
                            || library
                                    && Trials.isDemonstration(module)
                                    && shared.isImported(module)
                            || Trials.isBenchmark(module);
            outcome.trial = library || tests || Trials.showsShapes(module);
        }
        statements(module.tree().body(), module.scope());
        String function = entry.function();
        if (function != null) {
            Symbol symbol = named(entry.module(), function);
            state = revived(state);
            if (symbol instanceof Symbol.Function f) {
                call(f, null, f.definition(), module.scope(), false);
            }
            callRegistered(registered.calledBy(symbol), null, module.scope());
        }
        finish();
        return outcome;
    }

    /// Follows a function in a process of its own.
    Outcome runFunction(Symbol.Function function, @Nullable Call call, boolean reimport) {
        module = function.module();
        isChild = true;
        if (reimport) {
            imported.add(module);
            bootstrapping = true;
            statements(module.tree().body(), module.scope());
            bootstrapping = false;
            state = revived(state);
        }
        call(function, null, call == null ? function.definition() : call, module.scope(), false);
        finish();
        return outcome;
    }

    private static @Nullable Symbol named(PythonModule module, String dotted) {
        Expression expression = null;
        for (String part : dotted.split("\\.", -1)) {
            int end = module.source().text().length();
            expression =
                    expression == null
                            ? new Name(end, end, part)
                            : new Attribute(end, end, expression, part);
        }
        return expression == null ? null : module.symbol(expression);
    }

    private static GeneratorStates revived(GeneratorStates from) {
        GeneratorStates alive = GeneratorStates.fresh();
        if (from.isDead()) {
            for (GlobalGenerator generator : GlobalGenerator.values()) {
                alive.put(generator, from.get(generator));
            }
            return alive;
        }
        return from;
    }

    private void finish() {
        if (state.isDead()) {
            state = revived(state);
        }
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            outcome.end.put(generator, state.get(generator));
        }
        finishing = true;
        GeneratorStates end = state;
        for (Taken one : taken) {
            if (!one.first().after().handover.isEmpty()) {
                Execution finished = one.first().finished(end);
                outcome.add(finished.outcome, one.way());
                remember(finished.memo);
            }
        }
        handover.follow(end);
    }

    Waypoint here(Node at) {
        return new Waypoint(way, module, at);
    }

    // Statements.

    private void statements(List<Statement> body, Scope scope) {
        for (Statement statement : body) {
            if (state.isDead()) {
                return;
            }
            if (++steps > MAX_STATEMENTS) {
                outcome.cut(
                        module,
                        statement,
                        "its program was followed for 100,000 statements and no further");
                return;
            }
            statement(statement, scope);
        }
    }

    private void statement(Statement statement, Scope scope) {
        switch (statement) {
            case ExpressionStatement s -> {
                visit(s.expression(), scope);
                if (ends(s.expression(), scope)) {
                    state.die();
                }
            }
            case Assign s -> {
                boolean names =
                        Naming.isName(s.targets().getFirst())
                                || Naming.isShown(s.targets().getFirst())
                                || Naming.isPause(s.targets().getFirst(), module.source())
                                || s.value() instanceof Call
                                        && shown.computeIfAbsent(scope, ExampleInputs::in)
                                                .holds(s.targets().getFirst());
                boolean loads =
                        s.value() instanceof Call
                                && loaded.computeIfAbsent(scope, Overwritten::in).holds(s);
                naming += names ? 1 : 0;
                overwritten += loads ? 1 : 0;
                visit(s.value(), scope);
                overwritten -= loads ? 1 : 0;
                naming -= names ? 1 : 0;
                for (Expression target : s.targets()) {
                    visit(target, scope);
                    evaluation.assign(target, s.value(), scope);
                }
            }
            case AnnotatedAssign s -> {
                if (s.value() != null) {
                    visit(s.value(), scope);
                    evaluation.assign(s.target(), s.value(), scope);
                }
            }
            case AugmentedAssign s -> {
                visit(s.value(), scope);
                evaluation.forget(s.target(), scope);
            }
            case Return s -> {
                if (s.value() != null) {
                    visit(s.value(), scope);
                }
                if (returns != null) {
                    returns.add(state.copy());
                }
                state.die();
            }
            case Raise s -> {
                if (s.exception() != null) {
                    visit(s.exception(), scope);
                }
                state.die();
            }
            case If s -> choice(s, 0, scope);
            case For s -> {
                visit(s.iterable(), scope);
                goOver(s.iterable(), scope);
                evaluation.forget(s.target(), scope);
                List<Symbol> functions = functions(s, scope);
                if (functions.isEmpty() || !(s.target() instanceof Name name)) {
                    loop(s, s.body(), s.otherwise(), scope);
                } else {
                    for (Symbol function : functions) {
                        inLoop.put(name.id(), function);
                        loop(s, s.body(), List.of(), scope);
                    }
                    inLoop.remove(name.id());
                    statements(s.otherwise(), scope);
                }
            }
            case While s -> {
                visit(s.test(), scope);
                loop(s, s.body(), s.otherwise(), scope);
            }
            case Try s -> attempt(s, scope);
            case With s -> with(s, scope);
            case Match s -> match(s, scope);
            case FunctionDefinition s -> {
                decorators(s.decorators(), scope);
                registered.note(s, scope);
                for (Parameter parameter : s.parameters()) {
                    if (parameter.fallback() != null) {
                        visit(parameter.fallback(), scope);
                    }
                }
            }
            case ClassDefinition s -> {
                decorators(s.decorators(), scope);
                s.bases().forEach(base -> visit(base, scope));
                statements(s.body(), project.scope(module, s));
            }
            case Import s -> imports(s);
            case ImportFrom s -> {
                imports(s);
                evaluation.imported(s, scope);
            }
            case Assert s -> visit(s.test(), scope);
            case Delete s -> s.targets().forEach(target -> visit(target, scope));
            case Invalid s -> statements(s.rest(), scope);
            case Break _, Continue _ -> {}
            case Global _, Nonlocal _, Pass _, TypeAlias _ -> {}
        }
    }

    private void decorators(List<Decorator> decorators, Scope scope) {
        for (Decorator decorator : decorators) {
            visit(decorator.expression(), scope);
        }
    }

    private boolean ends(Expression expression, Scope scope) {
        if (!(expression instanceof Call call)) {
            return false;
        }
        Symbol callee = symbol(call.function(), scope);
        return callee != null
                && switch (callee.name()) {
                    case "sys.exit", "os._exit", "builtins.exit", "builtins.quit" -> true;
                    default -> callee.name().startsWith("os.exec");
                };
    }

    /// Follows the branches of an `if` from one on, and what `else` holds.
    private void choice(If s, int index, Scope scope) {
        if (index == s.branches().size()) {
            statements(s.otherwise(), scope);
            return;
        }
        Branch branch = s.branches().get(index);
        visit(branch.test(), scope);
        Truth truth = evaluation.truth(branch.test(), scope);
        switch (truth.kind()) {
            case TRUE -> statements(branch.body(), scope);
            case FALSE -> choice(s, index + 1, scope);
            case TRUE_BY_DEFAULT -> {
                GeneratorStates before = state.copy();
                statements(branch.body(), scope);
                GeneratorStates taken = state;
                state = before;
                aside(() -> choice(s, index + 1, scope));
                state = taken;
            }
            case FALSE_BY_DEFAULT -> {
                GeneratorStates before = state.copy();
                aside(() -> statements(branch.body(), scope));
                GeneratorStates body = state;
                state = before;
                choice(s, index + 1, scope);
                onlyPerhaps(body, "only when " + truth.option() + " is given");
            }
            case CUDA -> {
                GeneratorStates before = state.copy();
                conditional++;
                statements(branch.body(), scope);
                GeneratorStates body = state;
                state = before;
                choice(s, index + 1, scope);
                conditional--;
                GeneratorStates.One cuda = body.get(GlobalGenerator.CUDA);
                boolean alive = !body.isDead();
                state = body.or(state, "only in one branch of an if");
                if (alive) {
                    state.put(GlobalGenerator.CUDA, cuda);
                }
            }
            case UNKNOWN -> {
                GeneratorStates before = state.copy();
                boolean inTraining = asksForTraining(branch.test());
                conditional++;
                training += inTraining ? 1 : 0;
                statements(branch.body(), scope);
                training -= inTraining ? 1 : 0;
                GeneratorStates body = state;
                state = before;
                choice(s, index + 1, scope);
                conditional--;
                state = body.or(state, "only in one branch of an if");
            }
        }
    }

    /// Whether a test holds in training alone: `self.training`, alone or with `and`.
    private static boolean asksForTraining(Expression test) {
        return switch (test) {
            case Attribute a -> a.name().equals("training");
            case Logical l ->
                    l.operator() == Operator.AND
                            && l.operands().stream().anyMatch(Execution::asksForTraining);
            default -> false;
        };
    }

    /// Follows something that doesn't happen by default.
    private void aside(Runnable what) {
        conditional++;
        what.run();
        conditional--;
    }

    /// A seed in a body that doesn't run by default leaves the generator perhaps seeded.
    private void onlyPerhaps(GeneratorStates body, String reason) {
        if (state.isDead() || body.isDead()) {
            return;
        }
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            GeneratorStates.One here = state.get(generator);
            GeneratorStates.One there = body.get(generator);
            if (here.seeding() == GeneratorStates.Seeding.NEVER
                    && there.seeding() != GeneratorStates.Seeding.NEVER) {
                state.put(
                        generator,
                        new GeneratorStates.One(
                                GeneratorStates.Seeding.PERHAPS,
                                here.drawn(),
                                there.seed(),
                                reason));
            }
        }
    }

    private void loop(
            Statement loop, List<Statement> body, List<Statement> otherwise, Scope scope) {
        loops.push(loop);
        GeneratorStates before = state.copy();
        boolean trained = outcome.trains;
        outcome.trains = false;
        statements(body, scope);
        loops.pop();
        if (outcome.trains) {
            // The next turn comes back to what was seeded in this one.
            outcome.reseeds.addAll(inLoops);
            inLoops.clear();
        }
        outcome.trains |= trained;
        if (loops.isEmpty()) {
            inLoops.clear();
        }
        if (state.isDead()) {
            state = before.or(state, "");
        }
        statements(otherwise, scope);
    }

    private void attempt(Try s, Scope scope) {
        GeneratorStates before = state.copy();
        statements(s.body(), scope);
        statements(s.otherwise(), scope);
        GeneratorStates after = state;
        for (ExceptHandler handler : s.handlers()) {
            state = before.copy();
            aside(() -> statements(handler.body(), scope));
            if (after.isDead()) {
                after = state;
            }
        }
        state = after;
        boolean dead = state.isDead();
        if (dead) {
            state = revived(state);
        }
        statements(s.last(), scope);
        if (dead) {
            state.die();
        }
    }

    private void with(With s, Scope scope) {
        Set<GlobalGenerator> kept = Set.of();
        for (WithItem item : s.items()) {
            visit(item.context(), scope);
            if (item.context() instanceof Call call) {
                Symbol callee = symbol(call.function(), scope);
                if (callee != null && callee.name().endsWith("isolate_rng")) {
                    kept = EnumSet.allOf(GlobalGenerator.class);
                } else if (callee != null && callee.name().endsWith("fork_rng")) {
                    kept = EnumSet.of(GlobalGenerator.TORCH, GlobalGenerator.CUDA);
                }
            }
            if (item.target() != null) {
                evaluation.forget(item.target(), scope);
            }
        }
        GeneratorStates before = state.copy();
        boolean empty =
                s.items().stream()
                        .anyMatch(item ->
                                module.source()
                                        .slice(item.context())
                                        .contains("init_empty_weights"));
        naming += empty ? 1 : 0; // layers without values draw none
        isolated += kept.isEmpty() ? 0 : 1;
        int returned = returns == null ? 0 : returns.size();
        statements(s.body(), scope);
        isolated -= kept.isEmpty() ? 0 : 1;
        naming -= empty ? 1 : 0;
        for (GlobalGenerator generator : kept) {
            state.put(generator, before.get(generator));
            if (returns != null) {
                for (GeneratorStates way : returns.subList(returned, returns.size())) {
                    way.put(generator, before.get(generator));
                }
            }
        }
    }

    private void match(Match s, Scope scope) {
        visit(s.subject(), scope);
        GeneratorStates before = state.copy();
        GeneratorStates joined = null;
        conditional++;
        for (Case one : s.cases()) {
            state = before.copy();
            if (one.guard() != null) {
                visit(one.guard(), scope);
            }
            statements(one.body(), scope);
            joined = joined == null ? state : joined.or(state, "only in one case of a match");
        }
        conditional--;
        state = joined == null ? before : joined;
    }

    private void imports(Statement statement) {
        for (PythonModule next : module.importedBy(statement)) {
            if (imported.contains(next) || isTaken(next, statement)) {
                continue;
            }
            imported.add(next);
            enter(statement, importing(next));
            PythonModule outer = module;
            List<GeneratorStates> outerReturns = returns;
            returns = null;
            module = next;
            importing++;
            statements(next.tree().body(), next.scope());
            importing--;
            if (state.isDead()) {
                state = revived(state);
            }
            module = outer;
            returns = outerReturns;
            leave();
        }
    }

    private static String importing(PythonModule next) {
        return "imports " + next.name();
    }

    /// Takes over what importing a module does, when the program has done nothing yet that it could
    /// depend on and has imported nothing that it imports.
    ///
    /// Only imports may lead here, no call: so an import that waits for another one is never waited
    /// for by it, as the one leads to the other and not back.
    private boolean isTaken(PythonModule next, Statement statement) {
        boolean fresh =
                way.size() == importing
                        && conditional == 0
                        && loops.isEmpty()
                        && naming == 0
                        && !finishing
                        && arguments == null
                        && options.isEmpty()
                        && state.isFresh();
        if (!fresh || shared.imports().leadsTo(next, this::isImportedBefore)) {
            return false;
        }
        FirstImport first = shared.imports().of(next);
        if (first.after().imported.stream().anyMatch(this::isImportedBefore)) {
            return false;
        }
        var links = new ArrayList<>(way);
        links.add(new Waypoint.Link(module, statement, importing(next)));
        outcome.add(first.after().outcome, links);
        take(first, links);
        steps += first.after().steps;
        return true;
    }

    /// Whether a module was imported already. The program itself may be: Python runs it again under
    /// its own name when something imports it.
    private boolean isImportedBefore(PythonModule one) {
        return one != main && imported.contains(one);
    }

    private void take(FirstImport first, List<Waypoint.Link> links) {
        Execution after = first.after();
        taken.add(new Taken(first, List.copyOf(links)));
        remember(after.memo);
        for (Taken inner : after.taken) {
            taken.add(new Taken(inner.first(), Waypoint.from(links, inner.way())));
            remember(inner.first().after().memo);
        }
        imported.addAll(after.imported);
        symbols.putAll(after.symbols);
        after.madeIn.forEach((definition, calls) -> madeIn(definition).addAll(calls));
        options.add(after.options);
        registered.add(after.registered);
        state = after.state.with(state);
        handover.passOver(after.handover);
    }

    /// Follows an import by a program that has done nothing yet.
    static Execution ofImport(Shared shared, PythonModule next) {
        var execution = new Execution(shared, next, null);
        execution.way.add(new Waypoint.Link(next, FirstImport.NOBODY, importing(next)));
        execution.imported.add(next);
        execution.importing = 1;
        execution.statements(next.tree().body(), next.scope());
        execution.importing = 0;
        execution.state = revived(execution.state);
        return execution;
    }

    /// Follows what an import handed over; nobody goes on with the execution.
    ///
    /// @param end how the generators stand when the program ends
    static Execution finish(Shared shared, FirstImport first, GeneratorStates end) {
        var execution = new Execution(shared, first.after().module, null);
        execution.take(first, first.after().way);
        execution.handover.takeAll(first.after().handover);
        execution.finishing = true;
        execution.handover.follow(end);
        return execution;
    }

    /// Gives a name its value.
    void set(String key, Value value) {
        state.value(key, value);
    }

    void enter(Node at, String what) {
        way.add(new Waypoint.Link(module, at, what));
    }

    void leave() {
        way.removeLast();
    }

    // Expressions.

    /// Follows an expression in the order of its evaluation.
    private void visit(Expression expression, Scope scope) {
        switch (expression) {
            case Name n -> options.read(n.id());
            case StringLiteral _, NumberLiteral _, Constant _, Lambda _ -> {}
            case Attribute a -> {
                options.read(a.name());
                visit(a.value(), scope);
            }
            case Call c -> {
                visit(c.function(), scope);
                boolean names =
                        isText(c, scope) || isWait(c, scope) || Naming.isWord(c, module.source());
                naming += names ? 1 : 0;
                visitArguments(c, scope);
                naming -= names ? 1 : 0;
                apply(c, scope);
            }
            case Comprehension c -> {
                Scope inner = project.scope(module, c);
                boolean first = true;
                for (Generator generator : c.generators()) {
                    visit(generator.iterable(), first ? scope : inner);
                    goOver(generator.iterable(), first ? scope : inner);
                    first = false;
                    generator.conditions().forEach(test -> visit(test, inner));
                }
                visit(c.element(), inner);
                if (c.value() != null) {
                    visit(c.value(), inner);
                }
            }
            case Conditional c -> {
                visit(c.test(), scope);
                Truth truth = evaluation.truth(c.test(), scope);
                if (truth.holds()) {
                    visit(c.then(), scope);
                } else if (truth.fails()) {
                    visit(c.otherwise(), scope);
                } else {
                    aside(() -> {
                        visit(c.then(), scope);
                        visit(c.otherwise(), scope);
                    });
                }
            }
            case Logical l -> {
                visit(l.operands().getFirst(), scope);
                Truth truth = evaluation.truth(l.operands().getFirst(), scope);
                if (!(l.operator() == Operator.OR ? truth.holds() : truth.fails())) {
                    aside(() ->
                            l.operands()
                                    .subList(1, l.operands().size())
                                    .forEach(o -> visit(o, scope)));
                }
            }
            case Walrus w -> {
                visit(w.value(), scope);
                evaluation.assign(w.target(), w.value(), scope);
            }
            case Subscript s -> {
                if (s.index() instanceof StringLiteral key) {
                    options.read(key.value());
                }
                visit(s.value(), scope);
                visit(s.index(), scope);
            }
            case Binary _,
                    Unary _,
                    Comparison _,
                    TupleDisplay _,
                    ListDisplay _,
                    SetDisplay _,
                    DictDisplay _,
                    Await _,
                    Yield _,
                    YieldFrom _,
                    Starred _,
                    Slice _ ->
                    expression.children(child -> visitAny(child, scope));
            case FormattedString f -> {
                naming++;
                f.fields().forEach(field -> visit(field, scope));
                naming--;
            }
        }
    }

    private void visitArguments(Call call, Scope scope) {
        Symbol callee = symbol(call.function(), scope);
        int looked = ExampleInputs.firstLookedAt(callee == null ? null : callee.name());
        int place = 0;
        for (Expression argument : call.arguments()) {
            visitShown(argument, scope, place++ >= looked);
        }
        for (Argument keyword : call.keywords()) {
            visitShown(keyword.value(), scope, looked != ExampleInputs.NOTHING);
        }
    }

    /// @param shown whether the value only shows something
    private void visitShown(Expression value, Scope scope, boolean shown) {
        naming += shown ? 1 : 0;
        visit(value, scope);
        naming -= shown ? 1 : 0;
    }

    /// Follows what a loop over an object of the project's calls: what Python asks for its
    /// elements.
    private void goOver(Expression iterable, Scope scope) {
        if (!(symbol(iterable, scope) instanceof Symbol.Result r)
                || !(r.of() instanceof Symbol.Class c)) {
            return;
        }
        Symbol.Function elements = project.method(c, "__iter__");
        if (elements == null) {
            elements = project.method(c, "__getitem__");
        }
        Symbol.Function next = project.method(c, "__next__");
        for (Symbol.Function method : Arrays.asList(elements, next)) {
            if (method != null) {
                call(method, null, iterable, scope, true);
            }
        }
    }

    private boolean isText(Call call, Scope scope) {
        return call.function() instanceof Name n
                && n.id().equals("str")
                && scope.declaring("str") == null;
    }

    private boolean isWait(Call call, Scope scope) {
        return call.function() instanceof Attribute a
                && a.name().equals("sleep")
                && symbol(call.function(), scope) instanceof Symbol.External e
                && (e.name().equals("time.sleep") || e.name().equals("asyncio.sleep"));
    }

    private void visitAny(Node node, Scope scope) {
        if (node instanceof Expression e) {
            visit(e, scope);
        } else {
            node.children(child -> visitAny(child, scope));
        }
    }

    private void apply(Call call, Scope scope) {
        if (!outcome.works && importing == 0 && !tests) {
            outcome.works = WORKS.matcher(OrderFlow.shortName(call)).find();
        }
        if (call.function() instanceof Attribute a) {
            switch (a.name()) {
                case "backward", "manual_backward", "fit", "train_step", "step" -> {
                    outcome.trains = true;
                }
                case "train" -> {
                    // `trainer.train()` trains, `model.train()` only switches.
                    outcome.trains |=
                            module.source()
                                    .slice(a.value())
                                    .toLowerCase(Locale.ROOT)
                                    .contains("trainer");
                }
                case "load_state_dict", "from_pretrained" -> {
                    outcome.loads = true;
                }
                default -> {}
            }
        }
        if (call.function() instanceof Attribute a
                && (a.name().equals("add_argument")
                        || a.name().equals("option")
                        || a.name().equals("add")
                                && call.argument(0) instanceof StringLiteral flag
                                && flag.value().startsWith("-"))) {
            options.declare(module, call, e -> evaluation.value(e, scope));
        }
        if (call.function() instanceof Attribute a && a.name().equals("set_defaults")) {
            for (Argument keyword : call.keywords()) {
                if (keyword.name() != null) {
                    options.setDefault(keyword.name(), evaluation.value(keyword.value(), scope));
                }
            }
        }
        Symbol callee = symbol(call.function(), scope);
        switch (callee) {
            case null -> outside.unknown(call, scope);
            case Symbol.External e -> outside.external(e.name(), call, scope);
            case Symbol.Function f -> call(f, call, call, scope, isBound(f, call, scope));
            case Symbol.Class c -> construct(c, call, scope);
            case Symbol.Anonymous a -> anonymous(a, call, call);
            case Symbol.Result r -> {
                if (r.of() instanceof Symbol.Class c) {
                    Symbol.Function method = project.method(c, "__call__");
                    if (method == null && project.isKindOf(c, "torch.nn.Module")
                            || method == null && hasExternalBase(c)) {
                        method = project.method(c, "forward");
                    }
                    if (method != null) {
                        call(method, call, call, scope, true);
                    }
                }
            }
            case Symbol.Module _, Symbol.Package _ -> {}
        }
        callRegistered(registered.calledBy(callee), call, scope);
    }

    /// Follows what an object calls of the functions that were given to it: one alone, or one of
    /// them.
    private void callRegistered(List<Symbol.Function> functions, @Nullable Node at, Scope scope) {
        if (functions.size() == 1) {
            Symbol.Function only = functions.getFirst();
            call(only, null, at == null ? only.definition() : at, scope, false);
            return;
        }
        GeneratorStates before = state.copy();
        GeneratorStates joined = null;
        for (Symbol.Function function : functions) {
            state = before.copy();
            aside(() ->
                    call(function, null, at == null ? function.definition() : at, scope, false));
            joined = joined == null ? state : joined.or(state, "only by one command");
        }
        state = joined == null ? state : joined;
    }

    private boolean hasExternalBase(Symbol.Class c) {
        return project.bases(c).stream().anyMatch(base -> base instanceof Symbol.External);
    }

    // Calls inside the project.

    /// Whether a method's first parameter is filled by what stands before the dot.
    private boolean isBound(Symbol.Function f, Call call, Scope scope) {
        if (f.owner() == null || isStatic(f)) {
            return false;
        }
        if (call.function() instanceof Attribute a) {
            return !(symbol(a.value(), scope) instanceof Symbol.Class) || isOfClass(f);
        }
        return false;
    }

    private static boolean isStatic(Symbol.Function f) {
        return hasDecorator(f, "staticmethod");
    }

    private static boolean isOfClass(Symbol.Function f) {
        return hasDecorator(f, "classmethod");
    }

    static boolean hasDecorator(Symbol.Function f, String name) {
        return f.definition().decorators().stream()
                .anyMatch(d -> d.expression() instanceof Name n && n.id().equals(name));
    }

    /// Whether several places make objects of a class.
    boolean isMadeAgain(Symbol.Class c) {
        return madeIn.getOrDefault(c.definition(), Set.of()).size() > 1;
    }

    private void construct(Symbol.Class c, Call call, Scope scope) {
        made(c.definition(), call);
        for (Argument keyword : call.keywords()) {
            if (keyword.name() != null && !isMadeAgain(c)) {
                set(c.name() + "()." + keyword.name(), evaluation.value(keyword.value(), scope));
            }
        }
        Symbol.Function init = project.method(c, "__init__");
        if (init != null) {
            call(init, call, call, scope, true);
        } else {
            baseEffects(c, call, scope, 0);
        }
        Symbol.Function after = project.method(c, "__post_init__");
        if (after != null) {
            call(after, null, call, scope, true);
        }
        handover.made(c, call, scope);
    }

    private void made(ClassDefinition definition, Call call) {
        madeIn(definition).add(call);
    }

    private Set<Node> madeIn(Node definition) {
        return madeIn.computeIfAbsent(
                definition, key -> Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /// A class without a constructor of its own is made by its base's.
    private void baseEffects(Symbol.Class c, Call call, Scope scope, int depth) {
        for (Symbol base : project.bases(c)) {
            if (base instanceof Symbol.External e) {
                outside.external(e.name(), call, scope);
            } else if (base instanceof Symbol.Class parent && depth < 10) {
                baseEffects(parent, call, scope, depth + 1);
            }
        }
    }

    void anonymous(Symbol.Anonymous a, @Nullable Call call, Node at) {
        if (way.size() >= MAX_CALLS || !active.add(a.definition())) {
            return;
        }
        enter(at, call == null ? "hands over a lambda" : "calls a lambda");
        PythonModule outer = module;
        module = a.module();
        outcome.visited.add(a.definition());
        visit(a.definition().body(), a.scope());
        module = outer;
        leave();
        active.remove(a.definition());
    }

    /// Follows a call of a function of the project.
    ///
    /// @param call null when the arguments are not known
    void call(Symbol.Function f, @Nullable Call call, Node at, Scope scope, boolean bound) {
        if (way.size() >= MAX_CALLS || active.contains(f.definition())) {
            return;
        }
        if (finishing && !reach.matters(f)) {
            return; // what it leaves behind is not used: each thing handed over begins anew
        }
        seedAsMade(f);
        String arguments = bind(f, call, scope, bound);
        String how =
                state.key()
                        + "|"
                        + arguments
                        + "|"
                        + (conditional > 0)
                        + outside.isTrainingLoop()
                        + outside.isInTurn()
                        + (importing > 0)
                        + (overwritten > 0)
                        + inWorker;
        var called = new Called(f, how);
        GeneratorStates known = remembered(called);
        if (known != null) {
            for (GlobalGenerator generator : GlobalGenerator.values()) {
                state.put(generator, known.get(generator));
            }
            return;
        }
        active.add(f.definition());
        outcome.visited.add(f.definition());
        enter(at, "calls " + f.definition().name());
        PythonModule outer = module;
        List<GeneratorStates> outerReturns = returns;
        List<GeneratorStates> mine = new ArrayList<>();
        returns = mine;
        module = f.module();
        int outerNaming = naming;
        naming = 0;
        statements(f.definition().body(), f.scope());
        naming = outerNaming;
        GeneratorStates after = state;
        for (GeneratorStates returned : mine) {
            after = after.or(returned, "not on every way through " + f.definition().name());
        }
        // A function that never returns (it exits) ends the program for its caller too, unless that
        // can't be told from one that only raises here.
        state = after;
        if (state.isDead()) {
            state = revived(state);
        }
        module = outer;
        returns = outerReturns;
        leave();
        active.remove(f.definition());
        memo.put(called, state.withoutValues());
    }

    /// A method is called of an object that its constructor has made: what that seeds on every way
    /// is seeded, unless the object came from another process.
    private void seedAsMade(Symbol.Function f) {
        Symbol.Class owner = f.owner();
        Symbol.Function init =
                owner == null || isChild || isStatic(f) || isOfClass(f)
                        ? null
                        : project.method(owner, "__init__");
        if (init == null || active.contains(init.definition()) || f.equals(init)) {
            return;
        }
        for (GlobalGenerator generator : shared.seedsWhenMade(init, knowledge)) {
            if (state.get(generator).seeding() != GeneratorStates.Seeding.SEEDED) {
                state.put(
                        generator,
                        new GeneratorStates.One(GeneratorStates.Seeding.SEEDED, false, null, ""));
            }
        }
    }

    /// How the generators stood after the same call, here or in what was taken over.
    private @Nullable GeneratorStates remembered(Called called) {
        GeneratorStates known = memo.get(called);
        for (int k = 0; known == null && k < others.size(); k++) {
            known = others.get(k).get(called);
        }
        return known;
    }

    private void remember(Map<Called, GeneratorStates> calls) {
        if (!calls.isEmpty()) {
            others.add(calls);
        }
    }

    /// Gives the parameters their values; returns what they are, as part of a key.
    private String bind(Symbol.Function f, @Nullable Call call, Scope scope, boolean bound) {
        var key = new StringBuilder();
        int position = 0;
        for (Parameter parameter : f.definition().parameters()) {
            if (position == 0 && bound) {
                position++;
                continue;
            }
            Expression passed = null;
            if (call != null) {
                int index = bound ? position - 1 : position;
                boolean byPlace =
                        parameter.kind() == Parameter.Kind.PLAIN
                                || parameter.kind() == Parameter.Kind.POSITIONAL_ONLY;
                passed =
                        byPlace
                                ? call.argument(index, parameter.name())
                                : parameter.kind() == Parameter.Kind.KEYWORD_ONLY
                                        ? call.keyword(parameter.name())
                                        : null;
            }
            position++;
            Value value;
            Symbol symbol = null;
            if (passed != null) {
                value = evaluation.value(passed, scope);
                symbol = symbol(passed, scope);
            } else if (call != null && !call.isOpen() && parameter.fallback() != null) {
                Scope outside = f.scope().outer();
                value =
                        outside == null
                                ? Value.UNKNOWN
                                : evaluation.value(parameter.fallback(), outside);
            } else if (registered.gives(f, call)) {
                value = registered.given(f, parameter);
            } else {
                value = Value.UNKNOWN;
            }
            if (symbol == null) {
                symbols.remove(parameter);
            } else {
                symbols.put(parameter, symbol);
                key.append(symbol.name());
            }
            set(f.scope().key(parameter.name()), value);
            key.append(
                    switch (value) {
                        case Value.Unknown _ -> "?";
                        case Value.Present _ -> "!";
                        case Value.Made _ -> "*";
                        case Value.Nothing _ -> "None";
                        case Value.Known k -> String.valueOf(k.value());
                        case Value.Option o -> o.name();
                        case Value.Varying v -> "~" + v.what();
                    });
            key.append(',');
        }
        return key.toString();
    }
}
