package dev.lockstep.cli;

import dev.lockstep.comparison.Divergence;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.event.Site;
import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the places of a verdict relative to the folder in which the command was started.
///
/// @param project sites are relative to it
/// @param folder where the command was started
record Shown(Path project, Path folder) {
    Divergence divergence(Divergence one) {
        var site = one.site();
        if (project.equals(folder) || site == null) {
            return one;
        }
        var shown = site(site);
        return new Divergence(
                one.step(),
                one.kind(),
                one.name(),
                one.process().replace(site.text(), shown.text()),
                shown,
                one.reference(),
                one.candidate(),
                one.details());
    }

    Explanation explanation(Explanation found) {
        if (project.equals(folder)) {
            return found;
        }
        return new Explanation(
                found.proved().stream()
                        .map(one ->
                                new Explanation.Proved(
                                        suspect(one.suspect()), divergence(one.without())))
                        .toList(),
                found.ruledOut().stream()
                        .map(one -> new Explanation.Rejected(suspect(one.suspect()), one.why()))
                        .toList(),
                found.suspected(),
                found.proof(),
                found.unpinned().stream().map(this::divergence).toList(),
                found.notes());
    }

    Verdict.LastBatches lastBatches(Verdict.LastBatches seen) {
        return new Verdict.LastBatches(
                seen.kept().stream()
                        .map(one -> one.site() == null ? one : one.at(site(one.site())))
                        .toList(),
                seen.dropped().stream().map(this::site).toList());
    }

    private Suspect suspect(Suspect suspect) {
        return new Suspect(
                suspect.hazard(),
                suspect.pin(),
                suspect.places().stream()
                        .map(place ->
                                new Place(
                                        site(place.site()),
                                        place.via(),
                                        place.feeds(),
                                        place.process()))
                        .toList());
    }

    private Site site(Site site) {
        try {
            var path = Path.of(site.file());
            if (project.equals(folder) || path.isAbsolute()) {
                return site;
            }
            return new Site(
                    folder.relativize(project.resolve(path)).toString(),
                    site.line(),
                    site.function());
        } catch (InvalidPathException e) {
            return site;
        }
    }

    /// The line of source at which runs part; null when it cannot be had.
    static @Nullable String source(Path folder, Divergence divergence) {
        var site = divergence.site();
        return site == null ? null : source(folder, site);
    }

    /// The line at which recorded runs part, as it stood when one of them ran: today's file can be
    /// another one. Only where no record holds the file, and they were made here, the folder's own
    /// is read.
    static @Nullable String source(
            Path folder, List<RunRecord> records, @Nullable Divergence divergence)
            throws IOException {
        var site = divergence == null ? null : divergence.site();
        if (site == null) {
            return null;
        }
        for (var record : records) {
            var kept = record.code().get(site.file());
            if (kept != null && !site.file().endsWith(".ipynb")) {
                try {
                    var text = new String(RunRecord.content(kept), StandardCharsets.UTF_8);
                    return text.lines().skip(site.line() - 1L).findFirst().orElse(null);
                } catch (Unreadable e) {
                    // Longer than any source that a run keeps.
                    return null;
                }
            }
        }
        return records.stream().anyMatch(RunRecord::packed) ? null : source(folder, site);
    }

    /// A line of source; null when it cannot be had.
    static @Nullable String source(Path folder, Site site) {
        if (site.file().endsWith(".ipynb")) {
            return Notebooks.line(folder.resolve(site.file()), site.line());
        }
        try (var lines = Files.lines(folder.resolve(site.file()))) {
            return lines.skip(site.line() - 1L).findFirst().orElse(null);
        } catch (IOException | java.io.UncheckedIOException | InvalidPathException e) {
            return null;
        }
    }
}
