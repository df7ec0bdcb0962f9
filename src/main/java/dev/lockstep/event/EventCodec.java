package dev.lockstep.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Takes the decoded keys of one item and gives its event, and back.
final class EventCodec {
    private EventCodec() {}

    static Event event(Map<String, @Nullable Object> map) {
        Object first = map.get("k");
        if (!(first instanceof String)) {
            throw new Cbor.Malformed("an item without a kind");
        }
        String kind = (String) first;
        Fields f = new Fields(kind, map);
        return switch (kind) {
            case "stream" -> new Event.Stream(f.integer("format"));
            case "process" ->
                    new Event.Process(
                            f.integer("pid"),
                            f.integer("ppid"),
                            f.texts("argv"),
                            f.role("role"),
                            f.textOrNull("python"),
                            f.textOrNull("executable"),
                            f.textOrNull("cwd"),
                            f.textOrNull("method"),
                            f.bool("hash_randomization"),
                            f.textOrNull("agent"));
            case "torch" ->
                    new Event.Torch(
                            f.textOrNull("version"),
                            f.integer("threads"),
                            f.integer("interop"),
                            f.integer("cuda"),
                            f.textOrNull("cuda_version"),
                            f.textOrNull("cudnn_version"),
                            f.map("flags"));
            case "seed" ->
                    new Event.Seed(
                            f.text("generator"),
                            f.list("args"),
                            f.site("site"),
                            f.textOrNull("via"),
                            f.integer("ordinal"));
            case "draw" ->
                    new Event.Draw(
                            f.text("generator"),
                            f.textOrNull("function"),
                            f.site("site"),
                            f.textOrNull("via"),
                            f.textOrNull("feeds"),
                            f.integer("ordinal"),
                            f.textOrNull("during"));
            case "entropy" ->
                    new Event.Entropy(
                            f.text("source"),
                            f.site("site"),
                            f.textOrNull("via"),
                            f.integer("ordinal"),
                            f.textOrNull("value"));
            case "loader" ->
                    new Event.Loader(
                            f.integer("loader"),
                            f.integer("iterator"),
                            f.integerOrNull("batch_size"),
                            f.integer("workers"),
                            f.textOrNull("sampler"),
                            f.bool("shuffles"),
                            f.bool("generator"),
                            f.bool("worker_init_fn"),
                            f.bool("persistent_workers"),
                            f.bool("drop_last"),
                            f.any("in_order") == null || f.bool("in_order"),
                            f.integerOrNull("length"),
                            f.site("site"));
            case "batch" ->
                    new Event.Batch(
                            f.integer("loader"),
                            f.integer("iterator"),
                            f.integer("n"),
                            f.integersOrNull("indices"),
                            f.fingerprint("order"),
                            f.integerOrNull("size"),
                            f.fingerprint("content"),
                            f.leaves("leaves"),
                            f.integerOrNull("worker"),
                            f.integerOrNull("real"));
            case "optimizer" ->
                    new Event.OptimizerMade(
                            f.integer("optimizer"),
                            f.textOrNull("class"),
                            f.integer("parameters"),
                            f.texts("names"),
                            f.integerLists("shapes"),
                            f.texts("dtypes"),
                            f.map("defaults"),
                            f.fingerprint("content"),
                            f.leaves("leaves"),
                            f.site("site"));
            case "backward" ->
                    new Event.Backward(
                            f.integer("n"),
                            f.fingerprint("loss"),
                            f.realOrNull("value"),
                            f.site("site"));
            case "step" ->
                    new Event.Step(
                            f.integer("n"),
                            f.integer("optimizer"),
                            f.fingerprint("loss"),
                            f.realOrNull("value"),
                            f.fingerprint("gradients"),
                            f.fingerprint("parameters"),
                            f.fingerprints("generators"),
                            f.reals("lr"),
                            f.realOrNull("scale"),
                            f.site("site"));
            case "leaves" ->
                    new Event.Leaves(
                            f.integer("n"),
                            f.integer("optimizer"),
                            f.leaves("gradients"),
                            f.leaves("parameters"));
            case "listing" ->
                    new Event.Listing(
                            f.textOrNull("function"),
                            f.text("path"),
                            f.integer("count"),
                            f.fingerprint("order"),
                            f.bool("sorted"),
                            f.site("site"),
                            f.textOrNull("via"));
            case "save" ->
                    new Event.Save(
                            f.textOrNull("path"),
                            f.textOrNull("function"),
                            f.fingerprint("content"),
                            f.leaves("leaves"),
                            f.site("site"),
                            f.bool("generators"),
                            f.bool("optimizer"),
                            f.bool("beside"));
            case "load" ->
                    new Event.Load(
                            f.textOrNull("path"),
                            f.textOrNull("function"),
                            f.fingerprint("content"),
                            f.site("site"),
                            f.bool("generators"));
            case "open" ->
                    new Event.Open(
                            f.text("path"), f.integerOrNull("bytes"), f.integerOrNull("modified"));
            case "write" ->
                    new Event.Write(
                            f.text("path"),
                            f.integerOrNull("bytes"),
                            f.hexOrNull("sha256"),
                            f.bool("unseen"));
            case "state" ->
                    new Event.State(
                            f.textOrNull("name"),
                            f.textOrNull("class"),
                            f.fingerprint("content"),
                            f.leaves("leaves"),
                            f.bool("training"));
            case "generators" -> new Event.Generators(f.fingerprints("generators"));
            case "clock" -> new Event.Clock(f.textOrNull("function"), f.site("site"));
            case "concurrent" -> new Event.Concurrent(f.textOrNull("function"), f.site("site"));
            case "start" ->
                    new Event.Start(
                            f.textOrNull("how"), f.texts("argv"), f.site("site"), f.bool("python"));
            case "pin" ->
                    new Event.Pin(
                            f.text("name"),
                            f.textOrNull("function"),
                            f.site("site"),
                            f.textOrNull("via"));
            case "variable" ->
                    new Event.Variable(f.text("name"), f.textOrNull("value"), f.site("site"));
            case "flag" -> new Event.Flag(f.text("name"), f.any("value"), f.site("site"));
            case "warning" ->
                    new Event.Warning(
                            f.textOrNull("text"), f.textOrNull("operation"), f.site("site"));
            case "operation" ->
                    new Event.Operation(
                            f.integer("n"),
                            f.integer("i"),
                            f.text("operation"),
                            f.leaves("inputs"),
                            f.leaves("outputs"),
                            f.site("site"),
                            f.textOrNull("phase"),
                            f.integerOrNull("threads"));
            case "mutation" ->
                    new Event.Mutation(f.integer("n"), f.integer("i"), f.textOrNull("what"));
            case "untapped" -> new Event.Untapped(f.textOrNull("what"), f.textOrNull("why"));
            case "problem" -> new Event.Problem(f.textOrNull("text"));
            case "limit" -> new Event.Limit(f.integer("steps"));
            case "packages" ->
                    new Event.Packages(
                            f.named("packages"),
                            f.named("modules"),
                            f.texts("libraries"),
                            f.named("hashes"),
                            f.texts("asked"));
            case "end" ->
                    new Event.End(
                            f.integerOrNull("status"),
                            f.textOrNull("exception"),
                            f.textOrNull("text"),
                            f.site("site"),
                            f.integer("steps"),
                            f.integer("batches"));
            default -> {
                Map<String, @Nullable Object> rest = new LinkedHashMap<>(map);
                rest.remove("k");
                yield new Event.Other(kind, rest);
            }
        };
    }

