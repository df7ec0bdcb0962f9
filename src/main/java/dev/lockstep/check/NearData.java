package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Node;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.regex.Pattern;

/// Tells by the names around a place whether it has to do with the data that something is trained
/// on.
///
/// An order that only leaves a function matters when it becomes that of samples, classes or words,
/// and seldom elsewhere: what runs, models, settings and reports hold is taken in any order.
final class NearData {
    /// Files that read data.
    private static final Pattern FILE =
            Pattern.compile(
                    "data|corpus|corpora|loader|reader|(^|[/_])train(er|ing)?[.]py$",
                    Pattern.CASE_INSENSITIVE);

    /// What files of data are called, and how their names end.
    static final Pattern LISTED =
            Pattern.compile(
                    "data|corpus|corpora|sample|table|im(age|g)|photo|audio|wav|speech|video|frame|clip|scan(?!dir)"
                            + "|patch|tile|slice|mask|label|annot|train|valid|speaker|subject"
                            + "|patient|text|doc|sentence|vocab|class|shard|scene|track|utter"
                            + "|episode|traj|molecul|graph|mesh|point|feature|record|example"
                            + "|[.](jpe?g|png|bmp|tiff?|wav|flac|mp[34]|np[yz]|csv|tsv|parquet"
                            + "|tfrecord|nii|mat|pkl|txt)",
                    Pattern.CASE_INSENSITIVE);

    /// What is numbered, drawn from or embedded.
    static final Pattern NUMBERED =
            Pattern.compile(
                    "data|corpus|corpora|sample|vocab|word|token|char|label|class|categor|train|valid"
                            + "|speaker|subject|patient|sentence|smiles|entit|relation|lang|doc|tag|user"
                            + "|species|gene",
                    Pattern.CASE_INSENSITIVE);

    private NearData() {}

    /// Whether the file, the statement, or a function or class around it speaks of data, or the
    /// file trains.
    ///
    /// @param data what data is called there
    static boolean isNear(Unit unit, Expression place, Pattern data) {
        if (FILE.matcher(unit.path()).find()) {
            return true;
        }
        Node at = place;
        while (!(at instanceof Statement) && unit.parent(at) instanceof Node above) {
            at = above;
        }
        var text = new StringBuilder();
        if (at instanceof Statement.For loop) {
            text.append(unit.source().slice(loop.target()));
            text.append(' ').append(unit.source().slice(loop.iterable()));
        } else {
            text.append(unit.source().slice(at));
        }
        for (Node around = unit.function(place); around != null; around = unit.function(around)) {
            if (around instanceof FunctionDefinition function) {
                text.append(' ').append(function.name());
            }
        }
        Statement.ClassDefinition owner = unit.classAround(place);
        if (owner != null) {
            text.append(' ').append(owner.name());
        }
        return data.matcher(text).find()
                || unit.calls().stream()
                        .anyMatch(call ->
                                OrderFlow.isCall(call, "backward")
                                        || OrderFlow.isCall(call, "fit"));
    }
}
