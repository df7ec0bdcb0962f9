package dev.lockstep.comparison;

import dev.lockstep.event.Event;
import dev.lockstep.event.EventSource;
import dev.lockstep.event.Item;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Role;
import dev.lockstep.event.Site;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One process of one run while it is compared: reads its events, keeps observations aside, and
/// holds the evidence whose counterpart has not come yet.
final class ProcessSide {
    /// Evidence that waits for its counterpart.
    ///
    /// @param position the number of the event among its process's evidence
    record Pending(Item item, long position, long step) {}

    private static final int MOST_LOADERS = 4096;

    private final EventSource source;
    private final Observations observations;
    private final Map<Long, ArrayDeque<Pending>> pending = new LinkedHashMap<>();
    private final Map<Long, Event.Loader> loaders =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Event.Loader> eldest) {
                    return size() > MOST_LOADERS;
                }
            };
    private final Map<Long, Site> stepSites = new HashMap<>();
    private byte @Nullable [] lastStepSite;
    private final Map<Long, List<String>> parameterNames = new HashMap<>();
    private final Map<String, Event.Seed> lastSeeds = new HashMap<>();

    Event.@Nullable Process process;
    private @Nullable Item ahead;
    private boolean begun;
    private Supplier<String> text = () -> "process";
    private Role role = new Role.Child(null, null);

    /// How many evidence events were read.
    long evidence;

    /// How many of them a process tells while it works, not when it ends.
    long work;

    /// How many evidence events wait for their counterpart.
    int waiting;

    /// How many optimizer steps were read.
    long steps;

    /// No more events will be read.
    boolean ended;

    /// Bytes of an event that was cut off at the end of the stream.
    long rest;

    Event.@Nullable End end;
    Event.@Nullable Limit limit;
    boolean threads;

    /// The user's own code read the clock, and then a seed was set.
    boolean clockBeforeSeed;

    private boolean clockRead;

    /// The kinds of evidence that were read.
    final Set<String> kinds = new HashSet<>();

    ProcessSide(EventSource source, Observations observations) {
        this.source = source;
        this.observations = observations;
    }

    String name() {
        return source.name();
    }

    /// Reads who the process is; false while that has not been written.
    boolean begin() throws IOException {
        while (!begun) {
            switch (source.next()) {
                case EventSource.NothingYet _ -> {
                    return false;
                }
                case EventSource.Ended over -> {
                    ended = true;
                    rest = over.rest();
                    begun = true;
                }
                case Item item -> {
                    if (item.kind().equals("process")) {
                        Event event = item.event();
                        if (event instanceof Event.Process found) {
                            process = found;
                            role = found.role();
                        }
                        begun = true;
                    } else if (!item.kind().equals("stream")) {
                        ahead = item.kept();
                        begun = true;
                    }
                }
            }
        }
        return true;
    }

    /// Says what the process is called in words; its header is an observation like others.
    ///
    /// @param newText asked each time: a worker is called by its loader's line once that is known
    void called(Supplier<String> newText) {
        text = newText;
        if (process != null) {
            observations.add(new Observed(text(), role, 0, process));
        }
    }

    String text() {
        return text.get();
    }

    Role role() {
        return role;
    }

    /// Gives the next event that is evidence; observations on the way there are kept aside. The
    /// item is valid until the next call.
    EventSource.Next next() throws IOException {
        while (true) {
            EventSource.Next next;
            if (ahead != null) {
                next = ahead;
                ahead = null;
            } else {
                next = source.next();
            }
            if (!(next instanceof Item item)) {
                if (next instanceof EventSource.Ended over) {
                    ended = true;
                    rest = over.rest();
                }
                return next;
            }
            if (Evidence.lane(item) == Evidence.NONE || role instanceof Role.Worker) {
                if (observe(item)) {
                    return new EventSource.Ended(0);
                }
                continue;
            }
            evidence++;
            kinds.add(item.kind());
            if (!Evidence.atExit(Evidence.lane(item))) {
                work++;
            }
            switch (item.kind()) {
                case "step" -> {
                    steps++;
                    stepAt(item);
                }
                case "optimizer" -> {
                    if (item.event() instanceof Event.OptimizerMade made) {
                        parameterNames.put(made.optimizer(), made.names());
                        observations.add(new Observed(text(), role, steps, withoutLeaves(made)));
                    }
                }
                case "end" -> {
                    if (item.event() instanceof Event.End found) {
                        end = found;
                        observations.add(new Observed(text(), role, steps, found));
                    }
                }
                case "save" -> {
                    if (item.event() instanceof Event.Save save) {
                        observations.add(
                                new Observed(
                                        text(),
                                        role,
                                        steps,
                                        new Event.Save(
                                                save.path(),
                                                save.function(),
                                                save.content(),
                                                List.of(),
                                                save.site(),
                                                save.generators(),
                                                save.optimizer(),
                                                save.beside())));
                    }
                }
                default -> {}
            }
            return item;
        }
    }

    /// A step says its line at intervals and when it is another one than before.
    private void stepAt(Item step) throws IOException {
        byte[] site = step.raw("site");
        if (site == null) {
            return;
        }
        long optimizer = step.integer("optimizer", 0);
        if (Arrays.equals(site, lastStepSite) && stepSites.containsKey(optimizer)) {
            return;
        }
        lastStepSite = site;
        if (stepSites.size() < MOST_LOADERS
                && step.event() instanceof Event.Step event
                && event.site() != null) {
            stepSites.put(optimizer, event.site());
        }
    }

    /// Gives the line of user code that an event of this process belongs to, or null.
    @Nullable Site site(Event event) {
        return switch (event) {
            case Event.Batch batch -> loaderSite(batch.loader());
            case Event.Step step when step.site() == null -> stepSites.get(step.optimizer());
            default -> Evidence.site(event);
        };
    }

    private static Event.OptimizerMade withoutLeaves(Event.OptimizerMade made) {
        return new Event.OptimizerMade(
                made.optimizer(),
                made.className(),
                made.parameters(),
                List.of(),
                List.of(),
                List.of(),
                made.defaults(),
                made.content(),
                List.<Leaf>of(),
                made.site());
    }

    /// Keeps what explains; true when the process is done: at its step limit, or a worker at its
    /// end.
    private boolean observe(Item item) throws IOException {
        switch (item.kind()) {
            // What a worker computes is compared where it arrives; its own copies explain nothing.
            case "stream",
                    "batch",
                    "step",
                    "leaves",
                    "backward",
                    "operation",
                    "generators",
                    "state" -> {
                return false;
            }
            default -> {}
        }
        Event event = item.event();
        switch (event) {
            case Event.Loader loader -> loaders.put(loader.loader(), loader);
            case Event.Clock clock -> clockRead |= clock.site() != null;
            case Event.Seed seed -> {
                lastSeeds.put(seed.generator(), seed);
                clockBeforeSeed |= clockRead;
            }
            case Event.Concurrent seen -> threads |= !seen.onDevice();
            case Event.End found when role instanceof Role.Worker -> {
                end = found;
                ended = true;
            }
            case Event.Limit found -> {
                limit = found;
                ended = true;
            }
            default -> {}
        }
        observations.add(new Observed(text(), role, steps, event));
        return ended;
    }

    @Nullable Site loaderSite(long loader) {
        Event.Loader known = loaders.get(loader);
        return known == null ? null : known.site();
    }

    /// What its last iterator said of a loader; null before that.
    Event.@Nullable Loader loader(long loader) {
        return loaders.get(loader);
    }

    List<String> parameterNames(long optimizer) {
        return parameterNames.getOrDefault(optimizer, List.of());
    }

    Event.@Nullable Seed lastSeed(String generator) {
        Event.Seed seed = lastSeeds.get(generator);
        int at = generator.indexOf(':');
        return seed != null || at < 0 ? seed : lastSeeds.get(generator.substring(0, at));
    }

    void keep(long lane, Item kept, long position, long step) {
        pending.computeIfAbsent(lane, _ -> new ArrayDeque<>())
                .add(new Pending(kept, position, step));
        waiting++;
    }

    @Nullable Pending take(long lane) {
        ArrayDeque<Pending> queue = pending.get(lane);
        if (queue == null) {
            return null;
        }
        Pending taken = queue.poll();
        if (queue.isEmpty()) {
            pending.remove(lane);
        }
        if (taken != null) {
            waiting--;
        }
        return taken;
    }

    /// Whether evidence waits that the process told while it worked.
    boolean workWaits() {
        return pending.keySet().stream().anyMatch(lane -> !Evidence.atExit(lane));
    }

    /// Gives the earliest evidence that waits, or null.
    @Nullable Pending oldest() {
        Pending oldest = null;
        for (ArrayDeque<Pending> queue : pending.values()) {
            Pending first = queue.peek();
            if (first != null && (oldest == null || first.position() < oldest.position())) {
                oldest = first;
            }
        }
        return oldest;
    }
}
