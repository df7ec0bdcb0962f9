package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The classes of installed packages in the order in which Python looks a method up in them.
final class Ancestry {
    private static final int MOST = 60;

    private final Packages packages;
    private final Map<Statement, List<Symbol.Class>> known = new IdentityHashMap<>();

    Ancestry(Packages packages) {
        this.packages = packages;
    }

    /// The class and its ancestors: each before its own bases and behind every class that comes
    /// from it.
    List<Symbol.Class> of(Symbol.Class c) {
        List<Symbol.Class> order = known.get(c.definition());
        if (order == null) {
            var all = new ArrayList<Symbol.Class>();
            collect(c, all, 0);
            var last = new ArrayList<Symbol.Class>();
            for (int k = 0; k < all.size(); k++) {
                if (!all.subList(k + 1, all.size()).contains(all.get(k))) {
                    last.add(all.get(k));
                }
            }
            order = List.copyOf(last);
            known.put(c.definition(), order);
        }
        return order;
    }

    private void collect(Symbol.Class c, List<Symbol.Class> into, int depth) {
        if (depth > 20 || into.size() > MOST) {
            return;
        }
        into.add(c);
        for (Symbol base : c.module().project().bases(c)) {
            Symbol known = base instanceof Symbol.External e ? packages.symbol(e.name()) : base;
            if (known instanceof Symbol.Class parent) {
                collect(parent, into, depth + 1);
            }
        }
    }

    /// A method of an object of class `c`.
    ///
    /// @param after look behind this class only, as `super()` in one of its methods does; or null
    Symbol.@Nullable Function method(Symbol.Class c, String name, Symbol.@Nullable Class after) {
        boolean open = after == null;
        for (Symbol.Class one : of(c)) {
            if (open) {
                for (Statement statement : one.definition().body().reversed()) {
                    if (statement instanceof FunctionDefinition f && f.name().equals(name)) {
                        return one.module().project().function(one.module(), f);
                    }
                    if (statement instanceof Statement.Assign assign
                            && assign.targets().getFirst() instanceof Expression.Name target
                            && target.id().equals(name)) {
                        return assigned(one, assign.value());
                    }
                }
            }
            open |= one.equals(after);
        }
        return null;
    }

    /// `path = staticmethod(function)` in a class.
    private static Symbol.@Nullable Function assigned(Symbol.Class c, Expression value) {
        Expression function =
                value instanceof Expression.Call call && call.arguments().size() == 1
                        ? call.arguments().getFirst()
                        : value;
        return c.module().symbol(function) instanceof Symbol.Function f ? f : null;
    }
}
