package dev.lockstep.report;

import java.util.Map;

/// The line that says what to do about a hazard; its page says more.
final class Remedies {
    private static final Map<String, String> LINES =
            Map.ofEntries(
                    Map.entry("LS101", "call random.seed(0) before the first draw"),
                    Map.entry("LS102", "call np.random.seed(0) before the first draw"),
                    Map.entry("LS103", "give the generator a seed: np.random.default_rng(0)"),
                    Map.entry(
                            "LS104",
                            "call torch.manual_seed(0) before the model is built and the data is split"),
                    Map.entry(
                            "LS105",
                            "call torch.manual_seed(0), which seeds CUDA too, before the first draw"),
                    Map.entry(
                            "LS106",
                            "call torch.cuda.manual_seed_all(0) where several GPUs are used"),
                    Map.entry(
                            "LS107",
                            "sort what comes from a set before its order matters: sorted(...)"),
                    Map.entry(
                            "LS108",
                            "draw from a seeded generator instead of the operating system"),
                    Map.entry(
                            "LS109",
                            "use a constant seed instead of one from the clock or the process id"),
                    Map.entry("LS110", "move the seed before the first draw"),
                    Map.entry("LS111", "give the generator a seed: random.Random(0)"),
                    Map.entry("LS112", "pass random_state=0 (or seed=0) to the package's function"),
                    Map.entry(
                            "LS113",
                            "give the imported code a generator of its own instead of reseeding the globals"),
                    Map.entry("LS114", "pass a seed to the started process and seed there"),
                    Map.entry(
                            "LS115",
                            "set PYTHONHASHSEED where Python is started, not inside the script"),
                    Map.entry(
                            "LS201",
                            "pass generator=torch.Generator().manual_seed(0) to the loader or split"),
                    Map.entry(
                            "LS202",
                            "pass worker_init_fn= that seeds from torch.initial_seed(), and generator="),
                    Map.entry(
                            "LS203",
                            "pass drop_last=True, or leave the smaller batch out of batch normalisation"),
                    Map.entry("LS204", "sort the listing: sorted(os.listdir(...))"),
                    Map.entry("LS205", "make the data order independent of num_workers"),
                    Map.entry("LS206", "take the results in the order of submission"),
                    Map.entry("LS207", "let evaluation draw from a generator of its own"),
                    Map.entry("LS301", "set torch.backends.cudnn.deterministic = True"),
                    Map.entry("LS302", "set torch.backends.cudnn.benchmark = False"),
                    Map.entry("LS303", "call torch.use_deterministic_algorithms(True)"),
                    Map.entry(
                            "LS304", "set CUBLAS_WORKSPACE_CONFIG=:4096:8 where Python is started"),
                    Map.entry("LS305", "turn TF32 off and set the matmul precision to highest"),
                    Map.entry(
                            "LS306",
                            "write the memory before it is read: torch.zeros instead of torch.empty"),
                    Map.entry(
                            "LS307",
                            "call torch.set_num_threads with a constant before the first operation"),
                    Map.entry("LS308", "turn autotuning by timing off"),
                    Map.entry(
                            "LS309",
                            "set NCCL_ALGO=Ring and NCCL_PROTO=Simple where the ranks are started"),
                    Map.entry(
                            "LS401",
                            "lockstep diff shows the change; take it back to get the old result"),
                    Map.entry("LS402", "put the recorded data back to get the old result"),
                    Map.entry(
                            "LS405",
                            "set what is named as it was in the record to get the old result"),
                    Map.entry("LS406", "save and load the generators' states with the checkpoint"),
                    Map.entry("LS408", "call model.eval() before evaluating"));

    private Remedies() {}

    static String line(String hazard) {
        return LINES.getOrDefault(hazard, "lockstep explain " + hazard);
    }
}
