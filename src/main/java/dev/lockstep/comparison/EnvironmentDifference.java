package dev.lockstep.comparison;

/// Something in which two runs differ around their events.
///
/// @param group what it belongs to
/// @param what its name
/// @param reference its value there, `–` where the run has none
/// @param candidate its value there, `–` where the run has none
public record EnvironmentDifference(Group group, String what, String reference, String candidate) {
    /// Gives the id of the hazard that it is.
    public String hazard() {
        return switch (group) {
            case CODE, OTHER -> "LS401";
            case DATA -> "LS402";
            case TORCH, PACKAGE, PYTHON -> "LS403";
            case MACHINE ->
                    what.equals("system") || what.equals("distribution") ? "LS403" : "LS404";
            case COMMAND, PINS, VARIABLE, FLAG -> "LS405";
        };
    }

    /// What can differ, the likeliest cause first.
    public enum Group {
        COMMAND("command"),
        CODE("code"),
        DATA("data"),
        TORCH("torch"),
        PACKAGE("package"),
        PYTHON("python"),
        PINS("pins"),
        VARIABLE("variable"),
        FLAG("flag"),
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
