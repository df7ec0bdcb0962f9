package dev.lockstep.check;

import dev.lockstep.hazard.Catalogue;
import dev.lockstep.hazard.Hazard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which hazards a check looks for.
///
/// @param ids the selected ones
/// @param named those that were asked for one by one, not by a prefix or by default; their notes
///   are shown
public record Selection(Set<String> ids, Set<String> named) {
    /// Every hazard.
    public static final Selection ALL =
            new Selection(
                    new LinkedHashSet<>(Catalogue.hazards().stream().map(Hazard::id).toList()),
                    Set.of());

    public Selection {
        ids = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(ids));
        named = Set.copyOf(named);
    }

    /// Takes what to select and what to ignore: ids, names, or prefixes of ids such as `LS1`; an
    /// empty `select` selects everything.
    ///
    /// @throws IllegalArgumentException naming a word that means no hazard
    public static Selection of(List<String> select, List<String> ignore) {
        var ids = new LinkedHashSet<String>();
        var named = new LinkedHashSet<String>();
        if (select.isEmpty()) {
            ids.addAll(ALL.ids());
        }
        for (String word : select) {
            ids.addAll(meant(word));
            Catalogue.find(word).map(Hazard::id).ifPresent(named::add);
        }
        for (String word : ignore) {
            ids.removeAll(meant(word));
        }
        named.retainAll(ids);
        return new Selection(ids, named);
    }

    private static List<String> meant(String word) {
        var exact = Catalogue.find(word);
        if (exact.isPresent()) {
            return List.of(exact.get().id());
        }
        String prefix = word.strip().toUpperCase(Locale.ROOT);
        var found = new ArrayList<String>();
        if (prefix.startsWith("LS")) {
            for (Hazard hazard : Catalogue.hazards()) {
                if (hazard.id().startsWith(prefix)) {
                    found.add(hazard.id());
                }
            }
        }
        if (found.isEmpty()) {
            List<Hazard> near = Catalogue.near(word);
            throw new IllegalArgumentException(
                    "no hazard “"
                            + word
                            + "”"
                            + (near.isEmpty()
                                    ? ""
                                    : "; did you mean "
                                            + near.getFirst().id()
                                            + " "
                                            + near.getFirst().name()
                                            + "?"));
        }
        return found;
    }
}
