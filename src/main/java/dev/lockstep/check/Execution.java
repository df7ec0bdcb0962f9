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
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Follows a program from its entry in the order of its execution, through calls and imports, and
/// notes what becomes of the process's generators.
///
/// Each way through a branch is followed and the ways are joined; a loop's body is followed once
/// and taken to run; an exception is taken not to happen. A function is followed at each call, at
/// most once for the same arguments and the same state. What is handed to a library (a callback, a
/// data set, a model given to a trainer) is followed at the end, as it may be called at any time.
final class Execution {
    private static final int MAX_CALLS = 24;
    private static final int MAX_STATEMENTS = 100_000;
    private static final int MAX_LATER = 1_000;
    private static final Set<String> GENERATOR_ARGUMENTS =
            Set.of("generator", "random_state", "rng", "seed");

    private final Project project;
    private final Knowledge knowledge = Knowledge.table();
    private final Outcome outcome;
    private final Options options;
    private final @Nullable Integer arguments;
    private GeneratorStates state = GeneratorStates.fresh();
    private final IdentityHashMap<Parameter, Symbol> symbols = new IdentityHashMap<>();

    /// What the targets of loops over functions stand for.
    private final Map<String, Symbol> inLoop = new HashMap<>();

    private final Set<PythonModule> imported = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Waypoint.Link> way = new ArrayList<>();
    private final Set<Node> active = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, GeneratorStates> memo = new HashMap<>();
    private final Map<Node, Integer> numbers = new IdentityHashMap<>();
    private final Map<Node, Set<Node>> madeIn = new IdentityHashMap<>();
    private final Deque<Later> later = new ArrayDeque<>();
    private final Set<Node> postponed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Statement> loops = new ArrayDeque<>();
    private final Evaluation evaluation;
    private final Shared shared;
    private final QuietImports quiet;
    private final Reach reach;
    private final Set<String> loud = new java.util.HashSet<>();
    private @Nullable List<GeneratorStates> returns;
    private PythonModule module;
    private @Nullable PythonModule main;
    private int conditional;
    private int importing;
    private int steps;
    private boolean inWorker;
    private @Nullable Recording recording;

    /// What the module that is being imported did besides importing and naming.
    private int events;

    /// How many statements ran in the modules that the one that is being imported imports.
    private int nestedSteps;

    /// Whether the program itself has been followed and what it handed over is.
    private boolean finishing;

    /// How deep inside expressions that only give something a name, or wait.
    private int naming;

    /// Something that may be called at any time.
    private record Later(
            Waypoint place,
            @Nullable Symbol callee,
            @Nullable Call call,
            @Nullable GlobalGenerator generator,
            String what,
            boolean certain,
            boolean inWorker,
            boolean weights,
            GeneratorStates then) {}

    /// @param arguments how many command-line arguments the program gets, its own name included;
    ///   null when that is not known
    Execution(Shared shared, PythonModule module, @Nullable Integer arguments) {
        this(shared, module, arguments, new Options());
    }

    private Execution(
            Shared shared, PythonModule module, @Nullable Integer arguments, Options options) {
        this.shared = shared;
        this.quiet = shared.quiet();
        this.reach = shared.reach();
        this.project = shared.project();
        this.module = module;
        this.arguments = arguments;
        this.options = options;
        this.outcome = new Outcome(options);
        this.evaluation = new Evaluation(this);
    }

    Project project() {
        return project;
    }

    GeneratorStates state() {
        return state;
    }

    Options options() {
        return options;
    }

