package dev.lockstep.cli;

import dev.lockstep.comparison.EnvironmentDifference;
import dev.lockstep.comparison.RunEnvironment;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.diagnosis.Place;
import dev.lockstep.diagnosis.Suspect;
import dev.lockstep.event.Site;
import dev.lockstep.event.Unreadable;
import dev.lockstep.process.InstalledPackages;
import dev.lockstep.process.LauncherPins;
import dev.lockstep.process.Python;
import dev.lockstep.record.DataFile;
import dev.lockstep.record.RunRecord;
import dev.lockstep.record.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What of the differences between a record and today can be taken back for one run, and how.
final class Restorations {
    /// What one run gets to be like the record in one respect.
    ///
    /// @param overlay files of the project with the content that they had
    /// @param absent files of the project that were not there
    /// @param variables variables with the value that they had
    /// @param unset variables that were not set
    /// @param python the interpreter that it had, or null
    /// @param input the standard input that it had, or null
    record Restoration(
            Suspect suspect,
            Map<String, byte[]> overlay,
            Set<String> absent,
            Map<String, String> variables,
            Set<String> unset,
            @Nullable Python python,
            @Nullable Path input) {
        Restoration(
                Suspect suspect,
                Map<String, byte[]> overlay,
                Set<String> absent,
                Map<String, String> variables,
                Set<String> unset) {
            this(suspect, overlay, absent, variables, unset, null, null);
        }
    }

    /// A difference that cannot be taken back here.
    ///
    /// @param what the difference's name
    record Fixed(String hazard, String what, String why) {}

    /// Variables by which an interpreter finds other packages.
    private static final Set<String> PACKAGE_PATHS =
            Set.of("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE");

    private static final String CHANGED_VERSION = "LS403";

    private final Session session;
    private final RunRecord record;
    private final List<Restoration> possible = new ArrayList<>();
    private final List<Fixed> fixed = new ArrayList<>();
    private final @Nullable Python python;

    /// Per variable in which other folders of packages are named: the packages, with the versions
    /// that they have again once it is as recorded.
    private final Map<String, Map<String, String>> along = new LinkedHashMap<>();

    private boolean interpreter;

    private Restorations(Session session, RunRecord record, @Nullable Python python) {
        this.session = session;
        this.record = record;
        this.python = python;
    }

    /// Looks at each difference, the likeliest cause first.
    ///
    /// @param python the interpreter of the record, when it is another than that of the session and
    ///   as it was then; else null
    static Restorations of(
            Session session,
            RunRecord record,
            List<EnvironmentDifference> differences,
            @Nullable Python python)
            throws IOException {
        var restorations = new Restorations(session, record, python);
        boolean threads =
                differences.stream()
                        .anyMatch(one ->
                                one.group() == EnvironmentDifference.Group.VARIABLE
                                        && one.what().endsWith("_NUM_THREADS"));
        if (python == null) {
            restorations.followVariables(differences);
        }
        for (var difference : differences) {
            restorations.look(difference, threads);
        }
        return restorations;
    }

    /// Finds the packages whose version or files follow from a variable that names folders of
    /// packages.
    private void followVariables(List<EnvironmentDifference> differences) {
        var packages =
                differences.stream()
                        .filter(one -> one.group() == EnvironmentDifference.Group.PACKAGE)
                        .collect(
                                Collectors.toMap(
                                        EnvironmentDifference::what,
                                        EnvironmentDifference::reference,
                                        (one, _) -> one,
                                        LinkedHashMap::new));
        for (var one : differences) {
            if (one.group() != EnvironmentDifference.Group.VARIABLE
                    || !PACKAGE_PATHS.contains(one.what())
                    || packages.isEmpty()) {
                continue;
            }
            var environment = new HashMap<>(session.surroundings().environment());
            if (was(one)) {
                environment.put(one.what(), one.reference());
            } else {
                environment.remove(one.what());
            }
            var again = new LinkedHashMap<String, String>();
            InstalledPackages.of(session.python(), session.agent(), environment, packages.keySet())
                    .forEach(its -> {
                        var then = packages.get(its.name());
                        if (then != null
                                && (then.equals(its.version())
                                        || then.endsWith("files " + its.hash()))) {
                            again.put(its.name(), then);
                        }
                    });
            if (!again.isEmpty()) {
                along.put(one.what(), again);
            }
        }
    }

    private static boolean was(EnvironmentDifference variable) {
        return !variable.reference().equals(RunEnvironment.NONE)
                && !variable.reference().equals(RunEnvironment.NOT_SET);
    }

    /// Those that can be taken back, the likeliest cause first.
    List<Restoration> possible() {
        return List.copyOf(possible);
    }

    /// Those that cannot.
    List<Fixed> fixed() {
        return List.copyOf(fixed);
    }

