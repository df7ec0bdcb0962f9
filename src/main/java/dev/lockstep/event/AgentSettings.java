package dev.lockstep.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What the agent of one run is told: `agent.json` of docs/reference/stream.md.
///
/// @param seed the seed that pins use
/// @param stopAfterSteps end after so many optimizer steps; null: run to the end
/// @param detail where the fingerprints under a root are kept
/// @param observe false: apply pins and record nothing
/// @param keep keep the text of the project's files that the run executes
/// @param vary what this run shall differ in on purpose, by factor
/// @param trace the steps to record operation by operation; null: none
public record AgentSettings(
        long seed,
        @Nullable Integer stopAfterSteps,
        Detail detail,
        boolean observe,
        boolean keep,
        List<PinSetting> pins,
        Map<String, Object> vary,
        @Nullable Trace trace) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /// What is said of a step depends on its number alone, so that both runs of a pair say the
    /// same.
    ///
    /// @param first so many first steps keep their leaves
    /// @param every and so does every step with a number that is a multiple of this; 0 for none
    /// @param parametersEvery parameters are fingerprinted at multiples of this
    /// @param gradientsFirst gradients and generators are fingerprinted at so many first steps
    /// @param gradientsEvery and then at multiples of this
    public record Detail(
            int first, int every, int parametersEvery, int gradientsFirst, int gradientsEvery) {
        /// The detail of an ordinary run: small enough for a million steps.
        public static final Detail USUAL = new Detail(10, 1000, 10, 100, 5);

        /// Every root at every step and nothing under it, so that steps with different numbers in
        /// two runs say the same things.
        public static final Detail EVEN = new Detail(0, 0, 1, 0, 1);

        private static final int DETAILED_PASSES = 100;

        /// Whether the step of this number keeps the fingerprints under its roots.
        public boolean detailed(long n) {
            return n < first || every > 0 && n % every == 0;
        }

        /// Whether batch `n` of a pass keeps its samples and the fingerprints under its root.
        ///
        /// @param batches the batch's number in its process
        public boolean detailedBatch(long iterator, long n, long batches) {
            return iterator < DETAILED_PASSES && n < first || every > 0 && batches % every == 0;
        }

        /// Whether gradients and generators are fingerprinted at the step of this number.
        public boolean gradients(long n) {
            return n < gradientsFirst || detailed(n) || n % gradientsEvery == 0;
        }

        /// Whether parameters are fingerprinted after the step of this number.
        public boolean parameters(long n) {
            return detailed(n) || n % parametersEvery == 0;
        }
    }

    /// Both steps included.
    public record Trace(int fromStep, int toStep) {}

    public AgentSettings {
        pins = List.copyOf(pins);
        vary = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(vary));
    }

    /// A run as it is, recorded with the usual detail.
    public static AgentSettings plain() {
        return new AgentSettings(0, null, Detail.USUAL, true, false, List.of(), Map.of(), null);
    }

    /// What a run was told that another needs to be told to be compared with it: seed, detail and
    /// pins. What is missing or no such value is as in an ordinary run.
    ///
    /// @param json the content of its `agent.json`
    public static AgentSettings of(JsonNode json) {
        var usual = Detail.USUAL;
        var told = json.path("detail");
        var detail =
                new Detail(
                        count(told, "first", usual.first(), 0),
                        count(told, "every", usual.every(), 0),
                        count(told, "parameters_every", usual.parametersEvery(), 1),
                        count(told, "gradients_first", usual.gradientsFirst(), 0),
                        count(told, "gradients_every", usual.gradientsEvery(), 1));
        var pins = new ArrayList<PinSetting>();
        for (var pin : json.path("pins")) {
            var parameters = new LinkedHashMap<String, Object>();
            pin.properties().stream()
                    .filter(entry -> !entry.getKey().equals("pin"))
                    .forEach(entry ->
                            parameters.put(
                                    entry.getKey(),
                                    JSON.convertValue(entry.getValue(), Object.class)));
            pins.add(new PinSetting(pin.path("pin").asString(""), parameters));
        }
        return plain().withSeed(json.path("seed").asLong(0)).withDetail(detail).withPins(pins);
    }

    private static int count(JsonNode json, String name, int usual, int least) {
        var value = json.path(name);
        return value.isInt() ? Math.max(least, value.asInt()) : usual;
    }

    public AgentSettings withPins(List<PinSetting> others) {
        return new AgentSettings(seed, stopAfterSteps, detail, observe, keep, others, vary, trace);
    }

    public AgentSettings withStopAfterSteps(@Nullable Integer steps) {
        return new AgentSettings(seed, steps, detail, observe, keep, pins, vary, trace);
    }

    public AgentSettings withSeed(long other) {
        return new AgentSettings(other, stopAfterSteps, detail, observe, keep, pins, vary, trace);
    }

    public AgentSettings withVary(Map<String, Object> factors) {
        return new AgentSettings(seed, stopAfterSteps, detail, observe, keep, pins, factors, trace);
    }

    public AgentSettings withKeep(boolean whether) {
        return new AgentSettings(seed, stopAfterSteps, detail, observe, whether, pins, vary, trace);
    }

    public AgentSettings withDetail(Detail other) {
        return new AgentSettings(seed, stopAfterSteps, other, observe, keep, pins, vary, trace);
    }

    public AgentSettings withTrace(@Nullable Trace steps) {
        return new AgentSettings(seed, stopAfterSteps, detail, observe, keep, pins, vary, steps);
    }

    /// Gives the text of `agent.json`.
    ///
    /// @param project the run's working copy; absolute
    /// @param origin the user's own folder; absolute
    /// @param main the experiment's words
    public String toJson(String project, String origin, List<String> main) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("format", 1);
        json.put("project", project);
        json.put("origin", origin);
        json.put("main", main);
        json.put("seed", seed);
        json.put("stop_after_steps", stopAfterSteps);
        var details = new LinkedHashMap<String, Object>();
        details.put("first", detail.first());
        details.put("every", detail.every());
        details.put("parameters_every", detail.parametersEvery());
        details.put("gradients_first", detail.gradientsFirst());
        details.put("gradients_every", detail.gradientsEvery());
        json.put("detail", details);
        json.put("observe", observe);
        json.put("keep", keep);
        var list = new ArrayList<Map<String, Object>>();
        for (var pin : pins) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("pin", pin.pin());
            entry.putAll(pin.parameters());
            list.add(entry);
        }
        json.put("pins", list);
        json.put("vary", vary);
        if (trace == null) {
            json.put("trace", null);
        } else {
            var steps = new LinkedHashMap<String, Object>();
            steps.put("from_step", trace.fromStep());
            steps.put("to_step", trace.toStep());
            json.put("trace", steps);
        }
        return JSON.writeValueAsString(json) + "\n";
    }
}
