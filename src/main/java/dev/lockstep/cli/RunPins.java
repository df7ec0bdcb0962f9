package dev.lockstep.cli;

import dev.lockstep.check.Seeding;
import dev.lockstep.diagnosis.Pin;
import dev.lockstep.event.PinSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The pins of a plain recorded run: everything that makes a run repeat without changing what it
/// means.
///
/// Left out on purpose: `last-batch` drops samples (`--drop-last` asks for it), `clock` stops the
/// times that a script prints, `memory` and `trace` cost time and repair nothing that a correct
/// script does, `threads` gives up the other cores, `precision` matters between machines and not on
/// one.
final class RunPins {
    private static final List<String> NAMES =
            List.of(
                    "python",
                    "numpy",
                    "numpy-generator",
                    "torch",
                    "cuda",
                    "python-generator",
                    "entropy",
                    "hash-seed",
                    "process-seed",
                    "loader",
                    "worker",
                    "file-order",
                    "completion-order",
                    "cudnn",
                    "cudnn-benchmark",
                    "deterministic-where-possible",
                    "cublas",
                    "compile",
                    "collectives");

    private RunPins() {}

    /// The pins of a run, in the order in which they are told. A seed that depends on the run
    /// becomes a constant where a reading of the source shows one: nothing in a single run tells it
    /// from another seed.
    static List<PinSetting> settings(Session session) {
        var pins = new ArrayList<>(NAMES.stream().map(PinSetting::new).toList());
        var sites =
                ProjectSource.findings(session).stream()
                        .filter(finding -> finding.hazard().id().equals("LS109"))
                        .flatMap(finding ->
                                Stream.concat(
                                        Stream.of(
                                                ProjectSource.site(
                                                        session,
                                                        finding.place().file(),
                                                        finding.place().line())),
                                        finding.path().stream()
                                                .filter(step -> step.what().equals(Seeding.SEEDS))
                                                .map(step ->
                                                        ProjectSource.site(
                                                                session,
                                                                step.file(),
                                                                step.line()))))
                        .toList();
        if (!sites.isEmpty()) {
            pins.addAll(Workbench.settings(List.of(new Pin("run-dependent-seed", sites))));
        }
        return pins;
    }
}
