package dev.lockstep.check;

import dev.lockstep.source.Node;
import dev.lockstep.source.PythonModule;

/// What is known about a value when the program runs with its default arguments.
sealed interface Value {
    Value UNKNOWN = new Unknown();
    Value NONE = new Nothing();

    record Unknown() implements Value {}

    /// `None`.
    record Nothing() implements Value {}

    /// A number, a string or a truth value that stands in the source.
    record Known(Object value) implements Value {}

    /// Something that is never `None`, otherwise unknown.
    record Present() implements Value {}

    /// An object that is true, as a generator that was made.
    record Made() implements Value {}

    /// What a command-line option gives.
    ///
    /// @param name as it is typed, `--seed`
    /// @param otherwise its value when it is not given
    record Option(String name, Value otherwise) implements Value {}

    /// Another value in every run.
    ///
    /// @param what where it comes from: `the clock`, `time.time()`
    record Varying(String what, PythonModule module, Node at) implements Value {}

    /// The value when no option is given.
    default Value byDefault() {
        return this instanceof Option option ? option.otherwise().byDefault() : this;
    }
}
