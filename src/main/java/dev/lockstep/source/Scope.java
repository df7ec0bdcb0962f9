package dev.lockstep.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// A region of names: a module, a class body, a function, a lambda or a comprehension.
public final class Scope {
    /// What a scope belongs to.
    public enum Kind {
        MODULE,
        CLASS,
        FUNCTION,
        LAMBDA,
        COMPREHENSION
    }

    private final Kind kind;
    private final PythonModule module;
    private final @Nullable Scope outer;
    private final @Nullable Node node;
    private final int start;
    private final int end;
    private final String part;

    // Most scopes hold little, and there are many: what is empty takes no place.
    private List<Scope> inner = List.of();
    private Map<String, List<Binding>> definitions = Map.of();
    private Map<String, List<Binding>> attributes = Map.of();
    private Set<String> globals = Set.of();
    private Set<String> nonlocals = Set.of();
    private volatile @Nullable String name;
    private volatile @Nullable ConcurrentMap<String, String> keys;
    private volatile @Nullable List<Expression> returned;
    private int holeStart = -1;
    private int holeEnd = -1;

    /// @param part the last part of its name; empty when it has the name of the scope around it
    Scope(
            Kind kind,
            PythonModule module,
            @Nullable Scope outer,
            @Nullable Node node,
            int start,
            int end,
            String part) {
        this.kind = kind;
        this.module = module;
        this.outer = outer;
        this.node = node;
        this.start = start;
        this.end = end;
        this.part = part;
        if (outer != null) {
            if (outer.inner.isEmpty()) {
                outer.inner = new ArrayList<>(4);
            }
            outer.inner.add(this);
        }
    }

    public Kind kind() {
        return kind;
    }

    public PythonModule module() {
        return module;
    }

    /// The scope around it, or null for a module.
    public @Nullable Scope outer() {
        return outer;
    }

    /// The definition, lambda or comprehension it belongs to, or null for a module.
    public @Nullable Node node() {
        return node;
    }

    /// The qualified name of what it belongs to.
    public String name() {
        String known = name;
        if (known == null) {
            known =
                    outer == null
                            ? part
                            : part.isEmpty() ? outer.name() : outer.name() + "." + part;
            name = known;
        }
        return known;
    }

    /// The qualified name of a name in it, `src.model.Net:width`.
    public String key(String id) {
        ConcurrentMap<String, String> known = keys;
        if (known == null) {
            known = new ConcurrentHashMap<>(4);
            keys = known;
        }
        String key = known.get(id);
        if (key == null) {
            key = name() + ":" + id;
            known.put(id, key);
        }
        return key;
    }

    public int start() {
        return start;
    }

    public int end() {
        return end;
    }

    /// The innermost function, lambda or module around the code here: where its statements run.
    public Scope running() {
        Scope scope = this;
        while (scope.outer != null
                && (scope.kind == Kind.CLASS || scope.kind == Kind.COMPREHENSION)) {
            scope = scope.outer;
        }
        return scope;
    }

    /// The class whose method this is, or null.
    public @Nullable Scope owner() {
        return kind == Kind.FUNCTION && outer != null && outer.kind == Kind.CLASS ? outer : null;
    }

    /// The names bound here, sorted.
    public List<String> names() {
        return definitions.keySet().stream().sorted().toList();
    }

    /// Those right inside, in the order of the source; for reading only.
    List<Scope> inner() {
        return inner;
    }

    /// Code in these offsets is inside the region but runs in the scope outside.
    void hole(int from, int to) {
        holeStart = from;
        holeEnd = to;
    }

    /// What the function returns, once somebody looked.
    @Nullable List<Expression> returned() {
        return returned;
    }

    void returned(List<Expression> expressions) {
        returned = expressions;
    }

    boolean holds(int offset) {
        return start <= offset && offset < end && !(holeStart <= offset && offset < holeEnd);
    }

    void global(String id) {
        globals = with(globals, id);
    }

    void nonlocal(String id) {
        nonlocals = with(nonlocals, id);
    }

    private static Set<String> with(Set<String> names, String id) {
        Set<String> more = names.isEmpty() ? new HashSet<>(4) : names;
        more.add(id);
        return more;
    }

    void define(String id, Definition definition) {
        target(id).defineHere(id, definition);
    }

    private Scope target(String id) {
        Scope scope = this;
        while (scope.kind == Kind.COMPREHENSION && scope.outer != null) {
            scope = scope.outer;
        }
        if (scope.globals.contains(id)) {
            return scope.top();
        }
        if (scope.nonlocals.contains(id)) {
            for (Scope s = scope.outer; s != null; s = s.outer) {
                if (s.kind == Kind.FUNCTION && s.definitions.containsKey(id)) {
                    return s;
                }
            }
        }
        return scope;
    }

    /// Defines a comprehension's own target.
    void defineHere(String id, Definition definition) {
        definitions = with(definitions, id, definition);
    }

    /// The scope that a name means when it is used here, or null when no scope of the module binds
    /// it.
    public @Nullable Scope declaring(String id) {
        boolean first = true;
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.globals.contains(id)) {
                Scope top = scope.top();
                return top.definitions.containsKey(id) ? top : null;
            }
            boolean visible = scope.kind != Kind.CLASS || first;
            if (visible && !scope.nonlocals.contains(id) && scope.definitions.containsKey(id)) {
                return scope;
            }
            first = first && scope.kind == Kind.COMPREHENSION;
        }
        return null;
    }

    Scope top() {
        Scope scope = this;
        while (scope.outer != null) {
            scope = scope.outer;
        }
        return scope;
    }

    /// `self.id = …` somewhere in the class.
    void attribute(String id, Definition definition) {
        attributes = with(attributes, id, definition);
    }

    private static Map<String, List<Binding>> with(
            Map<String, List<Binding>> bindings, String id, Definition definition) {
        Map<String, List<Binding>> more = bindings.isEmpty() ? new HashMap<>(4) : bindings;
        var binding = new Binding(definition);
        List<Binding> before = more.get(id);
        if (before == null) {
            more.put(id, List.of(binding));
        } else if (before.size() == 1) {
            var several = new ArrayList<Binding>(4);
            several.add(before.getFirst());
            several.add(binding);
            more.put(id, several);
        } else {
            before.add(binding);
        }
        return more;
    }

    /// What a name that is bound here is bound to, one for each place, `+=` left out.
    public List<Assigned> assigned(String id) {
        return assigned(definitions(id));
    }

    /// What `self.id` is bound to in this class, one for each place.
    public List<Assigned> assignedToSelf(String id) {
        return assigned(attributes(id));
    }

    private static List<Assigned> assigned(List<Binding> bindings) {
        return bindings.stream()
                .map(Binding::definition)
                .filter(definition -> !(definition instanceof Definition.Updated))
                .map(Assigned::of)
                .toList();
    }

    List<Binding> definitions(String id) {
        return definitions.getOrDefault(id, List.of());
    }

    List<Binding> attributes(String id) {
        return attributes.getOrDefault(id, List.of());
    }
}
