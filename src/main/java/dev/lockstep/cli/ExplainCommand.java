package dev.lockstep.cli;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.hazard.HazardPage;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lockstep explain HAZARD`: prints the page of one hazard.
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Explain one hazard: what it is, why it matters, what to write instead.")
final class ExplainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "HAZARD", description = "An id or a name: LS202 or unseeded-worker.")
    @SuppressWarnings("NullAway.Init")
    private String wanted;

    @Override
    public Integer call() {
        Optional<Hazard> hazard = Catalogue.find(wanted);
        if (hazard.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            List<Hazard> near = Catalogue.near(wanted);
            String meant =
                    near.stream()
                            .map(one -> one.id() + " " + one.name())
                            .collect(Collectors.joining(", "));
            err.println(
                    "lockstep: no hazard “"
                            + wanted
                            + "”"
                            + (near.isEmpty() ? "" : "; did you mean " + meant + "?"));
            err.println("next:  lockstep hazards      lists them all");
            err.flush();
            return 2;
        }
        PrintWriter out = spec.commandLine().getOut();
        HazardPage page =
                HazardPage.of(hazard.get())
                        .orElseThrow(
                                () -> new IllegalStateException("no page " + hazard.get().id()));
        String text = TerminalMarkdown.render(page.markdown());
        int line = text.indexOf('\n') + 1;
        out.print(text.substring(0, line));
        out.println(facts(hazard.get()));
        out.print(text.substring(line));
        out.flush();
        return 0;
    }

    private static String facts(Hazard hazard) {
        var text = new StringBuilder("  ").append(hazard.summary()).append("\n  ");
        text.append(HazardsCommand.abilities(hazard).replaceAll(" +", " · "));
        if (!hazard.guideline().isEmpty()) {
            text.append("   guideline ").append(hazard.guideline());
        }
        if (!hazard.pins().isEmpty()) {
            text.append("   pins: ").append(String.join(", ", hazard.pins()));
        }
        if (hazard.abilities().see() == dev.lockstep.hazard.Support.GPU) {
            text.append("\n  * needs a CUDA device");
        }
        return text.toString();
    }
}
