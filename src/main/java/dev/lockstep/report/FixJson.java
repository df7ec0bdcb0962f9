package dev.lockstep.report;

import dev.lockstep.check.Edit;
import dev.lockstep.diagnosis.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Takes what `fix` did, gives it as JSON: the verdict before, the edits, the verdict after.
public final class FixJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private FixJson() {}

    /// The JSON text, with a newline at its end.
    ///
    /// @param before null when nothing was run
    /// @param diff the edits as a unified diff
    /// @param after null when nothing was edited or run
    /// @param lockstep Lockstep's own version
    public static String text(
            @Nullable Verdict before,
            List<Edit> edits,
            List<String> advice,
            String diff,
            @Nullable Verdict after,
            boolean written,
            String lockstep) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("lockstep", lockstep);
        json.put("before", before == null ? null : VerdictJson.tree(before, lockstep));
        json.put("edits", edits.stream().map(FixJson::edit).toList());
        json.put("advice", advice);
        json.put("diff", diff);
        json.put("after", after == null ? null : VerdictJson.tree(after, lockstep));
        json.put("written", written);
        return JSON.writeValueAsString(json).replace("\r\n", "\n") + "\n";
    }

    private static Map<String, Object> edit(Edit edit) {
        var place = edit.place();
        var json = new LinkedHashMap<String, Object>();
        json.put("file", place.file());
        if (place.cell() > 0) {
            json.put("cell", place.cell());
        }
        json.put("line", place.line());
        json.put("column", place.column());
        json.put("end_line", place.endLine());
        json.put("end_column", place.endColumn());
        json.put("text", edit.text());
        return json;
    }
}
