package dev.lockstep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The NVIDIA devices of this machine and their driver, asked of the driver's own program; no
/// process of the experiment has to touch a device for it.
final class Gpus {
    private Gpus() {}

    /// `gpus`, the models in their order, and `driver`; empty where there is no device.
    static Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        if (!Files.exists(Path.of("/dev/nvidiactl"))) {
            return facts;
        }
        try {
            var driver = Path.of("/proc/driver/nvidia/version");
            if (Files.isReadable(driver)) {
                facts.put("driver", Files.readAllLines(driver).getFirst().strip());
            }
        } catch (IOException | java.util.NoSuchElementException e) {
            // The program below tells it too.
        }
        var answer =
                Tool.ask(
                        Duration.ofSeconds(10),
                        Map.of(),
                        Path.of("/"),
                        List.of(
                                "nvidia-smi",
                                "--query-gpu=name,driver_version",
                                "--format=csv,noheader"));
        if (answer.status() == 0) {
            var lines = answer.output().lines().map(line -> line.split(", *", -1)).toList();
            facts.put("gpus", String.join(", ", lines.stream().map(line -> line[0]).toList()));
            lines.stream()
                    .filter(line -> line.length > 1)
                    .findFirst()
                    .ifPresent(line -> facts.put("driver", line[1]));
        }
        return facts;
    }
}
