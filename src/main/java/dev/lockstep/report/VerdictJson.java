package dev.lockstep.report;

import dev.lockstep.comparison.CodeChange;
import dev.lockstep.comparison.Divergence;
import dev.lockstep.comparison.LastBatch;
import dev.lockstep.comparison.LossDistance;
import dev.lockstep.diagnosis.Explanation;
import dev.lockstep.diagnosis.Verdict;
import dev.lockstep.hazard.Catalogue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Takes a verdict, gives it as JSON with the keys of docs/reference/verdict.md.
public final class VerdictJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private VerdictJson() {}

    /// The JSON text, with a newline at its end.
    ///
    /// @param lockstep Lockstep's own version
    public static String text(Verdict verdict, String lockstep) {
        return JSON.writeValueAsString(tree(verdict, lockstep)).replace("\r\n", "\n") + "\n";
    }

    /// The JSON text with more keys at its end.
    public static String text(
            Verdict verdict, String lockstep, Map<String, ? extends @Nullable Object> more) {
        var json = tree(verdict, lockstep);
        json.putAll(more);
        return JSON.writeValueAsString(json).replace("\r\n", "\n") + "\n";
    }

    /// How the code of two runs differs and how far apart their losses are, as keys of the JSON.
    public static Map<String, @Nullable Object> difference(
            List<CodeChange> changes, @Nullable LossDistance losses) {
        return map(
                "code_differences",
                changes.stream().map(one -> map("file", one.file(), "diff", one.diff())).toList(),
                "losses",
                losses == null
                        ? null
                        : map(
                                "first", pair(losses.first()),
                                "most", pair(losses.most()),
                                "last", pair(losses.last())));
    }

    private static Map<String, @Nullable Object> pair(LossDistance.Pair pair) {
        return map(
                "step", pair.step(), "reference", pair.reference(), "candidate", pair.candidate());
    }

    /// The JSON as nested maps and lists, for an answer that holds a verdict.
    public static Map<String, @Nullable Object> tree(Verdict verdict, String lockstep) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("lockstep", lockstep);
        json.put("verdict", verdict.result().text());
        json.put("reason", verdict.reason());
        var facts = verdict.experiment();
        json.put(
                "experiment",
                map(
                        "command", facts.command(),
                        "python", facts.python(),
                        "torch", facts.torch(),
                        "threads", facts.threads(),
                        "processes", facts.processes()));
        var compared = verdict.compared();
        json.put(
                "compared",
                map(
                        "runs", compared.runs(),
                        "steps", compared.steps(),
                        "events", compared.events(),
                        "tensors", compared.tensors()));
        json.put(
                "not_compared",
                verdict.notCompared().stream()
                        .map(one -> map("what", one.what(), "why", one.why()))
                        .toList());
        var divergence = verdict.divergence();
        json.put("divergence", divergence == null ? null : divergence(divergence));
        var found = verdict.explanation();
        json.put(
                "causes",
                found == null
                        ? List.of()
                        : found.proved().stream().map(VerdictJson::cause).toList());
        json.put(
                "ruled_out",
                found == null
                        ? List.of()
                        : found.ruledOut().stream().map(VerdictJson::rejected).toList());
        json.put(
                "suspected",
                found == null
                        ? List.of()
                        : found.suspected().stream()
                                .map(one -> map("hazard", one.hazard(), "why", one.why()))
                                .toList());
        json.put(
                "proof",
                found == null || found.proof() == null ? null : proof(found, found.proof()));
        json.put("notes", found == null ? List.of() : found.notes());
        json.put(
                "last_batches",
                verdict.lastBatches().kept().stream().map(VerdictJson::lastBatch).toList());
        json.put(
                "environment_differences",
                verdict.environmentDifferences().stream()
                        .map(one ->
                                map(
                                        "what",
                                        one.what(),
                                        "group",
                                        one.group().words(),
                                        "hazard",
                                        one.hazard(),
                                        "reference",
                                        one.reference(),
                                        "candidate",
                                        one.candidate()))
                        .toList());
        return json;
    }

    private static Map<String, @Nullable Object> lastBatch(LastBatch one) {
        var site = one.site();
        return map(
                "file", site == null ? null : site.file(),
                "line", site == null ? null : site.line(),
                "samples", one.samples(),
                "batch_size", one.batchSize(),
                "real", one.real(),
                "passes", one.passes());
    }

    private static Map<String, @Nullable Object> rejected(Explanation.Rejected one) {
        var places = one.suspect().places();
        return map(
                "hazard", one.hazard(),
                "name", Catalogue.get(one.hazard()).name(),
                "file", places.isEmpty() ? null : places.getFirst().file(),
                "line", places.isEmpty() ? null : places.getFirst().line(),
                "recorded", one.suspect().pin().recorded(),
                "why", one.why());
    }

    private static Map<String, @Nullable Object> divergence(Divergence divergence) {
        var site = divergence.site();
        var json =
                map(
                        "step", divergence.step(),
                        "event", divergence.kind().event(),
                        "name", divergence.name(),
                        "process", divergence.process(),
                        "file", site == null ? null : site.file(),
                        "line", site == null ? null : site.line(),
                        "reference", divergence.reference(),
                        "candidate", divergence.candidate());
        List<Object> details = new ArrayList<>();
        for (var detail : divergence.details()) {
            details.add(
                    map(
                            "what",
                            detail.what(),
                            "reference",
                            detail.reference(),
                            "candidate",
                            detail.candidate()));
        }
        json.put("details", details);
        return json;
    }

    private static Map<String, @Nullable Object> cause(Explanation.Proved proved) {
        var suspect = proved.suspect();
        var place = suspect.places().isEmpty() ? null : suspect.places().getFirst();
        List<Object> places = new ArrayList<>();
        for (var one : suspect.places()) {
            places.add(
                    map(
                            "file", one.site().file(),
                            "line", one.site().line(),
                            "function", one.site().function(),
                            "via", one.via(),
                            "feeds", one.feeds(),
                            "process", one.process()));
        }
        return map(
                "hazard",
                suspect.hazard(),
                "name",
                Catalogue.get(suspect.hazard()).name(),
                "file",
                place == null ? null : place.site().file(),
                "line",
                place == null ? null : place.site().line(),
                "function",
                place == null ? null : place.site().function(),
                "places",
                places,
                "proof",
                map(
                        "all_pinned", "identical",
                        "all_but_this", "diverged",
                        "step", proved.without().step()),
                "recorded",
                suspect.pin().recorded(),
                "fix",
                Remedies.line(suspect.hazard()));
    }

    private static Map<String, @Nullable Object> proof(
            Explanation found, Explanation.Agreement proof) {
        return map(
                "runs", proof.runs(),
                "steps", proof.steps(),
                "tensors", proof.tensors(),
                "pins",
                        found.proved().stream()
                                .map(one -> one.suspect().hazard())
                                .distinct()
                                .toList());
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return map;
    }
}
