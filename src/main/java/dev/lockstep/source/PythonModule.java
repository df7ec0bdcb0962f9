package dev.lockstep.source;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One file of a project with its scopes and calls; both are worked out when first asked for.
public final class PythonModule {
    private final Project project;
    private final String path;
    private final String name;
    private final Tree tree;
    private volatile @Nullable ModuleScopes scopes;
    private volatile @Nullable Map<Statement, List<PythonModule>> imported;
    private volatile @Nullable Set<String> importedFiles;

    PythonModule(Project project, String path, String name, Tree tree) {
        this.project = project;
        this.path = path;
        this.name = name;
        this.tree = tree;
    }

    public Project project() {
        return project;
    }

    /// The file, relative to the project's folder.
    public String path() {
        return path;
    }

    /// The path as a dotted name: `src/model.py` is `src.model`, `src/net/__init__.py` is
    /// `src.net`.
    public String name() {
        return name;
    }

    public Tree tree() {
        return tree;
    }

    public Source source() {
        return tree.source();
    }

    ModuleScopes scopes() {
        ModuleScopes known = scopes;
        return known == null ? build() : known;
    }

    /// Scopes are told apart by identity, so there is one set of them whoever comes first.
    private synchronized ModuleScopes build() {
        ModuleScopes known = scopes;
        if (known == null) {
            known = ScopeBuilder.build(this);
            scopes = known;
        }
        return known;
    }

    /// The scope of the module's own names.
    public Scope scope() {
        return scopes().top();
    }

    /// The scope that a definition, lambda or comprehension of this module opens.
    public @Nullable Scope scopeOf(Node node) {
        return scopes().byNode().get(node);
    }

    /// The scope in which the code at an offset runs.
    public Scope scopeAt(int offset) {
        Scope scope = scope();
        while (true) {
            Scope next = null;
            List<Scope> inner = scope.inner();
            int low = 0;
            int high = inner.size() - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                if (inner.get(middle).start() <= offset) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            for (int k = high; k >= 0 && next == null; k--) {
                if (inner.get(k).holds(offset)) {
                    next = inner.get(k);
                } else if (inner.get(k).end() <= offset
                        && inner.get(k).kind() != Scope.Kind.COMPREHENSION
                        && inner.get(k).kind() != Scope.Kind.LAMBDA) {
                    break;
                }
            }
            if (next == null) {
                return scope;
            }
            scope = next;
        }
    }

    /// Every call, in the order of the source.
    public List<CallSite> calls() {
        return scopes().calls();
    }

    /// The modules and names that it imports, anywhere in it, in the order of the source.
    public List<ImportSite> imports() {
        return scopes().imports();
    }

    /// Whether something in it may be a set or a hash: a set display, `set`, `frozenset`, a type of
    /// sets, the keys of a dictionary in a calculation, or `hash`. Without any, nothing in it is
    /// known to be one.
    public boolean mentionsHashes() {
        return scopes().hashes();
    }

    /// The project's files that its imports may run; none is read for it.
    public Set<String> importedFiles() {
        Set<String> known = importedFiles;
        if (known == null) {
            known = new LinkedHashSet<>();
            for (ImportSite site : imports()) {
                known.addAll(site.files());
            }
            importedFiles = known;
        }
        return Collections.unmodifiableSet(known);
    }

    /// The project's modules that an import statement of this module runs, packages first.
    public List<PythonModule> importedBy(Statement statement) {
        Map<Statement, List<PythonModule>> known = imported;
        if (known == null) {
            known = new IdentityHashMap<>();
            for (ImportSite site : imports()) {
                known.put(site.statement(), site.modules());
            }
            imported = known;
        }
        return known.getOrDefault(statement, List.of());
    }

    /// The statement `if __name__ == "__main__":`, or null.
    public Statement.@Nullable If mainGuard() {
        for (Statement statement : tree.body()) {
            if (statement instanceof Statement.If choice
                    && isMainTest(choice.branches().getFirst().test())) {
                return choice;
            }
        }
        return null;
    }

    private static boolean isMainTest(Expression test) {
        if (!(test instanceof Expression.Comparison comparison)
                || comparison.operands().size() != 2) {
            return false;
        }
        Expression first = comparison.operands().getFirst();
        Expression second = comparison.operands().getLast();
        return isName(first) && isMain(second) || isName(second) && isMain(first);
    }

    private static boolean isName(Expression e) {
        return e instanceof Expression.Name name && name.id().equals("__name__");
    }

    private static boolean isMain(Expression e) {
        return e instanceof Expression.StringLiteral text && text.value().equals("__main__");
    }

    /// What an expression of this module stands for, or null when the source doesn't say.
    public @Nullable Symbol symbol(Expression expression) {
        return project.resolve(expression, scopeAt(expression.start()));
    }

    /// The qualified name of an expression of this module, or null when the source doesn't say.
    public @Nullable String resolve(Expression expression) {
        Symbol symbol = symbol(expression);
        return symbol == null ? null : symbol.name();
    }

    @Override
    public String toString() {
        return path;
    }
}
