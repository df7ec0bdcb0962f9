package dev.lockstep.comparison;

import dev.lockstep.event.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The first event at which reference and candidate differ.
///
/// @param step how many optimizer steps the process had made when it happened
/// @param kind what differs
/// @param name the tensor's or generator's name where it is known
/// @param process the process, in words: `main`, `worker 1 of train.py:48`, `rank 1`
/// @param site the responsible line of the user's code, or null when the event has none
/// @param reference the fingerprint or value in the reference, or null when it has none
/// @param candidate the fingerprint or value in the candidate, or null when it has none
/// @param details what helps a person to see it, in order
public record Divergence(
        long step,
        Kind kind,
        @Nullable String name,
        String process,
        @Nullable Site site,
        @Nullable String reference,
        @Nullable String candidate,
        List<Detail> details) {
    /// The detail of an optimizer that has the same parameters in another order.
    static final String PARAMETER_ORDER = "order of the parameters";

    /// The detail of an operation that says whether what went into it is equal in both runs.
    static final String INPUTS = "inputs";

    static final String EQUAL = "equal";

    public Divergence {
        details = List.copyOf(details);
    }

    /// Whether what differs is the order in which an optimizer got its parameters.
    public boolean ofParameterOrder() {
        return details.stream().anyMatch(detail -> detail.what().equals(PARAMETER_ORDER));
    }

    /// Whether it is an operation, at a known line, that gave unequal outputs from equal inputs.
    /// What differs first may also be what went into one: the order of a list of tensors, say.
    public boolean ofVaryingOperation() {
        return kind == Kind.OPERATION
                && site != null
                && details.stream()
                        .anyMatch(detail ->
                                detail.what().equals(INPUTS) && EQUAL.equals(detail.reference()));
    }

    /// What can differ.
    public enum Kind {
        BATCH("batch", "batch"),
        LOSS("loss", "loss"),
        GRADIENT("gradient", "gradient"),
        PARAMETER("parameter", "parameter"),
        GENERATOR("generator", "state of a random generator"),
        LEARNING_RATE("learning-rate", "learning rate"),
        SCALE("scale", "scale of the gradients"),
        OPERATION("operation", "operation"),
        CHECKPOINT("checkpoint", "saved checkpoint"),
        STATE("state", "state of a module at the end"),
        OUTPUT("output", "printed text"),
        LENGTH("length", "number of events"),
        EXIT("exit", "way of ending");

        private final String event;
        private final String words;

        Kind(String event, String words) {
            this.event = event;
            this.words = words;
        }

        /// Gives the name in the verdict's JSON.
        public String event() {
            return event;
        }

        /// Gives the words for a sentence.
        public String words() {
            return words;
        }
    }

    /// One thing that both runs have, seen in each.
    public record Detail(String what, String reference, String candidate) {}
}
