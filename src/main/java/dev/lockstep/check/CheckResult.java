package dev.lockstep.check;

import java.util.List;

/// Everything that one check gave, each list in the order of files and places.
///
/// @param unused suppressions that suppressed nothing
/// @param suppressed how many findings a comment suppressed
/// @param baselined how many findings the baseline knew already
/// @param files how many files were looked at, the unreadable ones included
public record CheckResult(
        List<Finding> findings,
        List<Problem> problems,
        List<Suppression> unused,
        int suppressed,
        int baselined,
        int files) {
    public CheckResult {
        findings = List.copyOf(findings);
        problems = List.copyOf(problems);
        unused = List.copyOf(unused);
    }

    /// Tells whether there were files and none of them could be read.
    public boolean nothingRead() {
        return files > 0 && problems.stream().filter(Problem::unread).count() >= files;
    }

    /// Tells whether a finding is more than a note.
    public boolean failed() {
        return findings.stream().anyMatch(finding -> finding.severity() != Severity.NOTE);
    }
}
