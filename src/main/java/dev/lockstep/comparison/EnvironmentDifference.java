package dev.lockstep.comparison;

/// Something in which two runs differ around their events.
///
/// @param group what it belongs to
/// @param what its name
/// @param reference its value there, `–` where the run has none
/// @param candidate its value there, `–` where the run has none
public record EnvironmentDifference(Group group, String what, String reference, String candidate) {
    /// What can differ, the likeliest cause first.
    public enum Group {
        COMMAND("command"),
        CODE("code"),
        DATA("data"),
        PACKAGE("package"),
        TORCH("torch"),
        PYTHON("python"),
        PINS("pins"),
        VARIABLE("variable"),
        MACHINE("machine"),
        OTHER("other");

        private final String words;

        Group(String words) {
            this.words = words;
        }

        /// Gives the word for a list.
        public String words() {
            return words;
        }
    }
}