    static Map<String, @Nullable Object> map(Event event) {
        Map<String, @Nullable Object> m = new LinkedHashMap<>();
        m.put("k", kind(event));
        switch (event) {
            case Event.Stream e -> m.put("format", e.format());
            case Event.Process e -> {
                m.put("pid", e.pid());
                m.put("ppid", e.ppid());
                m.put("argv", e.argv());
                m.put("role", role(e.role()));
                m.put("python", e.python());
                m.put("executable", e.executable());
                m.put("cwd", e.cwd());
                m.put("method", e.method());
                m.put("hash_randomization", e.hashRandomization());
                m.put("agent", e.agent());
            }
            case Event.Torch e -> {
                m.put("version", e.version());
                m.put("threads", e.threads());
                m.put("interop", e.interop());
                m.put("cuda", e.cuda());
                m.put("cuda_version", e.cudaVersion());
                m.put("cudnn_version", e.cudnnVersion());
                m.put("flags", e.flags());
            }
            case Event.Seed e -> {
                m.put("generator", e.generator());
                m.put("args", e.args());
                m.put("site", site(e.site()));
                m.put("via", e.via());
                m.put("ordinal", e.ordinal());
            }
            case Event.Draw e -> {
                m.put("generator", e.generator());
                m.put("function", e.function());
                m.put("site", site(e.site()));
                m.put("via", e.via());
                m.put("feeds", e.feeds());
                m.put("ordinal", e.ordinal());
                m.put("during", e.during());
            }
            case Event.Entropy e -> {
                m.put("source", e.source());
                m.put("site", site(e.site()));
                m.put("via", e.via());
                m.put("ordinal", e.ordinal());
                if (e.value() != null) {
                    m.put("value", e.value());
                }
            }
            case Event.Loader e -> {
                m.put("loader", e.loader());
                m.put("iterator", e.iterator());
                m.put("batch_size", e.batchSize());
                m.put("workers", e.workers());
                m.put("sampler", e.sampler());
                m.put("shuffles", e.shuffles());
                m.put("generator", e.generator());
                m.put("worker_init_fn", e.workerInitFn());
                m.put("persistent_workers", e.persistentWorkers());
                m.put("drop_last", e.dropLast());
                m.put("in_order", e.inOrder());
                m.put("length", e.length());
                m.put("site", site(e.site()));
            }
            case Event.Batch e -> {
                m.put("loader", e.loader());
                m.put("iterator", e.iterator());
                m.put("n", e.n());
                m.put("indices", e.indices());
                m.put("order", e.order());
                m.put("size", e.size());
                m.put("content", e.content());
                putLeaves(m, "leaves", e.leaves());
                m.put("worker", e.worker());
                m.put("real", e.real());
                m.values().removeIf(Objects::isNull);
            }
            case Event.OptimizerMade e -> {
                m.put("optimizer", e.optimizer());
                m.put("class", e.className());
                m.put("parameters", e.parameters());
                m.put("names", e.names());
                m.put("shapes", e.shapes());
                m.put("dtypes", e.dtypes());
                m.put("defaults", e.defaults());
                m.put("content", e.content());
                putLeaves(m, "leaves", e.leaves());
                m.put("site", site(e.site()));
            }
            case Event.Backward e -> {
                m.put("n", e.n());
                m.put("loss", e.loss());
                m.put("value", e.value());
                m.put("site", site(e.site()));
            }
            case Event.Step e -> {
                m.put("n", e.n());
                m.put("optimizer", e.optimizer());
                m.put("loss", e.loss());
                m.put("value", e.value());
                m.put("gradients", e.gradients());
                m.put("parameters", e.parameters());
                m.put("generators", e.generators().isEmpty() ? null : e.generators());
                m.put("lr", e.lr().size() == 1 ? e.lr().getFirst() : e.lr());
                m.put("scale", e.scale());
                m.put("site", site(e.site()));
                m.values().removeIf(Objects::isNull);
            }
            case Event.Leaves e -> {
                m.put("n", e.n());
                m.put("optimizer", e.optimizer());
                m.put("gradients", leaves(e.gradients()));
                m.put("parameters", leaves(e.parameters()));
            }
            case Event.Listing e -> {
                m.put("function", e.function());
                m.put("path", e.path());
                m.put("count", e.count());
                m.put("order", e.order());
                m.put("sorted", e.sorted());
                m.put("site", site(e.site()));
                m.put("via", e.via());
            }
            case Event.Save e -> {
                m.put("path", e.path());
                m.put("function", e.function());
                m.put("content", e.content());
                putLeaves(m, "leaves", e.leaves());
                m.put("site", site(e.site()));
                m.put("generators", e.generators());
                m.put("optimizer", e.optimizer());
                m.put("beside", e.beside());
            }
            case Event.Load e -> {
                m.put("path", e.path());
                m.put("function", e.function());
                m.put("content", e.content());
                m.put("site", site(e.site()));
                m.put("generators", e.generators());
            }
            case Event.Open e -> {
                m.put("path", e.path());
                m.put("bytes", e.bytes());
                m.put("modified", e.modified());
            }
            case Event.Write e -> {
                m.put("path", e.path());
                m.put("bytes", e.bytes());
                m.put("sha256", e.sha256());
                if (e.unseen()) {
                    m.put("unseen", true);
                }
            }
            case Event.State e -> {
                m.put("name", e.name());
                m.put("class", e.className());
                m.put("content", e.content());
                putLeaves(m, "leaves", e.leaves());
                m.put("training", e.training());
            }
            case Event.Generators e -> m.put("generators", e.generators());
            case Event.Clock e -> {
                m.put("function", e.function());
                m.put("site", site(e.site()));
            }
            case Event.Concurrent e -> {
                m.put("function", e.function());
                m.put("site", site(e.site()));
            }
            case Event.Start e -> {
                m.put("how", e.how());
                m.put("argv", e.argv());
                m.put("site", site(e.site()));
                m.put("python", e.python());
            }
            case Event.Pin e -> {
                m.put("name", e.name());
                m.put("function", e.function());
                m.put("site", site(e.site()));
                m.put("via", e.via());
            }
            case Event.Variable e -> {
                m.put("name", e.name());
                m.put("value", e.value());
                m.put("site", site(e.site()));
            }
            case Event.Flag e -> {
                m.put("name", e.name());
                m.put("value", e.value());
                m.put("site", site(e.site()));
            }
            case Event.Warning e -> {
                m.put("text", e.text());
                m.put("operation", e.operation());
                m.put("site", site(e.site()));
            }
            case Event.Operation e -> {
                m.put("n", e.n());
                m.put("i", e.i());
                m.put("operation", e.operation());
                m.put("inputs", leaves(e.inputs()));
                m.put("outputs", leaves(e.outputs()));
                m.put("site", site(e.site()));
                m.put("phase", e.phase());
                m.put("threads", e.threads());
            }
            case Event.Mutation e -> {
                m.put("n", e.n());
                m.put("i", e.i());
                m.put("what", e.what());
            }
            case Event.Untapped e -> {
                m.put("what", e.what());
                m.put("why", e.why());
            }
            case Event.Problem e -> m.put("text", e.text());
            case Event.Limit e -> m.put("steps", e.steps());
            case Event.Packages e -> {
                m.put("packages", named(e.packages()));
                m.put("modules", named(e.modules()));
                m.put("libraries", e.libraries());
                m.put("hashes", named(e.hashes()));
                m.put("asked", e.asked());
            }
            case Event.End e -> {
                m.put("status", e.status());
                m.put("exception", e.exception());
                m.put("text", e.text());
                m.put("site", site(e.site()));
                m.put("steps", e.steps());
                m.put("batches", e.batches());
            }
            case Event.Other e -> m.putAll(e.fields());
        }
        return m;
    }