    private void look(EnvironmentDifference one, boolean threadsVariable) throws IOException {
        switch (one.group()) {
            case CODE -> code(one);
            case DATA -> data(one);
            case VARIABLE -> variable(one);
            case FLAG -> {
                // Torch tells it before the script's first line; other flags follow from torch's
                // version, or are set by the source.
                if (one.what().equals("threads") && !threadsVariable) {
                    var variables = new LinkedHashMap<String, String>();
                    LauncherPins.threadVariables()
                            .forEach(name -> variables.put(name, one.reference()));
                    possible(
                            one,
                            "number of threads, " + one.reference(),
                            Map.of(),
                            Set.of(),
                            variables,
                            Set.of(),
                            List.of());
                }
            }
            case TORCH, PACKAGE, PYTHON -> {
                if (along.values().stream().anyMatch(its -> its.containsKey(one.what()))) {
                    return;
                }
                if (python != null) {
                    interpreter(one, python);
                } else if (one.group() == EnvironmentDifference.Group.TORCH) {
                    fixed(one, " is not what this Python has; it has ");
                } else if (one.group() == EnvironmentDifference.Group.PACKAGE) {
                    fixed(one, " is not installed for this Python; it has ");
                } else if (one.what().equals("python")) {
                    fixed(one, " is not the version of the Python that is used here, which is ");
                }
            }
            case MACHINE -> fixed(one, " is not what this machine has; it has ");
            case COMMAND, PINS, OTHER -> {
                // A rerun takes these from the record.
            }
        }
    }

    /// A variable that names folders of packages brings their versions with it: then those are what
    /// changed.
    private void variable(EnvironmentDifference one) {
        boolean was = was(one);
        var what = "variable " + one.what() + (was ? "=" + one.reference() : " not set");
        var packages = along.getOrDefault(one.what(), Map.of());
        if (!packages.isEmpty()) {
            what =
                    packages.entrySet().stream()
                                    .map(its -> its.getKey() + " " + its.getValue())
                                    .collect(Collectors.joining(", "))
                            + " (by "
                            + what
                            + ")";
        }
        possible.add(
                new Restoration(
                        new Suspect(
                                packages.isEmpty() ? one.hazard() : CHANGED_VERSION,
                                Pin.recorded(what),
                                List.of()),
                        Map.of(),
                        Set.of(),
                        was ? Map.of(one.what(), one.reference()) : Map.of(),
                        was ? Set.of() : Set.of(one.what())));
    }

    /// Torch, packages and Python come with an interpreter: they are taken back together.
    private void interpreter(EnvironmentDifference first, Python then) {
        if (!interpreter) {
            interpreter = true;
            possible.add(
                    new Restoration(
                            new Suspect(
                                    first.hazard(),
                                    Pin.recorded(
                                            "Python "
                                                    + then.executable()
                                                    + " with its packages"
                                                    + (first.what().equals("executable")
                                                            ? ""
                                                            : " ("
                                                                    + first.what()
                                                                    + " "
                                                                    + first.reference()
                                                                    + ")")),
                                    List.of()),
                            Map.of(),
                            Set.of(),
                            Map.of(),
                            Set.of(),
                            then,
                            null));
        }
    }

    private void possible(
            EnvironmentDifference one,
            String what,
            Map<String, byte[]> overlay,
            Set<String> absent,
            Map<String, String> variables,
            Set<String> unset,
            List<Place> places) {
        possible.add(
                new Restoration(
                        new Suspect(one.hazard(), Pin.recorded(what), places),
                        overlay,
                        absent,
                        variables,
                        unset));
    }

    private void fixed(EnvironmentDifference one, String is) {
        fixed.add(
                new Fixed(
                        one.hazard(),
                        one.what(),
                        one.what() + " " + one.reference() + is + one.candidate()));
    }

    private void code(EnvironmentDifference one) throws IOException {
        var file = one.what();
        if (elsewhere(one)) {
            return;
        }
        if (one.reference().equals(RunEnvironment.NONE)) {
            possible(
                    one,
                    "absence of " + file,
                    Map.of(),
                    Set.of(file),
                    Map.of(),
                    Set.of(),
                    List.of());
            return;
        }
        var then = recordedCode(file, one.reference());
        if (then == null) {
            fixed.add(
                    new Fixed(one.hazard(), file, file + ": the record does not hold its content"));
            return;
        }
        possible(
                one,
                "source of " + file,
                Map.of(file, then),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of(
                        new Place(
                                new Site(file, firstChange(file, then), null),
                                null,
                                null,
                                "main")));
    }

    /// The recorded content: kept with the record, or what git has of the recorded commit.
    private byte @Nullable [] recordedCode(String file, String hash) throws IOException {
        var kept = record.code().get(file);
        if (kept != null) {
            return RunRecord.content(kept);
        }
        var commit = record.environment().get("git.commit");
        var content = commit == null ? null : WorkTree.content(session.project(), commit, file);
        return content != null && RunRecord.sha256(content).startsWith(hash) ? content : null;
    }

