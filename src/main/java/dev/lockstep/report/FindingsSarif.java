package dev.lockstep.report;

import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Fix;
import dev.lockstep.check.Place;
import dev.lockstep.check.Problem;
import dev.lockstep.check.Severity;
import dev.lockstep.check.Step;
import dev.lockstep.hazard.Hazard;
import dev.lockstep.hazard.HazardPage;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes the result of a check, gives it as SARIF 2.1.0.
public final class FindingsSarif {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private FindingsSarif() {}

    /// Gives the whole document, ending with a line end.
    ///
    /// @param version Lockstep's own
    public static String render(CheckResult result, String version) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        root.put("version", "2.1.0");
        ObjectNode run = root.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "Lockstep");
        driver.put("version", version);
        driver.put("semanticVersion", version);
        var index = new TreeMap<String, Integer>();
        var hazards = new TreeMap<String, Hazard>();
        result.findings().forEach(f -> hazards.put(f.hazard().id(), f.hazard()));
        ArrayNode rules = driver.putArray("rules");
        for (Hazard hazard : hazards.values()) {
            index.put(hazard.id(), index.size());
            rule(hazard, rules.addObject());
        }
        ObjectNode invocation = run.putArray("invocations").addObject();
        invocation.put("executionSuccessful", !result.nothingRead());
        ArrayNode notifications = invocation.putArray("toolExecutionNotifications");
        for (Problem problem : result.problems()) {
            ObjectNode node = notifications.addObject();
            node.put("level", problem.unread() ? "error" : "warning");
            node.putObject("message").put("text", problem.message());
            ObjectNode physical =
                    node.putArray("locations").addObject().putObject("physicalLocation");
            artifact(problem.file(), physical.putObject("artifactLocation"));
            if (problem.line() > 0) {
                physical.putObject("region").put("startLine", problem.line());
            }
        }
        run.put("columnKind", "unicodeCodePoints");
        ArrayNode results = run.putArray("results");
        for (Finding finding : result.findings()) {
            result(finding, index.getOrDefault(finding.hazard().id(), 0), results.addObject());
        }
        return MAPPER.writeValueAsString(root).replace("\r\n", "\n") + "\n";
    }

    private static void rule(Hazard hazard, ObjectNode node) {
        node.put("id", hazard.id());
        node.put("name", pascalCase(hazard.name()));
        node.putObject("shortDescription").put("text", hazard.summary());
        HazardPage.of(hazard)
                .ifPresent(page -> {
                    String what = page.section("What it is").text();
                    node.putObject("fullDescription").put("text", what);
                    ObjectNode help = node.putObject("help");
                    help.put("text", what);
                    help.put("markdown", page.markdown());
                });
    }

    private static void result(Finding finding, int ruleIndex, ObjectNode node) {
        node.put("ruleId", finding.hazard().id());
        node.put("ruleIndex", ruleIndex);
        node.put("level", level(finding.severity()));
        node.putObject("message").put("text", finding.message() + ".");
        ObjectNode location = node.putArray("locations").addObject();
        physical(finding.place(), finding.lineText(), location.putObject("physicalLocation"));
        if (finding.place().cell() > 0) {
            location.putArray("logicalLocations")
                    .addObject()
                    .put("name", "cell " + finding.place().cell());
        }
        if (!finding.path().isEmpty()) {
            ArrayNode steps =
                    node.putArray("codeFlows")
                            .addObject()
                            .putArray("threadFlows")
                            .addObject()
                            .putArray("locations");
            for (Step step : finding.path()) {
                ObjectNode stepLocation = steps.addObject().putObject("location");
                ObjectNode physical = stepLocation.putObject("physicalLocation");
                artifact(step.file(), physical.putObject("artifactLocation"));
                physical.putObject("region").put("startLine", Math.max(1, step.line()));
                stepLocation.putObject("message").put("text", step.what());
            }
        }
        Fix fix = finding.fix();
        if (fix != null && !fix.edits().isEmpty()) {
            ObjectNode fixNode = node.putArray("fixes").addObject();
            fixNode.putObject("description").put("text", fix.title());
            ArrayNode changes = fixNode.putArray("artifactChanges");
            var files = new TreeMap<String, List<Edit>>();
            for (Edit edit : fix.edits()) {
                files.computeIfAbsent(edit.place().file(), key -> new ArrayList<>()).add(edit);
            }
            files.forEach((file, edits) -> {
                ObjectNode change = changes.addObject();
                artifact(file, change.putObject("artifactLocation"));
                ArrayNode replacements = change.putArray("replacements");
                for (Edit edit : edits) {
                    ObjectNode replacement = replacements.addObject();
                    region(edit.place(), replacement.putObject("deletedRegion"));
                    replacement.putObject("insertedContent").put("text", edit.text());
                }
            });
        }
    }

    private static void physical(Place place, String lineText, ObjectNode node) {
        artifact(place.file(), node.putObject("artifactLocation"));
        ObjectNode region = node.putObject("region");
        region(place, region);
        ObjectNode context = node.putObject("contextRegion");
        context.put("startLine", place.line());
        context.putObject("snippet").put("text", lineText);
    }

    private static void region(Place place, ObjectNode node) {
        node.put("startLine", place.line());
        node.put("startColumn", place.column());
        node.put("endLine", place.endLine());
        node.put("endColumn", place.endColumn());
    }

    private static void artifact(String file, ObjectNode node) {
        try {
            boolean absolute = file.startsWith("/");
            String path = new URI("file", null, absolute ? file : "/" + file, null).getRawPath();
            node.put("uri", absolute ? path : path.substring(1).replace(":", "%3A"));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(file, e);
        }
        if (!file.startsWith("/")) {
            node.put("uriBaseId", "%SRCROOT%");
        }
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTE -> "note";
        };
    }

    private static String pascalCase(String name) {
        var text = new StringBuilder();
        for (String word : name.split("-", -1)) {
            text.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return text.toString();
    }
}
