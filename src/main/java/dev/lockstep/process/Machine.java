package dev.lockstep.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a run's result may depend on and what the agent cannot see better from inside.
public final class Machine {
    /// Variables that reach numbers: interpreter, thread pools, math libraries, devices, locale,
    /// time zone.
    private static final List<String> BEGINNINGS =
            List.of(
                    "PYTHON",
                    "OMP_",
                    "GOMP_",
                    "KMP_",
                    "MKL_",
                    "OPENBLAS_",
                    "BLIS_",
                    "NUMEXPR_",
                    "CUDA_",
                    "CUBLAS_",
                    "CUDNN_",
                    "NVIDIA_",
                    "NCCL_",
                    "GLOO_",
                    "TORCH",
                    "PYTORCH",
                    "TRITON_",
                    "XLA_",
                    "HF_",
                    "TRANSFORMERS_",
                    "MASTER_",
                    "PET_",
                    "LC_",
                    "DNNL_",
                    "ATEN_");

    private static final List<String> NAMES =
            List.of(
                    "LANG",
                    "LANGUAGE",
                    "TZ",
                    "LD_PRELOAD",
                    "LD_LIBRARY_PATH",
                    "VIRTUAL_ENV",
                    "CONDA_PREFIX",
                    "MALLOC_ARENA_MAX",
                    "GLIBC_TUNABLES",
                    "WORLD_SIZE",
                    "RANK",
                    "LOCAL_RANK");

    private static final List<String> SECRET =
            List.of(
                    "TOKEN",
                    "SECRET",
                    "PASSWORD",
                    "PASSWD",
                    "CREDENTIAL",
                    "APIKEY",
                    "API_KEY",
                    "AUTH",
                    "_KEY",
                    "COOKIE");

    /// An address with a name and a password in it.
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/\\s]*:[^/\\s]*@");

    private Machine() {}

    /// The variables that matter, sorted; never one whose name or value says that it holds a
    /// secret.
    ///
    /// @param asked names that the script asked for: they matter too
    public static Map<String, String> variables(
            Map<String, String> environment, Collection<String> asked) {
        var relevant = new TreeMap<String, String>();
        environment.forEach((name, value) -> {
            if ((NAMES.contains(name)
                            || asked.contains(name)
                            || BEGINNINGS.stream().anyMatch(name::startsWith))
                    && !secret(name)
                    && !CREDENTIALS.matcher(value).find()) {
                relevant.put(name, value);
            }
        });
        return relevant;
    }

    /// Of the variables that the script asked for, whether they were `set` or `not set`, sorted;
    /// none that holds a secret.
    public static Map<String, String> asked(
            Map<String, String> environment, Collection<String> asked) {
        var known = new TreeMap<String, String>();
        for (var name : asked) {
            var value = environment.get(name);
            if (!secret(name) && (value == null || !CREDENTIALS.matcher(value).find())) {
                known.put(name, value == null ? "not set" : "set");
            }
        }
        return known;
    }

    private static boolean secret(String name) {
        var upper = name.toUpperCase(Locale.ROOT);
        return SECRET.stream().anyMatch(upper::contains);
    }

    /// The options of a command line whose names say that they hold a secret.
    public static List<String> secretOptions(Collection<String> command) {
        return command.stream()
                .filter(word -> word.startsWith("-"))
                .map(word -> word.replaceFirst("=.*", ""))
                .filter(name ->
                        secret(name.replace('-', '_'))
                                && !name.toUpperCase(Locale.ROOT).contains("TOKENIZ"))
                .distinct()
                .toList();
    }

    /// Processor, its instruction sets that change numbers, its number of cores, and the system.
    public static Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("cpu", cpuinfo("model name"));
        var flags = List.of(cpuinfo("flags").split(" ", -1));
        facts.put(
                "instructions",
                List.of("sse4_2", "avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_tile")
                        .stream()
                        .filter(flags::contains)
                        .toList());
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("architecture", System.getProperty("os.arch", "unknown"));
        facts.put(
                "system",
                System.getProperty("os.name", "unknown")
                        + " "
                        + System.getProperty("os.version", ""));
        facts.put("distribution", release());
        facts.putAll(Gpus.facts());
        return facts;
    }

    private static String cpuinfo(String key) {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException | java.io.UncheckedIOException e) {
            return "unknown";
        }
    }

    private static String release() {
        try (var lines = Files.lines(Path.of("/etc/os-release"))) {
            return lines.filter(line -> line.startsWith("PRETTY_NAME="))
                    .map(line -> line.substring(12).replace("\"", ""))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException | java.io.UncheckedIOException e) {
            return "unknown";
        }
    }
}
