package dev.lockstep.check;

import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Parameter;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Symbol;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The modules whose import did nothing but import others and give names their values, so that the
/// next program that imports one need not be led through it again.
final class QuietImports {
    /// @param states how all generators stood when it was imported
    private record Key(PythonModule module, String states) {}

    /// One import statement that was run, and the module it stands in.
    record Nested(PythonModule module, Statement statement) {}

    /// A class of which an object was made, and the call that made it.
    record Made(ClassDefinition definition, Call call) {}

    /// What is left of a module.
    ///
    /// @param imports in the order in which they ran
    /// @param symbols what parameters stood for last
    /// @param statements how many ran in it, which whoever imports it has to count too
    record Left(
            List<Nested> imports,
            Map<String, Value> values,
            List<Made> made,
            IdentityHashMap<Parameter, Symbol> symbols,
            int statements) {
        Left {
            imports = List.copyOf(imports);
            values = Map.copyOf(values);
            made = List.copyOf(made);
        }
    }

    private final ConcurrentMap<Key, Left> known = new ConcurrentHashMap<>();

    @Nullable Left get(PythonModule module, String states) {
        return known.get(new Key(module, states));
    }

    void put(PythonModule module, String states, Left left) {
        known.put(new Key(module, states), left);
    }
}
