package dev.lockstep.cli;

import java.util.List;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says which option somebody meant who wrote one that there is not; everything else is said as
/// before.
///
/// @param other who says it
record Misspelt(IParameterExceptionHandler other) implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] args) throws Exception {
        if (e instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption()) {
            String written = unmatched.getUnmatched().getFirst();
            int equals = written.indexOf('=');
            String name = equals < 0 ? written : written.substring(0, equals);
            List<String> near =
                    e.getCommandLine().getCommandSpec().optionsMap().keySet().stream()
                            .filter(option -> option.startsWith("--"))
                            .filter(option -> Spelling.distance(option, name) <= 2)
                            .sorted()
                            .toList();
            if (!near.isEmpty()) {
                var err = e.getCommandLine().getErr();
                err.println(
                        "lockstep: there is no option "
                                + name
                                + "; did you mean "
                                + String.join(" or ", near)
                                + "?");
                err.println(
                        "next:  "
                                + e.getCommandLine().getCommandSpec().qualifiedName()
                                + " --help      lists them all");
                return 2;
            }
        }
        return other.handleParseException(e, args);
    }
}