    /// Gives the name by which the stream knows this kind.
    static String kind(Event event) {
        return switch (event) {
            case Event.Stream _ -> "stream";
            case Event.Process _ -> "process";
            case Event.Torch _ -> "torch";
            case Event.Seed _ -> "seed";
            case Event.Draw _ -> "draw";
            case Event.Entropy _ -> "entropy";
            case Event.Loader _ -> "loader";
            case Event.Batch _ -> "batch";
            case Event.OptimizerMade _ -> "optimizer";
            case Event.Backward _ -> "backward";
            case Event.Step _ -> "step";
            case Event.Leaves _ -> "leaves";
            case Event.Listing _ -> "listing";
            case Event.Save _ -> "save";
            case Event.Load _ -> "load";
            case Event.Open _ -> "open";
            case Event.Write _ -> "write";
            case Event.State _ -> "state";
            case Event.Generators _ -> "generators";
            case Event.Clock _ -> "clock";
            case Event.Concurrent _ -> "concurrent";
            case Event.Start _ -> "start";
            case Event.Pin _ -> "pin";
            case Event.Variable _ -> "variable";
            case Event.Flag _ -> "flag";
            case Event.Warning _ -> "warning";
            case Event.Operation _ -> "operation";
            case Event.Mutation _ -> "mutation";
            case Event.Untapped _ -> "untapped";
            case Event.Problem _ -> "problem";
            case Event.Limit _ -> "limit";
            case Event.Packages _ -> "packages";
            case Event.End _ -> "end";
            case Event.Other other -> other.kind();
        };
    }

