package dev.lockstep.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Takes a project, gives the ways into it: files with a main guard, `__main__.py`, notebooks, the
/// console scripts of `pyproject.toml` and `setup.cfg`.
///
/// Of those two files only the tables of scripts are read, line by line.
public final class EntryPoints {
    private EntryPoints() {}

    /// Parses each file that holds the word `__main__`; sorted by path.
    public static List<EntryPoint> of(Project project) {
        var entries = new ArrayList<EntryPoint>();
        for (String path : project.paths()) {
            boolean always = path.endsWith(".ipynb") || path.endsWith("__main__.py");
            byte[] bytes = always ? null : project.files().read(path);
            if (!always && (bytes == null || !mentionsMain(bytes))) {
                continue;
            }
            PythonModule module = project.module(path);
            if (module != null && (always || module.mainGuard() != null)) {
                entries.add(new EntryPoint(module, null));
            }
        }
        entries.addAll(consoleScripts(project));
        return List.copyOf(entries);
    }

    /// The functions that the project's console scripts call.
    public static List<EntryPoint> consoleScripts(Project project) {
        var entries = new ArrayList<EntryPoint>();
        for (String line : new LinkedHashSet<>(scripts(project).values())) {
            EntryPoint entry = console(project, line);
            if (entry != null) {
                entries.add(entry);
            }
        }
        return List.copyOf(entries);
    }

    /// The function that the console script of that name calls, or null.
    public static @Nullable EntryPoint consoleScript(Project project, String name) {
        String line = scripts(project).get(name);
        return line == null ? null : console(project, line);
    }

    private static boolean mentionsMain(byte[] bytes) {
        byte[] word = "__main__".getBytes(UTF_8);
        outer:
        for (int i = 0; i + word.length <= bytes.length; i++) {
            for (int k = 0; k < word.length; k++) {
                if (bytes[i + k] != word[k]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    /// `module:function` of each console script, by its name, in order.
    private static Map<String, String> scripts(Project project) {
        var found = new LinkedHashMap<String, String>();
        for (String file : List.of("pyproject.toml", "setup.cfg")) {
            byte[] bytes = project.files().read(file);
            if (bytes == null) {
                continue;
            }
            boolean table = false;
            boolean list = false;
            for (String raw : new String(bytes, UTF_8).lines().toList()) {
                String line = raw.strip();
                if (line.startsWith("[")) {
                    table =
                            line.equals("[project.scripts]")
                                    || line.equals("[tool.poetry.scripts]")
                                    || line.equals("[options.entry_points]");
                    list = line.startsWith("[project") || line.startsWith("[tool");
                    continue;
                }
                int equal = line.indexOf('=');
                if (!table || equal < 0 || line.startsWith("#")) {
                    continue;
                }
                String key = line.substring(0, equal).strip();
                if (!Character.isWhitespace(raw.charAt(0)) && file.equals("setup.cfg")) {
                    list = key.equals("console_scripts");
                    continue;
                }
                String value = line.substring(equal + 1).strip().replace("\"", "").replace("'", "");
                if (list && value.indexOf(':') > 0) {
                    found.putIfAbsent(key.replace("\"", "").replace("'", ""), value);
                }
            }
        }
        return found;
    }

    private static @Nullable EntryPoint console(Project project, String script) {
        int colon = script.indexOf(':');
        String path = script.substring(0, colon).strip().replace('.', '/');
        String function = script.substring(colon + 1).strip();
        int space = function.indexOf(' ');
        for (String root : List.of("", "src/")) {
            for (String end : List.of(".py", "/__init__.py")) {
                PythonModule module = project.module(root + path + end);
                if (module != null) {
                    return new EntryPoint(
                            module, space < 0 ? function : function.substring(0, space));
                }
            }
        }
        return null;
    }
}
