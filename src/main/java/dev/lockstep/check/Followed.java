package dev.lockstep.check;

import dev.lockstep.source.Node;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// LS101, LS102, LS104, LS105, LS110, LS113 and LS114: what following the programs of a project
/// showed (see {@link Seeding}).
///
/// In a function that no program reaches, as in a library, a draw from a shared generator is a
/// note.
final class Followed implements Rule {
    private final String hazard;
    private final @Nullable GlobalGenerator generator;

    Followed(String hazard) {
        this.hazard = hazard;
        GlobalGenerator named = null;
        for (GlobalGenerator each : GlobalGenerator.values()) {
            if (each.hazard().equals(hazard)) {
                named = each;
            }
        }
        this.generator = named;
    }

    @Override
    public String hazard() {
        return hazard;
    }

    @Override
    public Set<String> words() {
        var words = new TreeSet<String>();
        Knowledge table = Knowledge.table();
        for (Effect.Kind kind : Effect.Kind.values()) {
            if (kind != Effect.Kind.VARIES && kind != Effect.Kind.CALLS) {
                words.addAll(table.words(kind));
            }
        }
        words.removeIf(word ->
                word.isEmpty()
                        || !word.chars()
                                .allMatch(
                                        c -> c == '_' || c < 128 && Character.isLetterOrDigit(c)));
        words.add("__main__");
        words.addAll(Outside.OF_TABLES);
        return words;
    }

    @Override
    public boolean followsPrograms() {
        return true;
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        Seeding seeding = programs.seeding();
        for (Seeding.Detected found : seeding.found(unit.path(), hazard)) {
            if (Naming.isNaming(unit, found.at())) {
                continue; // a name, a port is no result
            }
            report.report(found.severity(), found.at(), found.message(), found.steps(), fix(found));
        }
        if (generator != null) {
            notes(unit, seeding, report, generator);
        }
    }

    private @Nullable Fix fix(Seeding.Detected found) {
        return switch (hazard) {
            case "LS110" -> Fix.display("move the seed up, before the first draw");
            case "LS113" -> Fix.display("draw from a torch.Generator or numpy Generator made here");
            case "LS114" -> Fix.display("pass a seed to the process and seed there first");
            default ->
                    generator == null
                            ? null
                            : Fix.display(
                                    "call " + generator.remedy() + " at the start of the program");
        };
    }

    private static void notes(
            Unit unit, Seeding seeding, Reporter report, GlobalGenerator generator) {
        Set<Node> told = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Unit.Named named : unit.draws()) {
            Effect effect = Knowledge.table().effect(Effect.Kind.DRAW, named.name());
            if (effect == null || !effect.generators().contains(generator)) {
                continue;
            }
            Node function = unit.function(named.call());
            if (function == null
                    || seeding.reaches(function)
                    || named.call().keyword("generator") != null
                    || !told.add(function)) {
                continue;
            }
            report.report(
                    Severity.NOTE,
                    named.call(),
                    "draws from " + generator.title() + ", which the caller has to seed",
                    null);
        }
    }
}
