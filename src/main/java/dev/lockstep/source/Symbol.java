package dev.lockstep.source;

import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import org.jspecify.annotations.Nullable;

/// What an expression stands for, as far as the source says.
public sealed interface Symbol {
    /// The qualified name. A project's own things are named by the path of their file
    /// (`src/model.py` holds `src.model.Net`), everything else as it is imported; what a call gives
    /// is the callee's name and `()`: `numpy.random.default_rng().normal`, `src.model.Net().rng`.
    String name();

    /// Something outside the project.
    record External(String name) implements Symbol {}

    /// A folder of the project that can be imported; its `__init__` may be absent.
    record Package(String folder, @Nullable PythonModule init) implements Symbol {
        @Override
        public String name() {
            return folder.replace('/', '.');
        }
    }

    record Module(PythonModule module) implements Symbol {
        @Override
        public String name() {
            return module.name();
        }
    }

    /// A function of the project.
    ///
    /// @param owner the class whose method it is, or null
    record Function(
            PythonModule module,
            FunctionDefinition definition,
            Scope scope,
            @Nullable Class owner,
            String name)
            implements Symbol {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Function that && that.definition == definition;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(definition);
        }

        @Override
        public String toString() {
            return name();
        }
    }

    /// A class of the project.
    ///
    /// @param scope the scope of its body
    record Class(PythonModule module, ClassDefinition definition, Scope scope, String name)
            implements Symbol {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Class that && that.definition == definition;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(definition);
        }

        @Override
        public String toString() {
            return name();
        }
    }

    /// A lambda of the project.
    record Anonymous(PythonModule module, Expression.Lambda definition, Scope scope)
            implements Symbol {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Anonymous that && that.definition == definition;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(definition);
        }

        @Override
        public String toString() {
            return name();
        }

        @Override
        public String name() {
            return scope.name();
        }
    }

    /// What a call of a project's class or function gives.
    record Result(Symbol of) implements Symbol {
        @Override
        public String name() {
            return of.name() + "()";
        }
    }
}
