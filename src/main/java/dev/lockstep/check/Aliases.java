package dev.lockstep.check;

import java.util.List;
import java.util.Map;

/// Several names that mean the same, brought to one.
final class Aliases {
    private static final Map<String, String> EXACT =
            Map.ofEntries(
                    Map.entry(
                            "torch.utils.data.dataloader.DataLoader",
                            "torch.utils.data.DataLoader"),
                    Map.entry("torch.utils.data.dataset.Dataset", "torch.utils.data.Dataset"),
                    Map.entry(
                            "torch.utils.data.dataset.IterableDataset",
                            "torch.utils.data.IterableDataset"),
                    Map.entry(
                            "torch.utils.data.dataset.random_split",
                            "torch.utils.data.random_split"),
                    Map.entry("torch.random.manual_seed", "torch.manual_seed"),
                    Map.entry("torch.cuda.random.manual_seed", "torch.cuda.manual_seed"),
                    Map.entry("torch.cuda.random.manual_seed_all", "torch.cuda.manual_seed_all"),
                    Map.entry(
                            "concurrent.futures.thread.as_completed",
                            "concurrent.futures.as_completed"),
                    Map.entry(
                            "concurrent.futures._base.as_completed",
                            "concurrent.futures.as_completed"));

    private record Prefix(String from, String to) {}

    private static final List<Prefix> PREFIXES =
            List.of(
                    new Prefix("torch.utils.data.sampler.", "torch.utils.data."),
                    new Prefix("lightning.pytorch.", "pytorch_lightning."),
                    new Prefix("lightning.seed_everything", "pytorch_lightning.seed_everything"),
                    new Prefix("lightning.Trainer", "pytorch_lightning.Trainer"),
                    new Prefix("lightning_lite.utilities.seed.", "pytorch_lightning."),
                    new Prefix("builtins.", ""));

    private Aliases() {}

    static String canonical(String name) {
        String exact = EXACT.get(name);
        if (exact != null) {
            return exact;
        }
        for (Prefix prefix : PREFIXES) {
            if (name.startsWith(prefix.from())) {
                return prefix.to() + name.substring(prefix.from().length());
            }
        }
        return name;
    }
}
