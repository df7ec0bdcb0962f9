package dev.lockstep.check;

import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Attribute;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Expression.Name;
import dev.lockstep.source.Node;
import dev.lockstep.source.Scope;
import dev.lockstep.source.Statement;
import dev.lockstep.source.Statement.FunctionDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a function or a module, tells which of its variables are only inputs with which a model is
/// shown to an exporter, or are shown to what draws or counts its operations: of those the shapes
/// count, not the numbers.
final class ExampleInputs {
    /// What keeps a model, weights and all, and learns from an input how it goes through it.
    private static final Set<String> KEEPS =
            Set.of(
                    "torch.onnx.export",
                    "torch.onnx._export",
                    "torch.onnx.dynamo_export",
                    "torch.onnx.utils.export",
                    "torch.export.export",
                    "torch.jit.trace");

    /// What shows how a model goes through its input, or counts what it does: of the model, too,
    /// the shapes count.
    private static final Set<String> LOOKS =
            Set.of(
                    "torchinfo.summary",
                    "torchsummary.summary",
                    "torchview.draw_graph",
                    "torchviz.make_dot",
                    "hiddenlayer.build_graph",
                    "thop.profile",
                    "fvcore.nn.FlopCountAnalysis",
                    "ptflops.get_model_complexity_info",
                    "torch.utils.tensorboard.SummaryWriter().add_graph",
                    "tensorboardX.SummaryWriter().add_graph");

    static final int NOTHING = Integer.MAX_VALUE;

    private final Set<String> names = new HashSet<>();

    private ExampleInputs() {}

    static ExampleInputs in(Scope scope) {
        List<Statement> body =
                scope.kind() == Scope.Kind.MODULE
                        ? scope.module().tree().body()
                        : scope.node() instanceof FunctionDefinition f ? f.body() : List.of();
        var found = new ExampleInputs();
        Set<Node> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Statement statement : body) {
            statement.walk(node -> {
                if (node instanceof Call call) {
                    found.show(call, firstLookedAt(scope.module().resolve(call.function())), shown);
                }
            });
        }
        if (!found.names.isEmpty()) {
            found.leaveOutUsed(body, shown);
        }
        return found;
    }

    /// Notes what a call gets to look at, from this argument on.
    private void show(Call call, int first, Set<Node> shown) {
        List<Expression> inputs = new ArrayList<>();
        if (first < call.arguments().size()) {
            inputs.addAll(call.arguments().subList(first, call.arguments().size()));
        }
        if (first != NOTHING) {
            call.keywords().forEach(keyword -> inputs.add(keyword.value()));
        }
        for (Expression input : inputs) {
            input.walk(node -> {
                if (node instanceof Name name) {
                    shown.add(name);
                    names.add(name.id());
                }
            });
        }
    }

    /// From which of its arguments on a function only looks at what it gets, all of its keywords
    /// among them; {@link #NOTHING} for any other.
    ///
    /// @param called its full name, null where that is not known
    static int firstLookedAt(@Nullable String called) {
        if (called == null) {
            return NOTHING;
        }
        return LOOKS.contains(called) ? 0 : KEEPS.contains(called) ? 1 : NOTHING;
    }

    private void leaveOutUsed(List<Statement> body, Set<Node> shown) {
        for (Statement statement : body) {
            statement.walk(node -> {
                switch (node) {
                    case Statement.Assign made -> made.targets().forEach(shown::add);
                    case Attribute shape when shape.name().equals("shape") ->
                            shown.add(shape.value());
                    case Name name when !shown.contains(name) -> names.remove(name.id());
                    default -> {}
                }
            });
        }
    }

    /// Whether what is assigned is an example alone.
    boolean holds(Expression target) {
        return target instanceof Name name && names.contains(name.id());
    }
}