    @Nullable Integer arguments() {
        return arguments;
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
        }
        statements(module.tree().body(), module.scope());
        String function = entry.function();
        if (function != null) {
            Symbol symbol = named(entry.module(), function);
            if (symbol instanceof Symbol.Function f) {
                state = revived(state);
                call(f, null, f.definition(), module.scope(), false);
            }
        }
        finish();
        return outcome;
    }

    /// Follows a function in a process of its own.
    private Outcome runFunction(Symbol.Function function, @Nullable Call call, boolean reimport) {
        module = function.module();
        if (reimport) {
            imported.add(module);
            statements(module.tree().body(), module.scope());
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
        GeneratorStates end = state;
        finishing = true;
        while (!later.isEmpty()) {
            Later next = later.poll();
            state = next.then().bestOf(end);
            way.clear();
            way.addAll(next.place().way());
            module = next.place().module();
            conditional = next.certain() ? 0 : 1;
            loops.clear();
            inWorker = next.inWorker();
            if (inWorker) {
                for (GlobalGenerator generator : GlobalGenerator.values()) {
                    state.put(
                            generator,
                            new GeneratorStates.One(
                                    GeneratorStates.Seeding.SEEDED, false, null, ""));
                }
            }
            GlobalGenerator generator = next.generator();
            if (generator != null) {
                draw(generator, next.place().at(), next.what(), next.weights());
            } else if (next.callee() != null) {
                follow(next.callee(), next.call(), next.place().at());
            }
        }
    }

    private void follow(Symbol callee, @Nullable Call call, Node at) {
        switch (callee) {
            case Symbol.Function f -> call(f, call, at, module.scope(), false);
            case Symbol.Anonymous a -> anonymous(a, null, at);
            case Symbol.External _,
                    Symbol.Package _,
                    Symbol.Module _,
                    Symbol.Class _,
                    Symbol.Result _ -> {}
        }
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
                boolean names = Naming.isName(s.targets().getFirst());
                naming += names ? 1 : 0;
                visit(s.value(), scope);
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
                conditional++;
                statements(branch.body(), scope);
                GeneratorStates body = state;
                state = before;
                choice(s, index + 1, scope);
                conditional--;
                state = body.or(state, "only in one branch of an if");
            }
        }
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
        statements(body, scope);
        loops.pop();
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
        boolean kept = false;
        for (WithItem item : s.items()) {
            visit(item.context(), scope);
            if (item.context() instanceof Call call) {
                Symbol callee = symbol(call.function(), scope);
                kept |=
                        callee != null
                                && (callee.name().endsWith("fork_rng")
                                        || callee.name().endsWith("isolate_rng"));
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
        statements(s.body(), scope);
        naming -= empty ? 1 : 0;
        if (kept) {
            for (GlobalGenerator generator : GlobalGenerator.values()) {
                state.put(generator, before.get(generator));
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
        if (recording != null) {
            recording.imports.add(new QuietImports.Nested(module, statement));
        }
        for (PythonModule next : module.importedBy(statement)) {
            if (imported.add(next)) {
                enter(statement, "imports " + next.name());
                PythonModule outer = module;
                List<GeneratorStates> outerReturns = returns;
                Recording outerRecording = recording;
                int outerEvents = events;
                int outerNested = nestedSteps;
                int before = steps;
                nestedSteps = 0;
                returns = null;
                module = next;
                importing++;
                run(next);
                importing--;
                module = outer;
                returns = outerReturns;
                recording = outerRecording;
                events = outerEvents;
                nestedSteps = outerNested + steps - before;
                leave();
            }
        }
    }

    /// Runs a module, or does what is left of it when it was quiet in another program.
    private void run(PythonModule next) {
        String states = state.key();
        QuietImports.Left left = quiet.get(next, states);
        if (left != null) {
            recording = null;
            for (QuietImports.Nested nested : left.imports()) {
                module = nested.module();
                imports(nested.statement());
            }
            left.values().forEach(state::value);
            left.made().forEach(made -> made(made.definition(), made.call()));
            symbols.putAll(left.symbols());
            steps += left.statements();
            return;
        }
        var mine = new Recording();
        recording = mine;
        events = 0;
        int before = steps;
        statements(next.tree().body(), next.scope());
        if (state.isDead()) {
            state = revived(state);
        } else if (events == 0 && steps <= MAX_STATEMENTS) {
            var values = new HashMap<String, Value>();
            for (String key : mine.written) {
                Value value = state.value(key);
                if (value != null) {
                    values.put(key, value);
                }
            }
            var rest =
                    new QuietImports.Left(
                            mine.imports,
                            values,
                            mine.made,
                            mine.symbols,
                            steps - before - nestedSteps);
            quiet.put(next, states, rest);
        }
    }

    /// What the module that is being imported has done itself so far.
    private static final class Recording {
        private final List<QuietImports.Nested> imports = new ArrayList<>();
        private final Set<String> written = new java.util.HashSet<>();
        private final List<QuietImports.Made> made = new ArrayList<>();
        private final IdentityHashMap<Parameter, Symbol> symbols = new IdentityHashMap<>();
    }

    /// Gives a name its value.
    void set(String key, Value value) {
        if (recording != null) {
            recording.written.add(key);
            if (key.startsWith("*.")) {
                events++; // an attribute of something unknown, which others may read
            }
        }
        state.value(key, value);
    }

    private void enter(Node at, String what) {
        way.add(new Waypoint.Link(module, at, what));
    }

    private void leave() {
        way.removeLast();
    }

    // Expressions.

    /// Follows an expression in the order of its evaluation.
    private void visit(Expression expression, Scope scope) {
        switch (expression) {
            case Name _, StringLiteral _, NumberLiteral _, Constant _, Lambda _ -> {}
            case Attribute a -> {
                options.read(a.name());
                visit(a.value(), scope);
            }
            case Call c -> {
                visit(c.function(), scope);
                boolean waits = isWait(c, scope);
                naming += waits ? 1 : 0;
                c.arguments().forEach(argument -> visit(argument, scope));
                c.keywords().forEach(keyword -> visit(keyword.value(), scope));
                naming -= waits ? 1 : 0;
                apply(c, scope);
            }
            case Comprehension c -> {
                Scope inner = project.scope(module, c);
                boolean first = true;
                for (Generator generator : c.generators()) {
                    visit(generator.iterable(), first ? scope : inner);
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
                aside(() ->
                        l.operands().subList(1, l.operands().size()).forEach(o -> visit(o, scope)));
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
        if (call.function() instanceof Attribute a) {
            switch (a.name()) {
                case "backward", "manual_backward", "fit", "train_step", "step" -> {
                    events++;
                    outcome.trains = true;
                }
                case "load_state_dict", "from_pretrained" -> {
                    events++;
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
            events++;
            options.declare(module, call, e -> evaluation.value(e, scope));
        }
        Symbol callee = symbol(call.function(), scope);
        switch (callee) {
            case null -> unknown(call, scope);
            case Symbol.External e -> external(e.name(), call, scope);
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
    }

    private boolean hasExternalBase(Symbol.Class c) {
        return project.bases(c).stream().anyMatch(base -> base instanceof Symbol.External);
    }

    /// A call of something that the source doesn't name: a method that only tensors have draws.
    private void unknown(Call call, Scope scope) {
        if (call.function() instanceof Attribute attribute) {
            method(attribute.name(), call, scope);
        }
        escapes(call, scope, false);
    }

    private void method(String name, Call call, Scope scope) {
        Effect effect = knowledge.effect(Effect.Kind.METHOD, name);
        if (effect != null && !hasGenerator(call, scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                String receiver = module.source().slice(call.function());
                boolean weights = receiver.contains("weight") || receiver.contains("bias");
                draw(generator, call, written(call), weights);
            }
        }
    }

    private boolean hasGenerator(Call call, Scope scope) {
        for (Argument keyword : call.keywords()) {
            if (keyword.name() != null
                    && GENERATOR_ARGUMENTS.contains(keyword.name())
                    && !(evaluation.value(keyword.value(), scope).byDefault()
                            instanceof Value.Nothing)) {
                return true;
            }
        }
        return false;
    }

    private String written(Call call) {
        String text = module.source().slice(call.function());
        return text.length() > 40 || text.indexOf('\n') >= 0
                ? text.substring(text.lastIndexOf('.') + 1)
                : text;
    }

    /// A call of something outside the project.
    private void external(String called, Call call, Scope scope) {
        String name =
                called.endsWith("().__init__")
                        ? called.substring(0, called.length() - "().__init__".length())
                        : called;
        outcome.before.computeIfAbsent(call, key -> state.seedings());
        Effect effect = knowledge.effect(Effect.Kind.DRAW, name);
        if (effect != null && !hasGenerator(call, scope) && !isPretrained(name, call, scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                draw(generator, call, written(call), isWeights(name));
            }
            if (effect.generators().contains(GlobalGenerator.TORCH) && isOnCuda(call)) {
                draw(GlobalGenerator.CUDA, call, written(call), false);
            }
        } else if (name.startsWith("torch.") && call.function() instanceof Attribute attribute) {
            method(attribute.name(), call, scope);
        }
        effect = knowledge.effect(Effect.Kind.LATER, name);
        if (effect != null && !hasGenerator(call, scope)) {
            for (GlobalGenerator generator : effect.generators()) {
                later(null, null, generator, call, written(call), false, isWeights(name));
            }
        }
        seeds(name, call, scope);
        object(name, call, scope);
        if (name.equals("torch.utils.data.DataLoader")
                || name.equals("torch.utils.data.dataloader.DataLoader")) {
            loader(call, scope);
        } else if (!processes(name, call, scope)) {
            escapes(call, scope, knowledge.effect(Effect.Kind.CALLS, name) != null);
        }
    }

    /// Whether a draw makes the first weights of a layer, or belongs to one.
    private static boolean isWeights(String name) {
        return name.startsWith("torch.nn.") && !name.startsWith("torch.nn.functional.")
                || name.startsWith("torchvision.models.")
                || name.startsWith("timm.");
    }

    private boolean isPretrained(String name, Call call, Scope scope) {
        if (!name.startsWith("torchvision.") && !name.startsWith("timm.")) {
            return false;
        }
        for (String keyword : List.of("pretrained", "weights")) {
            Expression value = call.keyword(keyword);
            if (value != null) {
                Value known = evaluation.value(value, scope).byDefault();
                return !(known instanceof Value.Nothing)
                        && !(known instanceof Value.Known k && k.value().equals(false));
            }
        }
        return name.startsWith("torchvision.")
                && call.argument(0) instanceof Constant c
                && c.kind() == Constant.Kind.TRUE;
    }

    private boolean isOnCuda(Call call) {
        Expression device = call.keyword("device");
        return device instanceof StringLiteral text && text.value().startsWith("cuda");
    }

    private void draw(GlobalGenerator generator, Node at, String what, boolean weights) {
        events++;
        if (naming > 0 || steps > MAX_STATEMENTS) {
            return; // a name, a port or a pause is no result
        }
        GeneratorStates.One one = state.get(generator);
        if (one.seeding() != GeneratorStates.Seeding.SEEDED) {
            outcome.draw(
                    new Outcome.Draw(generator, here(at), what, conditional == 0, weights, one));
        }
        state.put(
                generator, new GeneratorStates.One(one.seeding(), true, one.seed(), one.reason()));
    }

    // Seeds.

    private void seeds(String name, Call call, Scope scope) {
        Effect effect = knowledge.effect(Effect.Kind.STATE, name);
        if (effect != null) {
            for (GlobalGenerator generator : effect.generators()) {
                seeded(generator, call, false);
            }
            return;
        }
        effect = knowledge.effect(Effect.Kind.ENTROPY, name);
        if (effect != null) {
            outcome.runDependent.add(
                    new Outcome.RunDependent(
                            here(call), "the operating system's entropy", null, false));
            for (GlobalGenerator generator : effect.generators()) {
                seeded(generator, call, false);
            }
            return;
        }
        effect = knowledge.effect(Effect.Kind.SEED, name);
        if (effect == null) {
            if (name.endsWith(".manual_seed") && call.argument(0) != null) {
                runDependent(evaluation.value(call.arguments().getFirst(), scope), call);
            }
            return;
        }
        events++;
        Expression argument = call.argument(0, "seed");
        if (argument == null) {
            argument = call.keyword("a");
        }
        boolean helper = effect.generators().size() > 2;
        if (argument == null && (helper || call.isOpen())) {
            effect.generators().forEach(generator -> seeded(generator, call, false));
            return;
        }
        Value value = argument == null ? Value.NONE : evaluation.value(argument, scope);
        runDependent(value, call);
        if (value instanceof Value.Nothing) {
            outcome.runDependent.add(
                    new Outcome.RunDependent(
                            here(call), "the operating system's entropy", null, false));
            effect.generators().forEach(generator -> seeded(generator, call, false));
            return;
        }
        boolean constant =
                value instanceof Value.Known || value instanceof Value.Option || isFixed(argument);
        for (GlobalGenerator generator : effect.generators()) {
            if (value instanceof Value.Option option
                    && value.byDefault() instanceof Value.Nothing) {
                GeneratorStates.One one = state.get(generator);
                state.put(
                        generator,
                        new GeneratorStates.One(
                                GeneratorStates.Seeding.PERHAPS,
                                false,
                                here(call),
                                "only when " + option.name() + " is given"));
                if (one.seeding() == GeneratorStates.Seeding.SEEDED) {
                    state.put(generator, one);
                }
            } else {
                seeded(generator, call, constant);
            }
        }
    }

    /// Whether an expression that is not known is the same each time a loop comes by.
    private static boolean isFixed(@Nullable Expression argument) {
        return argument instanceof Attribute;
    }

    private void runDependent(Value value, Call call) {
        events++;
        boolean unless = value instanceof Value.Option;
        if (value.byDefault() instanceof Value.Varying varying) {
            outcome.runDependent.add(
                    new Outcome.RunDependent(here(call), varying.what(), varying, unless));
            outcome.excused.add(varying.at());
        }
    }

    private void seeded(GlobalGenerator generator, Call call, boolean constant) {
        events++;
        GeneratorStates.One before = state.get(generator);
        Waypoint place = here(call);
        if (!finishing
                && before.seeding() == GeneratorStates.Seeding.NEVER
                && outcome.draws.stream()
                        .anyMatch(d ->
                                d.generator() == generator
                                        && !outcome.excused.contains(d.place().at()))) {
            outcome.late.putIfAbsent(generator, new Outcome.Late(generator, place));
        }
        Waypoint earlier = before.seed();
        if (constant
                && (!finishing || inWorker)
                && before.seeding() == GeneratorStates.Seeding.SEEDED
                && before.drawn()
                && earlier != null
                && earlier.at() != call) {
            String why =
                    importing > 0
                            ? "when this module is imported"
                            : isTrainingLoop() ? "in a loop" : "";
            if (!why.isEmpty()) {
                outcome.reseeds.add(new Outcome.Reseed(generator, place, earlier, why));
            }
        }
        state.put(
                generator,
                new GeneratorStates.One(GeneratorStates.Seeding.SEEDED, false, place, ""));
    }

    /// Whether a loop around here goes over epochs or steps, rather than over seeds, folds or runs.
    private boolean isTrainingLoop() {
        boolean any = false;
        for (Statement loop : loops) {
            if (loop instanceof For f) {
                String target =
                        f.target() instanceof Name name
                                ? name.id().toLowerCase(java.util.Locale.ROOT)
                                : "";
                if (target.contains("seed")
                        || target.contains("fold")
                        || target.contains("run")
                        || target.contains("trial")
                        || target.contains("repeat")
                        || target.contains("exp")
                        || target.contains("config")
                        || target.contains("model")
                        || target.contains("name")) {
                    return false;
                }
            }
            any = true;
        }
        return any;
    }

    private void object(String name, Call call, Scope scope) {
        Effect effect = knowledge.effect(Effect.Kind.OBJECT, name);
        if (effect == null || call.isOpen()) {
            return;
        }
        events++;
        Expression argument = call.argument(0);
        for (String keyword : List.of("seed", "x", "entropy")) {
            if (argument == null) {
                argument = call.keyword(keyword);
            }
        }
        if (argument == null) {
            if (inWorker) {
                outcome.madeInWorker.add(call);
            }
            return; // found without following the program
        }
        Value value = evaluation.value(argument, scope);
        runDependent(value, call);
        if (inWorker && value.byDefault() instanceof Value.Nothing) {
            outcome.madeInWorker.add(call);
        }
        if (value.byDefault() instanceof Value.Nothing && !(argument instanceof Constant)) {
            String option = value instanceof Value.Option o ? o.name() : "";
            for (GlobalGenerator generator : effect.generators()) {
                outcome.objects.add(new Outcome.Unseeded(here(call), generator, option));
            }
        }
    }

    // What is handed to libraries.

    private void later(
            @Nullable Symbol callee,
            @Nullable Call call,
            @Nullable GlobalGenerator generator,
            Node at,
            String what,
            boolean worker,
            boolean layer) {
        if (callee != null && !reach.matters(callee)) {
            return;
        }
        events++;
        if (later.size() >= MAX_LATER) {
            outcome.cut(
                    module,
                    at,
                    "of what its program hands to libraries, 1,000 functions were followed and no"
                            + " more");
        } else {
            later.add(
                    new Later(
                            here(at),
                            callee,
                            call,
                            generator,
                            what,
                            conditional == 0,
                            inWorker || worker,
                            layer,
                            state.copy()));
        }
    }

    private void loader(Call call, Scope scope) {
        Expression shuffle = call.argument(2, "shuffle");
        Expression sampler = call.argument(3, "sampler");
        Value shuffled =
                shuffle == null
                        ? new Value.Known(false)
                        : evaluation.value(shuffle, scope).byDefault();
        if (sampler == null
                && shuffled instanceof Value.Known k
                && k.value().equals(true)
                && !hasGenerator(call, scope)) {
            later(
                    null,
                    null,
                    GlobalGenerator.TORCH,
                    call,
                    written(call) + "(shuffle=True)",
                    false,
                    false);
        }
        Expression workers = call.argument(5, "num_workers");
        boolean alone =
                workers == null
                        || evaluation.value(workers, scope).byDefault() instanceof Value.Known k
                                && k.value().equals(0L);
        for (Expression argument : call.arguments()) {
            escape(argument, call, scope, false, !alone);
        }
        for (Argument keyword : call.keywords()) {
            boolean init = "worker_init_fn".equals(keyword.name());
            if (init) {
                workerInit(keyword.value(), call, scope);
            } else {
                escape(keyword.value(), call, scope, false, !alone);
            }
        }
    }

    /// A `worker_init_fn` that seeds with a constant gives every epoch the same augmentation.
    private void workerInit(Expression function, Call call, Scope scope) {
        if (!(symbol(function, scope) instanceof Symbol.Function f)) {
            return;
        }
        var child = new Execution(shared, f.module(), arguments, options);
        child.way.addAll(way);
        child.module = module;
        child.module = f.module();
        child.inWorker = true;
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            child.state.put(
                    generator,
                    new GeneratorStates.One(GeneratorStates.Seeding.SEEDED, true, here(call), ""));
        }
        child.importing = 1;
        child.call(f, null, f.definition(), f.module().scope(), false);
        for (Outcome.Reseed reseed : child.outcome.reseeds) {
            outcome.reseeds.add(
                    new Outcome.Reseed(
                            reseed.generator(),
                            reseed.seed(),
                            here(call),
                            "in every worker and every epoch"));
        }
        outcome.runDependent.addAll(child.outcome.runDependent);
        outcome.visited.addAll(child.outcome.visited);
    }

    private void escapes(Call call, Scope scope, boolean now) {
        for (Expression argument : call.arguments()) {
            escape(argument, call, scope, now, false);
        }
        for (Argument keyword : call.keywords()) {
            if ("worker_init_fn".equals(keyword.name())) {
                workerInit(keyword.value(), call, scope);
            } else {
                escape(keyword.value(), call, scope, now, false);
            }
        }
    }

    /// An argument of a call outside the project: functions, and the methods of objects, may be
    /// called.
    private void escape(Expression argument, Call call, Scope scope, boolean now, boolean worker) {
        switch (argument) {
            case ListDisplay l -> l.elements().forEach(e -> escape(e, call, scope, now, worker));
            case TupleDisplay t -> t.elements().forEach(e -> escape(e, call, scope, now, worker));
            case Starred s -> escape(s.value(), call, scope, now, worker);
            case Name _, Attribute _, Call _, Lambda _ -> {
                switch (symbol(argument, scope)) {
                    case Symbol.Function f -> callback(f, f.definition(), call, scope, now, worker);
                    case Symbol.Anonymous a ->
                            callback(a, a.definition(), call, scope, now, worker);
                    case Symbol.Result r when r.of() instanceof Symbol.Class c ->
                            methods(c, call, worker);
                    case null, default -> {}
                }
            }
            default -> {}
        }
    }

    private void callback(
            Symbol callee, Node definition, Call call, Scope scope, boolean now, boolean worker) {
        if (now) {
            switch (callee) {
                case Symbol.Function f -> call(f, null, call, scope, false);
                case Symbol.Anonymous a -> anonymous(a, null, call);
                case Symbol.External _,
                        Symbol.Package _,
                        Symbol.Module _,
                        Symbol.Class _,
                        Symbol.Result _ -> {}
            }
        } else if (postponed.add(definition)) {
            later(callee, null, null, call, "", worker, false);
        }
    }

    private void methods(Symbol.Class c, Call call, boolean worker) {
        if (!postponed.add(c.definition())) {
            return;
        }
        for (Statement statement : c.definition().body()) {
            if (statement instanceof FunctionDefinition f && !f.name().equals("__init__")) {
                later(project.function(c.module(), f), null, null, call, "", worker, false);
            }
        }
        for (Symbol base : project.bases(c)) {
            if (base instanceof Symbol.Class parent) {
                methods(parent, call, worker);
            }
        }
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

    private static boolean hasDecorator(Symbol.Function f, String name) {
        return f.definition().decorators().stream()
                .anyMatch(d -> d.expression() instanceof Name n && n.id().equals(name));
    }

    /// Whether several places make objects of a class.
    boolean isMadeAgain(Symbol.Class c) {
        return madeIn.getOrDefault(c.definition(), Set.of()).size() > 1;
    }

    private void construct(Symbol.Class c, Call call, Scope scope) {
        events += reach.matters(c) ? 1 : 0;
        made(c.definition(), call);
        if (recording != null) {
            recording.made.add(new QuietImports.Made(c.definition(), call));
        }
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
        escapes(call, scope, false);
    }

    private void made(ClassDefinition definition, Call call) {
        madeIn.computeIfAbsent(
                        definition, key -> Collections.newSetFromMap(new IdentityHashMap<>()))
                .add(call);
    }

    /// A class without a constructor of its own is made by its base's.
    private void baseEffects(Symbol.Class c, Call call, Scope scope, int depth) {
        for (Symbol base : project.bases(c)) {
            if (base instanceof Symbol.External e) {
                external(e.name(), call, scope);
            } else if (base instanceof Symbol.Class parent && depth < 10) {
                baseEffects(parent, call, scope, depth + 1);
            }
        }
    }

    private void anonymous(Symbol.Anonymous a, @Nullable Call call, Node at) {
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
    private void call(Symbol.Function f, @Nullable Call call, Node at, Scope scope, boolean bound) {
        if (way.size() >= MAX_CALLS || active.contains(f.definition())) {
            events += way.size() >= MAX_CALLS ? 1 : 0;
            return;
        }
        String arguments = bind(f, call, scope, bound);
        int number = numbers.computeIfAbsent(f.definition(), key -> numbers.size());
        String key =
                number
                        + "|"
                        + state.key()
                        + "|"
                        + arguments
                        + "|"
                        + (conditional > 0)
                        + isTrainingLoop()
                        + (importing > 0)
                        + inWorker;
        GeneratorStates known = memo.get(key);
        if (known != null) {
            events += loud.contains(key) ? 1 : 0;
            for (GlobalGenerator generator : GlobalGenerator.values()) {
                state.put(generator, known.get(generator));
            }
            return;
        }
        int eventsBefore = events;
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
        memo.put(key, state.withoutValues());
        if (events > eventsBefore) {
            loud.add(key);
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
            } else {
                value = Value.UNKNOWN;
            }
            if (symbol == null) {
                symbols.remove(parameter);
            } else {
                symbols.put(parameter, symbol);
                if (recording != null) {
                    recording.symbols.put(parameter, symbol);
                }
                key.append(symbol.name());
            }
            set(f.scope().key(parameter.name()), value);
            key.append(
                    switch (value) {
                        case Value.Unknown _ -> "?";
                        case Value.Present _ -> "!";
                        case Value.Nothing _ -> "None";
                        case Value.Known k -> String.valueOf(k.value());
                        case Value.Option o -> o.name();
                        case Value.Varying v -> "~" + v.what();
                    });
            key.append(',');
        }
        return key.toString();
    }

    // Processes.

    /// Follows what a started process does, in a state of its own. Returns whether `name` starts
    /// one.
    private boolean processes(String name, Call call, Scope scope) {
        boolean fork = knowledge.effect(Effect.Kind.PROCESS, name) != null;
        boolean spawn =
                knowledge.effect(Effect.Kind.SPAWN, name) != null
                        || name.contains("get_context().");
        if (fork
                || spawn && name.endsWith("Process")
                || knowledge.effect(Effect.Kind.SPAWN, name) != null) {
            events++;
            Expression target = call.keyword("target");
            if (target == null) {
                target =
                        call.keyword("func") != null
                                ? call.keyword("func")
                                : call.argument(0, "fn");
            }
            if (target != null && symbol(target, scope) instanceof Symbol.Function f) {
                child(f, call, spawn, scope);
            }
            return true;
        }
        if (knowledge.effect(Effect.Kind.PROGRAM, name) != null) {
            events++;
            program(call, scope);
            return true;
        }
        return false;
    }

    private void child(Symbol.Function f, Call call, boolean spawn, Scope scope) {
        if (way.size() >= MAX_CALLS || !active.add(f.definition())) {
            return;
        }
        var child = new Execution(shared, f.module(), arguments, options);
        child.way.addAll(way);
        child.way.add(new Waypoint.Link(module, call, "starts " + f.definition().name()));
        child.active.addAll(active);
        child.active.remove(f.definition());
        if (!spawn) {
            child.state = state.copy();
            child.imported.addAll(imported);
        }
        Outcome inside = child.runFunction(f, null, spawn);
        active.remove(f.definition());
        unseeded(inside)
                .forEach(draw ->
                        outcome.started.add(
                                new Outcome.Started(here(call), f.definition().name(), draw)));
        outcome.cuts.addAll(inside.cuts);
        outcome.visited.addAll(inside.visited);
        outcome.runDependent.addAll(inside.runDependent);
        outcome.objects.addAll(inside.objects);
        outcome.reseeds.addAll(inside.reseeds);
    }

    /// The first draw from each generator that a finished program never seeded.
    private static List<Outcome.Draw> unseeded(Outcome inside) {
        var first = new EnumMap<GlobalGenerator, Outcome.Draw>(GlobalGenerator.class);
        for (GlobalGenerator generator : GlobalGenerator.values()) {
            inside.draws(generator).stream().findFirst().ifPresent(d -> first.put(generator, d));
        }
        return List.copyOf(first.values());
    }

    private void program(Call call, Scope scope) {
        if (call.arguments().isEmpty()) {
            return;
        }
        Expression command = call.arguments().getFirst();
        List<Expression> words =
                switch (command) {
                    case ListDisplay l -> l.elements();
                    case TupleDisplay t -> t.elements();
                    default -> List.of(command);
                };
        for (int k = 0; k < words.size(); k++) {
            if (!(evaluation.value(words.get(k), scope).byDefault() instanceof Value.Known known)
                    || !(known.value() instanceof String text)) {
                continue;
            }
            PythonModule script = script(text);
            if (script == null || script == module || !outcome.programs.add(script)) {
                continue;
            }
            boolean open = words.stream().anyMatch(w -> w instanceof Starred) || words.size() == 1;
            var child =
                    new Execution(shared, script, open ? null : Integer.valueOf(words.size() - k));
            if (way.size() < MAX_CALLS / 2) {
                child.way.addAll(way);
                child.way.add(new Waypoint.Link(module, call, "starts " + script.path()));
                Outcome inside = child.run(new EntryPoint(script, null));
                unseeded(inside)
                        .forEach(draw ->
                                outcome.started.add(
                                        new Outcome.Started(here(call), script.path(), draw)));
                outcome.programs.addAll(inside.programs);
                outcome.cuts.addAll(inside.cuts);
            }
        }
    }

    private @Nullable PythonModule script(String text) {
        for (String word : text.split(" ", -1)) {
            if (!word.endsWith(".py")) {
                continue;
            }
            String name = word.substring(word.lastIndexOf('/') + 1);
            PythonModule found = null;
            for (String path : project.paths()) {
                if (path.equals(word) || path.endsWith("/" + word)) {
                    return project.module(path);
                }
                if (path.equals(name) || path.endsWith("/" + name)) {
                    if (found != null) {
                        return null;
                    }
                    found = project.module(path);
                }
            }
            return found;
        }
        return null;
    }
}
