package dev.lockstep.report;

import dev.lockstep.check.CheckResult;
import dev.lockstep.check.Edit;
import dev.lockstep.check.Finding;
import dev.lockstep.check.Fix;
import dev.lockstep.check.Place;
import dev.lockstep.check.Problem;
import dev.lockstep.check.Step;
import dev.lockstep.check.Suppression;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes the result of a check, gives it as JSON with the keys of the command-line reference.
public final class FindingsJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private FindingsJson() {}

    /// Gives the whole document, ending with a line end.
    public static String render(CheckResult result) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode findings = root.putArray("findings");
        for (Finding finding : result.findings()) {
            finding(finding, findings.addObject());
        }
        root.put("files", result.files());
        ArrayNode problems = root.putArray("problems");
        for (Problem problem : result.problems()) {
            problems.addObject()
                    .put("file", problem.file())
                    .put("line", problem.line())
                    .put("message", problem.message())
                    .put("checked", !problem.unread());
        }
        ArrayNode unused = root.putArray("unused_suppressions");
        for (Suppression suppression : result.unused()) {
            ObjectNode node = unused.addObject();
            node.put("file", suppression.place().file());
            node.put("line", suppression.place().line());
            ArrayNode hazards = node.putArray("hazards");
            suppression.hazards().forEach(hazards::add);
            suppression.unknown().forEach(hazards::add);
        }
        root.put("suppressed", result.suppressed());
        root.put("baselined", result.baselined());
        return MAPPER.writeValueAsString(root).replace("\r\n", "\n") + "\n";
    }

    private static void finding(Finding finding, ObjectNode node) {
        node.put("hazard", finding.hazard().id());
        node.put("name", finding.hazard().name());
        node.put("severity", finding.severity().word());
        place(finding.place(), node);
        node.put("message", finding.message());
        ArrayNode path = node.putArray("path");
        for (Step step : finding.path()) {
            path.addObject()
                    .put("file", step.file())
                    .put("line", step.line())
                    .put("what", step.what());
        }
        Fix fix = finding.fix();
        if (fix == null) {
            node.putNull("fix");
            return;
        }
        ObjectNode fixNode = node.putObject("fix");
        fixNode.put("safety", fix.safety().word());
        fixNode.put("title", fix.title());
        ArrayNode edits = fixNode.putArray("edits");
        for (Edit edit : fix.edits()) {
            ObjectNode editNode = edits.addObject();
            place(edit.place(), editNode);
            editNode.put("text", edit.text());
        }
    }

    private static void place(Place place, ObjectNode node) {
        node.put("file", place.file());
        if (place.cell() > 0) {
            node.put("cell", place.cell());
        }
        node.put("line", place.line());
        node.put("column", place.column());
        node.put("end_line", place.endLine());
        node.put("end_column", place.endColumn());
    }
}
