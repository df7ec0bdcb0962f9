package dev.lockstep.hazard;

import java.util.Locale;
import java.util.stream.Collectors;

/// Renders `docs/reference/hazards.md` from the catalogue.
public final class CatalogueReference {
    private CatalogueReference() {}

    /// Gives the reference page as Markdown; the file under `docs` holds exactly this.
    public static String markdown() {
        var text = new StringBuilder();
        text.append(
                """
                # Hazards

                <!-- Generated from the catalogue; `./build -q test -Dtest=CatalogueTest -Dlockstep.refresh=true` writes it anew. -->

                A hazard is one way in which two runs can come to differ. Ids never change their meaning and are never
                used again. `lockstep explain LS102` shows the page of one; the id here leads to the same text.

                **read**: found in the source (`check`). **see**: found in a run (`verify`). **pin**: made deterministic for
                one run without touching the code (`run`). **fix**: the change is written into the source (`fix`).
                **prove**: shown by running. `gpu`: needs a CUDA device. A dash: not possible or not sensible; the page
                says why. The guideline numbers are those of the table in the project's README.

                | id | name | what it is | guideline | read | see | pin | fix | prove | pins |
                |---|---|---|---|---|---|---|---|---|---|
                """);
        for (Hazard hazard : Catalogue.hazards()) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| [%s](../../src/main/resources/dev/lockstep/hazard/%s) | %s | %s | %s |",
                            hazard.id(),
                            hazard.pageName(),
                            hazard.name(),
                            hazard.summary(),
                            hazard.guideline().isEmpty() ? "–" : hazard.guideline()));
            for (Ability ability : Ability.values()) {
                text.append(' ').append(word(hazard.abilities().of(ability))).append(" |");
            }
            String pins =
                    hazard.pins().stream()
                            .map(pin -> "`" + pin + "`")
                            .collect(Collectors.joining(", "));
            text.append(' ').append(pins.isEmpty() ? "–" : pins).append(" |\n");
        }
        return text.toString();
    }

    private static String word(Support support) {
        return switch (support) {
            case YES -> "yes";
            case GPU -> "gpu";
            case NO -> "–";
        };
    }
}
