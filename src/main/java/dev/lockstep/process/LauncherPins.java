package dev.lockstep.process;

import dev.lockstep.event.PinSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns the pins that must hold before Python starts into environment variables.
///
/// From inside a running process they come too late: the hash seed is read when the interpreter
/// starts, thread pools and cuBLAS read theirs when their library is loaded.
public final class LauncherPins {
    private static final List<String> THREAD_VARIABLES =
            List.of(
                    "OMP_NUM_THREADS",
                    "MKL_NUM_THREADS",
                    "OPENBLAS_NUM_THREADS",
                    "NUMEXPR_NUM_THREADS",
                    "VECLIB_MAXIMUM_THREADS",
                    "BLIS_NUM_THREADS");

    private LauncherPins() {}

    /// The variables for these pins.
    ///
    /// @param environment what the user has set; the user's own hash seed stays
    /// @param seed the seed that pins use
    /// @param scratch a folder of this run alone, for private caches
    public static Map<String, String> variables(
            List<PinSetting> pins, Map<String, String> environment, long seed, Path scratch) {
        var variables = new LinkedHashMap<String, String>();
        for (var pin : pins) {
            switch (pin.pin()) {
                case "hash-seed" -> {
                    var own = environment.getOrDefault("PYTHONHASHSEED", "random");
                    if (own.isEmpty() || own.equals("random")) {
                        variables.put(
                                "PYTHONHASHSEED",
                                Long.toString(Math.floorMod(seed, 4_294_967_296L)));
                    }
                }
                case "cublas" -> variables.put("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
                // Without it torch refuses to multiply on CUDA.
                case "deterministic" -> {
                    if (!environment.containsKey("CUBLAS_WORKSPACE_CONFIG")) {
                        variables.put("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
                    }
                }
                case "streams" -> variables.put("CUDA_LAUNCH_BLOCKING", "1");
                case "threads" -> THREAD_VARIABLES.forEach(name -> variables.put(name, "1"));
                // The C library fills what it hands out with the complement of this byte.
                case "memory" -> variables.put("MALLOC_PERTURB_", "255");
                case "compile" -> {
                    variables.put("TORCHINDUCTOR_MAX_AUTOTUNE", "0");
                    variables.put("TORCHINDUCTOR_MAX_AUTOTUNE_POINTWISE", "0");
                    variables.put("TORCHINDUCTOR_MAX_AUTOTUNE_GEMM", "0");
                    variables.put("TORCHINDUCTOR_COORDINATE_DESCENT_TUNING", "0");
                    variables.put(
                            "TORCHINDUCTOR_CACHE_DIR", scratch.resolve("inductor").toString());
                    variables.put("TRITON_CACHE_DIR", scratch.resolve("triton").toString());
                }
                case "collectives" -> {
                    variables.put("NCCL_ALGO", "Ring");
                    variables.put("NCCL_PROTO", "Simple");
                    variables.put("NCCL_MIN_NCHANNELS", "1");
                    variables.put("NCCL_MAX_NCHANNELS", "1");
                }
                default -> {
                    // The agent applies it.
                }
            }
        }
        return variables;
    }

    /// The variables that set a number of threads.
    public static List<String> threadVariables() {
        return THREAD_VARIABLES;
    }

    /// The pins among these whose effect is an environment variable.
    public static List<String> names() {
        return new ArrayList<>(
                List.of("hash-seed", "cublas", "threads", "memory", "compile", "collectives"));
    }
}
