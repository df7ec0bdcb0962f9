package dev.lockstep.check;

import dev.lockstep.source.DictItem;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.DictDisplay;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Expression.Subscript;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// LS406: a training goes on from a checkpoint that holds no generator state.
final class ResumeWithoutGenerators implements Rule {
    private static final String KEY = "rng_state";
    private static final String CUDA_KEY = "cuda_rng_state";

    private static final Fix ADVICE =
            Fix.display(
                    "save torch.get_rng_state() with it and restore it after loading, NumPy's"
                            + " and random's too");

    @Override
    public String hazard() {
        return "LS406";
    }

    @Override
    public Set<String> words() {
        return Set.of("save");
    }

    @Override
    public void check(Unit unit, Programs programs, Reporter report) {
        if (!programs.ever(Fact.RESUMES) || programs.ever(Fact.GENERATOR_STATE)) {
            return;
        }
        Map<Unit.Named, DictDisplay> lacking = new LinkedHashMap<>();
        for (Unit.Named named : unit.named()) {
            if (named.name().equals("torch.save")) {
                DictDisplay saved = dictionary(unit, named.call().argument(0, "obj"));
                if (saved != null && trainingState(unit, saved)) {
                    lacking.put(named, saved);
                }
            }
        }
        lacking.forEach((named, saved) ->
                report.report(
                        Severity.WARNING,
                        named.call(),
                        "the checkpoint that training goes on from holds no generator state, so the"
                                + " continued run draws other numbers than the uninterrupted one",
                        lacking.size() == 1 ? fix(unit, named, saved) : ADVICE));
    }

    /// Saves torch's state with the checkpoint and restores it behind the last part that is loaded
    /// from it: where both stand in this file, and nothing but torch is drawn from.
    private static Fix fix(Unit unit, Unit.Named save, DictDisplay saved) {
        Source source = unit.source();
        String function = source.slice(save.call().function());
        Statement last = lastLoaded(unit);
        boolean others =
                unit.named().stream()
                        .anyMatch(named ->
                                named.name().startsWith("numpy.random.")
                                        || named.name().startsWith("random."));
        if (last == null || others || !function.endsWith(".save") || saved.items().isEmpty()) {
            return ADVICE;
        }
        String torch = function.substring(0, function.length() - ".save".length());
        String name = loadedInto(unit, last);
        DictItem item = saved.items().getLast();
        String before = indent(source, item.start());
        boolean ownLine = before.length() == source.column(item.start()) - 1;
        String end = source.text().contains("\r\n") ? "\r\n" : "\n";
        boolean cuda = usesCuda(unit);
        String between = ownLine ? "," + end + before : ", ";
        String state =
                "\""
                        + KEY
                        + "\": "
                        + torch
                        + ".get_rng_state()"
                        + (cuda
                                ? between
                                        + "\""
                                        + CUDA_KEY
                                        + "\": "
                                        + torch
                                        + ".cuda.get_rng_state_all()"
                                : "");
        String indent = indent(source, last.start());
        String deeper = indent.endsWith("\t") ? "\t" : "    ";
        return Fix.unsafe(
                cuda
                        ? "save torch's and CUDA's generator states and restore them"
                        : "save torch's generator state and restore it",
                Stream.of(
                                new Edit(Place.of(source, item.end(), item.end()), between + state),
                                new Edit(
                                        Place.of(source, last.end(), last.end()),
                                        end
                                                + indent
                                                + "if \""
                                                + KEY
                                                + "\" in "
                                                + name
                                                + ":"
                                                + end
                                                + indent
                                                + deeper
                                                + torch
                                                + ".set_rng_state("
                                                + name
                                                + "[\""
                                                + KEY
                                                + "\"].cpu())"
                                                + (cuda
                                                        ? end
                                                                + indent
                                                                + deeper
                                                                + torch
                                                                + ".cuda.set_rng_state_all([state.cpu()"
                                                                + " for state in "
                                                                + name
                                                                + "[\""
                                                                + CUDA_KEY
                                                                + "\"]])"
                                                        : "")))
                        .sorted(Comparator.comparing(Edit::place))
                        .toArray(Edit[]::new));
    }

