package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes the processes of one run, gives each a key that the process with the same part in another
/// run has too: by role, never by process id.
///
/// The main process, worker w of loader k in pass j, and rank r are known by their role alone.
/// Other children are known by their parent, what they were started as, and the ordinal that the
/// agent gave them; where there is none, in the order of their process ids, and then only once the
/// run has ended, because a process that starts slowly may show up late.
final class Alignment {
    private final List<ProcessSide> processes = new ArrayList<>();
    private final Map<Long, ProcessSide> byPid = new HashMap<>();
    private final Map<String, ProcessSide> placed = new LinkedHashMap<>();
    private final List<ProcessSide> unplaced = new ArrayList<>();

    void add(ProcessSide side) {
        processes.add(side);
        unplaced.add(side);
        Event.Process process = side.process;
        if (process != null) {
            byPid.putIfAbsent(process.pid(), side);
        }
    }

    /// Gives the processes whose place is certain, by key, in the order in which they were placed.
    Map<String, ProcessSide> place(boolean ended) {
        List<ProcessSide> order = new ArrayList<>(unplaced);
        order.sort(
                Comparator.comparingLong((ProcessSide side) ->
                                side.process == null ? Long.MAX_VALUE : side.process.pid())
                        .thenComparing(ProcessSide::name));
        for (ProcessSide side : order) {
            boolean certain =
                    switch (side.role()) {
                        case Role.Main _, Role.Rank _, Role.Worker _ -> true;
                        case Role.Child child ->
                                child.ordinal() != null || child.pool() || child.program();
                    };
            if (!certain && !ended) {
                continue;
            }
            String key = key(side, 0);
            String free = key;
            for (int again = 2; placed.containsKey(free); again++) {
                free = key + " #" + again;
            }
            placed.put(free, side);
            unplaced.remove(side);
            side.called(() -> words(side));
        }
        return placed;
    }

    private @Nullable ProcessSide parent(ProcessSide side) {
        Event.Process process = side.process;
        if (process == null) {
            return null;
        }
        ProcessSide parent = byPid.get(process.ppid());
        return parent == side ? null : parent;
    }

    private String key(ProcessSide side, int depth) {
        ProcessSide parent = depth < 8 ? parent(side) : null;
        String above = parent == null ? "" : key(parent, depth + 1) + " / ";
        return switch (side.role()) {
            case Role.Main _ -> "main";
            case Role.Rank rank -> "rank " + rank.rank();
            case Role.Worker worker ->
                    above
                            + "worker "
                            + worker.loader()
                            + " "
                            + worker.iterator()
                            + " "
                            + worker.worker();
            case Role.Child child when child.pool() -> above + "pool " + child.name();
            case Role.Child child when child.program() -> child.text();
            case Role.Child child ->
                    above
                            + "child "
                            + (child.ordinal() == null ? "" : child.ordinal() + " ")
                            + started(side);
        };
    }

    /// What a child was started as: its script's or module's name. Its other arguments may hold a
    /// port, a pipe or a temporary path.
    private static String started(ProcessSide side) {
        Event.Process process = side.process;
        if (process == null || process.argv().isEmpty()) {
            return "?";
        }
        String first = process.argv().getFirst();
        String name =
                first.substring(Math.max(first.lastIndexOf('/'), first.lastIndexOf('\\')) + 1);
        return name.isEmpty() ? "?" : name;
    }

    private String words(ProcessSide side) {
        ProcessSide parent = parent(side);
        String of =
                parent == null || parent.role() instanceof Role.Main
                        ? ""
                        : " in " + parent.role().text();
        return switch (side.role()) {
            case Role.Main main -> main.text();
            case Role.Rank rank -> rank.text();
            case Role.Worker worker -> {
                var site = parent == null ? null : parent.loaderSite(worker.loader());
                yield worker.text()
                        + (site == null ? " of loader " + worker.loader() : " of " + site.text())
                        + of;
            }
            case Role.Child child ->
                    child.name() != null ? child.name() + of : "child " + started(side) + of;
        };
    }
}