    private static @Nullable Object site(@Nullable Site site) {
        if (site == null) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>();
        list.add(site.file());
        list.add(site.line());
        list.add(site.function());
        return list;
    }

    private static Map<String, @Nullable Object> role(Role role) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        switch (role) {
            case Role.Main _ -> map.put("kind", "main");
            case Role.Worker worker -> {
                map.put("kind", "worker");
                map.put("loader", worker.loader());
                map.put("iterator", worker.iterator());
                map.put("worker", worker.worker());
            }
            case Role.Rank rank -> {
                map.put("kind", "rank");
                map.put("rank", rank.rank());
            }
            case Role.Child child -> {
                map.put("kind", "child");
                if (child.ordinal() != null) {
                    map.put("ordinal", child.ordinal());
                }
                if (child.name() != null) {
                    map.put("name", child.name());
                }
                if (child.pool()) {
                    map.put("pool", true);
                }
            }
        }
        return map;
    }

    private static void putLeaves(
            Map<String, @Nullable Object> map, String key, List<Leaf> leaves) {
        if (!leaves.isEmpty()) {
            map.put(key, leaves(leaves));
        }
    }

    private static List<@Nullable Object> leaves(List<Leaf> leaves) {
        List<@Nullable Object> list = new ArrayList<>(leaves.size());
        for (Leaf leaf : leaves) {
            if (leaf.name() == null) {
                list.add(leaf.fingerprint());
            } else {
                List<@Nullable Object> pair = new ArrayList<>(2);
                pair.add(leaf.name());
                pair.add(leaf.fingerprint());
                list.add(pair);
            }
        }
        return list;
    }

    private static List<List<@Nullable Object>> named(Collection<Event.Named> named) {
        List<List<@Nullable Object>> list = new ArrayList<>(named.size());
        for (Event.Named member : named) {
            List<@Nullable Object> pair = new ArrayList<>(2);
            pair.add(member.name());
            pair.add(member.value());
            list.add(pair);
        }
        return list;
    }
}
