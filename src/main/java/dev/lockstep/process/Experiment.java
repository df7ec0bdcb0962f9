package dev.lockstep.process;

import java.util.ArrayList;
import java.util.List;

/// The command that trains: a script, a module, or any command line that starts Python.
public sealed interface Experiment {

    /// `SCRIPT.py ARGUMENTS…`, also a notebook, whose code cells run in order.
    record Script(String path, List<String> arguments) implements Experiment {
        public Script {
            arguments = List.copyOf(arguments);
        }

        /// Whether it is a Jupyter notebook.
        public boolean isNotebook() {
            return path.endsWith(".ipynb");
        }
    }

    /// `-m MODULE ARGUMENTS…`.
    record Module(String name, List<String> arguments) implements Experiment {
        public Module {
            arguments = List.copyOf(arguments);
        }
    }

    /// `-- COMMAND…`: anything else that starts Python, such as `torchrun`.
    record Command(List<String> line) implements Experiment {
        public Command {
            line = List.copyOf(line);
            if (line.isEmpty()) {
                throw new IllegalArgumentException("a command needs at least one word");
            }
        }
    }

    /// The words as a person types them after Lockstep's own options.
    default List<String> words() {
        var words = new ArrayList<String>();
        switch (this) {
            case Script script -> {
                words.add(script.path());
                words.addAll(script.arguments());
            }
            case Module module -> {
                words.add("-m");
                words.add(module.name());
                words.addAll(module.arguments());
            }
            case Command command -> {
                words.add("--");
                words.addAll(command.line());
            }
        }
        return List.copyOf(words);
    }

    /// Reads {@link #words()} back.
    static Experiment of(List<String> words) {
        return switch (words.isEmpty() ? "" : words.getFirst()) {
            case "" -> throw new IllegalArgumentException("an experiment needs at least one word");
            case "--" -> new Command(words.subList(1, words.size()));
            case "-m" -> {
                if (words.size() < 2) {
                    throw new IllegalArgumentException("-m needs the name of a module");
                }
                yield new Module(words.get(1), words.subList(2, words.size()));
            }
            default -> new Script(words.getFirst(), words.subList(1, words.size()));
        };
    }

    /// True when the command brings up a group of processes that meet at a port of this machine.
    default boolean meetsAtPort() {
        return this instanceof Command command
                && command.line().stream()
                        .anyMatch(word ->
                                word.endsWith("torchrun")
                                        || word.startsWith("torch.distributed.")
                                        || word.endsWith("accelerate")
                                        || word.endsWith("deepspeed"));
    }
}
