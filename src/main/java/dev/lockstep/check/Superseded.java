package dev.lockstep.check;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Two hazards that speak of one place in two ways: the one that says more stays.
final class Superseded {
    private static final Map<String, Set<String>> BY =
            Map.of(
                    "LS102", Set.of("LS112"),
                    "LS103", Set.of("LS202"),
                    "LS104", Set.of("LS201"),
                    "LS111", Set.of("LS202"));

    private Superseded() {}

    /// Removes every finding whose place begins where a finding begins that says more.
    static void remove(List<Finding> findings) {
        findings.removeIf(finding -> {
            Set<String> better = BY.getOrDefault(finding.hazard().id(), Set.of());
            return findings.stream()
                    .anyMatch(other ->
                            better.contains(other.hazard().id())
                                    && other.place().start() == finding.place().start());
        });
    }
}
