package dev.lockstep.cli;

import dev.lockstep.event.Unreadable;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import dev.lockstep.report.RunsList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Removes runs: says which, asks a person at a terminal, and leaves those that are in use.
final class Removal {
    private final Surroundings surroundings;
    private final RunStore store;

    Removal(Surroundings surroundings, RunStore store) {
        this.surroundings = surroundings;
        this.store = store;
    }

    /// Removes these runs.
    ///
    /// @param ask whether a person at a terminal is asked
    /// @return 0, or 2 when one was in use or could not be removed
    int remove(List<String> ids, boolean ask) throws IOException {
        var entries = new ArrayList<RunsList.Entry>();
        for (var id : ids) {
            entries.add(entry(id));
        }
        surroundings.out().print(RunsList.text(entries));
        if (ask && surroundings.terminalIn() && surroundings.terminalOut() && !agreed()) {
            surroundings.out().println("nothing was removed");
            return 0;
        }
        var kept = new ArrayList<String>();
        for (var id : ids) {
            try {
                if (!store.remove(id)) {
                    kept.add(id + " is in use by another command");
                }
            } catch (Unreadable e) {
                // Another command removed it meanwhile.
            } catch (IOException e) {
                kept.add(id + " cannot be removed: " + e.getMessage());
            }
        }
        int removed = ids.size() - kept.size();
        surroundings.out().println("removed " + removed + (removed == 1 ? " run" : " runs"));
        if (!kept.isEmpty()) {
            throw new CannotTell(
                    String.join("\n", kept),
                    "a run in use can be removed when the command that uses it has ended");
        }
        return 0;
    }

    private boolean agreed() throws IOException {
        surroundings.out().print("remove them? [y/N] ");
        surroundings.out().flush();
        var line =
                new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
                        .readLine();
        return line != null && line.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private RunsList.Entry entry(String id) throws IOException {
        try (var record = RunRecord.open(store.runs().resolve(id))) {
            return RecordOptions.entry(record);
        } catch (Unreadable e) {
            return new RunsList.Entry(id, null, null, 0, e.getMessage());
        }
    }
}