    /// The first line that is another one today, from 1.
    private int firstChange(String file, byte[] then) {
        try {
            var now = Files.readAllBytes(session.project().resolve(file));
            int line = 1;
            for (int i = 0; i < Math.min(now.length, then.length) && now[i] == then[i]; i++) {
                line += now[i] == '\n' ? 1 : 0;
            }
            return line;
        } catch (IOException e) {
            return 1;
        }
    }

    private void data(EnvironmentDifference one) throws IOException {
        var file = one.what();
        boolean input = file.equals(DataFile.STANDARD_INPUT);
        if (!input && elsewhere(one)) {
            return;
        }
        if (one.reference().equals(RunEnvironment.NONE)) {
            possible(
                    one,
                    "absence of " + file,
                    Map.of(),
                    Set.of(file),
                    Map.of(),
                    Set.of(),
                    List.of());
            return;
        }
        var then =
                record.dataFiles().stream()
                        .filter(other -> other.path().equals(file))
                        .findFirst()
                        .orElse(null);
        var content = content(session, record, then);
        if (content == null) {
            fixed.add(
                    new Fixed(
                            one.hazard(),
                            file,
                            file
                                    + ": what it held then is kept nowhere ("
                                    + one.reference()
                                    + "); `lockstep run --keep-data SIZE` keeps larger files"));
            return;
        }
        if (input) {
            possible.add(
                    new Restoration(
                            new Suspect(
                                    one.hazard(),
                                    Pin.recorded("what stood in the standard input"),
                                    List.of()),
                            Map.of(),
                            Set.of(),
                            Map.of(),
                            Set.of(),
                            null,
                            write(session, content)));
            return;
        }
        possible(
                one,
                "content of " + file,
                Map.of(file, content),
                Set.of(),
                Map.of(),
                Set.of(),
                List.of());
    }

    /// Notes a file of which a mirror of the project has no copy.
    private boolean elsewhere(EnvironmentDifference one) {
        var project = session.project();
        Path place;
        try {
            place = project.resolve(one.what()).normalize();
        } catch (InvalidPathException e) {
            place = project;
        }
        if (place.startsWith(project) && !place.equals(project)) {
            return false;
        }
        fixed.add(
                new Fixed(
                        one.hazard(),
                        one.what(),
                        one.what() + ": it lies outside the project, where nothing is put back"));
        return true;
    }

    /// What a data file held: kept with this record or with another of the project's.
    private static byte @Nullable [] content(
            Session session, RunRecord record, @Nullable DataFile then) throws IOException {
        var hash = then == null ? null : then.sha256();
        if (hash == null) {
            return null;
        }
        var kept = record.data(hash);
        if (kept != null) {
            return kept;
        }
        var store = session.runs();
        for (var id : store.ids().reversed()) {
            var other = keptBy(store, id, hash);
            if (other != null) {
                return other;
            }
        }
        return null;
    }

    /// The standard input that the record's run read, as a file; null when it read none or when its
    /// content is not kept.
    static @Nullable Path input(Session session, RunRecord record) throws IOException {
        var then =
                record.dataFiles().stream()
                        .filter(one -> one.path().equals(DataFile.STANDARD_INPUT))
                        .findFirst()
                        .orElse(null);
        var content = content(session, record, then);
        return content == null ? null : write(session, content);
    }

    private static Path write(Session session, byte[] content) throws IOException {
        return Files.write(session.scratch().resolve("recorded-stdin"), content);
    }

    private static byte @Nullable [] keptBy(RunStore store, String id, String hash)
            throws IOException {
        if (!Files.exists(store.runs().resolve(id).resolve("data").resolve(hash))) {
            return null;
        }
        try (var other = RunRecord.open(store.runs().resolve(id))) {
            return other.data(hash);
        } catch (Unreadable e) {
            return null;
        }
    }

    /// The order of a run for which some of them are taken back.
    Session.Order order(Session.Order plain, Collection<Pin> pins) {
        var overlay = new LinkedHashMap<>(plain.overlay());
        var variables = new LinkedHashMap<>(plain.variables());
        var absent = new HashSet<>(plain.absent());
        var unset = new HashSet<>(plain.unset());
        var used = plain.python();
        var input = plain.input();
        for (var one : possible) {
            if (pins.contains(one.suspect().pin())) {
                overlay.putAll(one.overlay());
                variables.putAll(one.variables());
                absent.addAll(one.absent());
                unset.addAll(one.unset());
                used = one.python() != null ? one.python() : used;
                input = one.input() != null ? one.input() : input;
            }
        }
        return new Session.Order(
                plain.settings(), overlay, variables, true, false, absent, unset, used, input);
    }
}