    /// Whether the file may put something on a CUDA device: its generators have states of their
    /// own, an empty list where there is none.
    private static boolean usesCuda(Unit unit) {
        boolean[] found = {false};
        unit.tree()
                .walk(node ->
                        found[0] |=
                                node instanceof Attribute attribute
                                                && attribute.name().equals("cuda")
                                        || node instanceof Expression.StringLiteral text
                                                && text.value().startsWith("cuda"));
        return found[0];
    }

    /// The last statement `….load_state_dict(NAME[…])` where one torch.load of the file was
    /// assigned to NAME in the same function; null when it is not as plain as that.
    private static @Nullable Statement lastLoaded(Unit unit) {
        Statement last = null;
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.ExpressionStatement one
                    && loadedInto(unit, one) != null
                    && alone(unit, one)) {
                last = one;
            }
        }
        return last;
    }

    /// The name that a statement `….load_state_dict(NAME[…])` loads from, when that is a
    /// checkpoint.
    private static @Nullable String loadedInto(Unit unit, Statement statement) {
        if (statement instanceof Statement.ExpressionStatement one
                && one.expression() instanceof Call call
                && call.function() instanceof Attribute attribute
                && attribute.name().equals("load_state_dict")
                && call.argument(0, "state_dict") instanceof Subscript part
                && part.value() instanceof Name name
                && unit.value(name) instanceof Call load
                && "torch.load".equals(unit.name(load.function()))
                && unit.function(load) == unit.function(call)) {
            return name.id();
        }
        return null;
    }

    /// Whether nothing else stands on the statement's line.
    private static boolean alone(Unit unit, Statement statement) {
        Source source = unit.source();
        String rest =
                source.text().substring(statement.end()).lines().findFirst().orElse("").strip();
        return rest.isEmpty()
                && indent(source, statement.start()).length()
                        == source.column(statement.start()) - 1;
    }

    /// The blanks that a line begins with.
    private static String indent(Source source, int at) {
        String line = source.lineText(source.line(at));
        return line.substring(0, line.length() - line.stripLeading().length());
    }

    private static @Nullable DictDisplay dictionary(Unit unit, @Nullable Expression saved) {
        return switch (saved) {
            case DictDisplay dict -> dict;
            case Name name -> unit.value(name) instanceof DictDisplay dict ? dict : null;
            case Call call -> returned(unit, OrderFlow.shortName(call));
            case null, default -> null;
        };
    }

    /// The dictionary that the only function of that name in the file returns.
    private static @Nullable DictDisplay returned(Unit unit, String function) {
        DictDisplay found = null;
        for (Statement statement : unit.statements()) {
            if (statement instanceof Statement.Return given
                    && given.value() instanceof DictDisplay dict
                    && unit.function(given) instanceof Statement.FunctionDefinition f
                    && f.name().equals(function)) {
                if (found != null) {
                    return null;
                }
                found = dict;
            }
        }
        return found;
    }

    /// Tells whether a dictionary holds what a training goes on from: the optimizer's state, and
    /// nothing that looks like a generator's.
    private static boolean trainingState(Unit unit, DictDisplay dict) {
        boolean optimizer = false;
        for (DictItem item : dict.items()) {
            if (item.key() == null) {
                return false;
            }
            String key = unit.source().slice(item.key()).toLowerCase(Locale.ROOT);
            if (key.contains("rng") || key.contains("random") || key.contains("generator")) {
                return false;
            }
            optimizer |=
                    item.value() instanceof Call call
                            && call.function() instanceof Attribute attribute
                            && attribute.name().equals("state_dict")
                            && (FactFinder.isOptimizer(
                                            unit.source()
                                                    .slice(attribute.value())
                                                    .toLowerCase(Locale.ROOT))
                                    || FactFinder.isOptimizer(key));
        }
        return optimizer;
    }
}
