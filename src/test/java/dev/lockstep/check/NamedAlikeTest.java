package dev.lockstep.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What other files call and make decides what is said of a function or a class.
class NamedAlikeTest {
    private static final String SEEDING =
            """
            import torch
            def prepare(seed, reproducible):
                torch.manual_seed(seed)
                if not reproducible:
                    torch.backends.cudnn.benchmark = True
            """;

    private static final String NETWORK =
            """
            import torch
            import torch.nn.functional as F
            class Net(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.conv = torch.nn.Conv2d(3, 4, 1)
                def forward(self, x):
                    x = self.conv(x.cuda())
                    return F.interpolate(x, size=(5, 6), mode="bilinear")
            """;

    private static final String PREDICTOR =
            """
            import torch
            from net import Net
            def predictor():
                model = Net()
                model.load_state_dict(torch.load("weights.pt"))
                return model.eval()
            """;

    private static List<String> places(String hazard, Map<String, String> texts) {
        var files = new TreeMap<String, Contents>();
        texts.forEach((path, text) -> files.put(path, () -> text.getBytes(StandardCharsets.UTF_8)));
        var selection = Selection.of(List.of(hazard), List.of());
        return new Checker(Rules.all(), Checker.Setting.of(selection), 2)
                .check(files).findings().stream().map(f -> f.place().fileAndLine()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prepare(3, True)", "prepare(seed=4, reproducible=True)"})
    void whoAsksForTheSameSetsNoSwitch(String call) {
        String caller = "from seeds import prepare\n" + call + "\n";
        assertThat(places("LS302", Map.of("seeds.py", SEEDING, "use.py", caller))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from seeds import prepare\nprepare(5, False)",
                "from seeds import prepare\nprepare(6, chosen())",
                "from seeds import prepare\nprepare(*arguments)",
                "from seeds import prepare as start\nstart(7, False)"
            })
    void whoMayNotAskForItSetsTheSwitch(String caller) {
        assertThat(places("LS302", Map.of("seeds.py", SEEDING, "use.py", caller + "\n")))
                .containsExactly("seeds.py:5");
    }

    @Test
    void aModelThatIsOnlyEvaluatedHasNoGradients() {
        assertThat(places("LS303", Map.of("net.py", NETWORK, "use.py", PREDICTOR))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from net import Net\nmodel = Net()",
                "from net import Net as Model\nmodel = Model()",
                "import net\nmodels = [net.Net()]"
            })
    void aModelThatIsMadeElsewhereTooMayBeTrained(String maker) {
        var files = Map.of("net.py", NETWORK, "use.py", PREDICTOR, "more.py", maker + "\n");
        assertThat(places("LS303", files)).containsExactly("net.py:9");
    }

    /// Of what takes times nothing is kept, unless it learns meanwhile.
    @Test
    void whatOnlyTakesTimesIsNoHazard() {
        String text =
                """
                import time, torch
                start = time.time()
                torch.zeros(8, device="cuda").index_add(0, torch.load("a"), torch.load("b"))
                print(time.time() - start)
                """;
        for (String path : List.of("benchmark_ops.py", "benchmarks/ops.py")) {
            assertThat(places("LS303", Map.of(path, text))).isEmpty();
            assertThat(places("LS303", Map.of(path, text + "torch.optim.SGD([], 0.1)\n")))
                    .hasSize(1);
        }
        assertThat(places("LS303", Map.of("ops.py", text))).hasSize(1);
    }
}
