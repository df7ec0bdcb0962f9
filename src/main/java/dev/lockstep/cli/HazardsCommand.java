package dev.lockstep.cli;

import dev.lockstep.hazard.Ability;
import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.hazard.Support;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `lockstep hazards`: prints the catalogue.
@Command(
        name = "hazards",
        mixinStandardHelpOptions = true,
        description = "List every hazard that Lockstep knows and what it can do about it.")
final class HazardsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the catalogue as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            var mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
            List<Map<String, Object>> hazards = new ArrayList<>();
            Catalogue.hazards().forEach(hazard -> hazards.add(map(hazard)));
            out.println(mapper.writeValueAsString(Map.of("hazards", hazards)));
        } else {
            out.printf("%-6s %-27s %-26s %s%n", "id", "name", "abilities", "what it is");
            for (Hazard hazard : Catalogue.hazards()) {
                out.printf(
                        "%-6s %-27s %-26s %s%n",
                        hazard.id(), hazard.name(), abilities(hazard), hazard.summary());
            }
            out.printf("%n* needs a CUDA device%nnext:  lockstep explain LS102%n");
        }
        out.flush();
        return 0;
    }

    /// Gives the five abilities in columns, `read see pin – prove`; an asterisk marks one that
    /// needs a CUDA device.
    static String abilities(Hazard hazard) {
        var text = new StringBuilder();
        for (Ability ability : Ability.values()) {
            String word =
                    switch (hazard.abilities().of(ability)) {
                        case YES -> ability.word();
                        case GPU -> ability.word() + "*";
                        case NO -> "–";
                    };
            text.append("%-5s".formatted(word));
        }
        return text.toString().stripTrailing();
    }

    private static Map<String, Object> map(Hazard hazard) {
        var abilities = new LinkedHashMap<String, String>();
        for (Ability ability : Ability.values()) {
            abilities.put(ability.word(), word(hazard.abilities().of(ability)));
        }
        var map = new LinkedHashMap<String, Object>();
        map.put("id", hazard.id());
        map.put("name", hazard.name());
        map.put("guideline", hazard.guideline().isEmpty() ? null : hazard.guideline());
        map.put("summary", hazard.summary());
        map.put("abilities", abilities);
        map.put("pins", hazard.pins());
        return map;
    }

    private static String word(Support support) {
        return switch (support) {
            case YES -> "yes";
            case GPU -> "gpu";
            case NO -> "no";
        };
    }
}
