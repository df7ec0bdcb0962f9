package dev.lockstep.comparison;

import static dev.lockstep.comparison.Synthetic.batch;
import static dev.lockstep.comparison.Synthetic.end;
import static dev.lockstep.comparison.Synthetic.leaves;
import static dev.lockstep.comparison.Synthetic.loader;
import static dev.lockstep.comparison.Synthetic.mix;
import static dev.lockstep.comparison.Synthetic.optimizer;
import static dev.lockstep.comparison.Synthetic.process;
import static dev.lockstep.comparison.Synthetic.run;
import static dev.lockstep.comparison.Synthetic.seed;
import static dev.lockstep.comparison.Synthetic.state;
import static dev.lockstep.comparison.Synthetic.step;
import static dev.lockstep.comparison.Synthetic.training;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.comparison.Divergence.Kind;
import dev.lockstep.event.Event;
import dev.lockstep.event.Fingerprint;
import dev.lockstep.event.Leaf;
import dev.lockstep.event.Role;
import dev.lockstep.event.RunSource;
import dev.lockstep.event.Site;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Outcome compare(RunSource reference, RunSource candidate) throws IOException {
        return new Comparison(reference, candidate).toEnd();
    }

    private static Outcome compare(List<Event> reference, List<Event> candidate)
            throws IOException {
        return compare(run(reference), run(candidate));
    }

    private static Divergence parted(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Parted.class);
        return ((Outcome.Parted) outcome).divergence();
    }

    private static Outcome.Agreed agreed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Agreed.class);
        return (Outcome.Agreed) outcome;
    }

    private static String unknown(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
        return ((Outcome.Unknown) outcome).reason();
    }

    /// A training with the events of one kind changed from the given one on.
    private static <E extends Event> List<Event> changed(
            List<Event> events, Class<E> kind, int from, UnaryOperator<E> change) {
        List<Event> result = new ArrayList<>();
        int seen = 0;
        for (Event event : events) {
            result.add(
                    kind.isInstance(event) && seen++ >= from
                            ? change.apply(kind.cast(event))
                            : event);
        }
        return result;
    }

    private static List<Event> without(List<Event> events, Class<? extends Event> kind) {
        return events.stream().filter(event -> !kind.isInstance(event)).toList();
    }

    private static List<Event> with(List<Event> events, int at, Event... more) {
        List<Event> result = new ArrayList<>(events);
        result.addAll(at, List.of(more));
        return result;
    }

    private static Event.Step step(
            Event.Step step,
            @Nullable Fingerprint loss,
            @Nullable Fingerprint gradients,
            @Nullable Fingerprint parameters,
            Map<String, Fingerprint> generators) {
        return new Event.Step(
                step.n(),
                step.optimizer(),
                loss,
                step.value(),
                gradients,
                parameters,
                generators,
                step.lr(),
                step.scale(),
                step.site());
    }

    private static Event.OptimizerMade otherInitialValues(Event.OptimizerMade made) {
        return new Event.OptimizerMade(
                made.optimizer(),
                made.className(),
                made.parameters(),
                made.names(),
                made.shapes(),
                made.dtypes(),
                made.defaults(),
                mix(99),
                List.of(made.leaves().get(0), new Leaf("fc1.bias", mix(98))),
                made.site());
    }

    @Test
    void equalRunsAgreeAndEverythingIsCounted() throws IOException {
        Outcome.Agreed agreed = agreed(compare(training(20), training(20)));
        // 2 initial + 20 losses + 40 gradients + 2 steps with 2 parameters + 40 batch leaves +
        // state.
        assertThat(agreed.counts()).isEqualTo(new Counts(1, 20, 20, 46, 107));
        assertThat(agreed.notCompared()).isEmpty();
        assertThat(agreed.differences()).isEmpty();
    }

    @Test
    void aLastBatchThatIsNotFullIsTold() throws IOException {
        List<Event> run =
                changed(
                        training(5),
                        Event.Batch.class,
                        3,
                        batch ->
                                new Event.Batch(
                                        batch.loader(),
                                        batch.iterator(),
                                        batch.n(),
                                        batch.indices(),
                                        batch.order(),
                                        batch.size(),
                                        batch.content(),
                                        batch.leaves(),
                                        null,
                                        2L));
        Comparison comparison = new Comparison(Synthetic.run(run), Synthetic.run(run));
        agreed(comparison.toEnd());
        assertThat(comparison.lastBatches())
                .containsExactly(new LastBatch(new Site("train.py", 48, "main"), 2, 4, 2, 2));
        Comparison full = new Comparison(Synthetic.run(training(5)), Synthetic.run(training(5)));
        agreed(full.toEnd());
        assertThat(full.lastBatches()).isEmpty();
    }

    @Test
    void theFirstBatchThatDiffersIsNamedWithItsSamplesAndLoader() throws IOException {
        List<Event> other =
                changed(
                        training(5),
                        Event.Batch.class,
                        1,
                        batch ->
                                new Event.Batch(
                                        batch.loader(),
                                        batch.iterator(),
                                        batch.n(),
                                        List.of(33L, 4L),
                                        mix(50),
                                        2L,
                                        mix(51),
                                        List.of(
                                                batch.leaves().isEmpty()
                                                        ? new Leaf("0", mix(1))
                                                        : batch.leaves().get(0),
                                                new Leaf("1", mix(52))),
                                        1L,
                                        null));
        List<Event> reference =
                changed(
                        training(5),
                        Event.Batch.class,
                        0,
                        batch ->
                                new Event.Batch(
                                        batch.loader(),
                                        batch.iterator(),
                                        batch.n(),
                                        batch.indices(),
                                        batch.order(),
                                        2L,
                                        batch.content(),
                                        batch.leaves(),
                                        1L,
                                        null));
        assertThat(parted(compare(reference, other)))
                .isEqualTo(
                        new Divergence(
                                1,
                                Kind.BATCH,
                                "1",
                                "worker 1 of train.py:48",
                                new Site("train.py", 48, "main"),
                                mix(4, 0, 0, 1).hex(),
                                mix(52).hex(),
                                List.of(new Divergence.Detail("samples", "1, 8", "33, 4"))));
    }

    @Test
    void aScaleOfItsOwnIsTheReasonOfAnotherLoss() throws IOException {
        List<Event> reference = scaled(training(6), 16.0, 3);
        Divergence divergence = parted(compare(reference, scaled(training(6), 4.0, 40)));
        assertThat(divergence.kind()).isEqualTo(Kind.SCALE);
        assertThat(List.of(divergence.step(), divergence.reference(), divergence.candidate()))
                .containsExactly(2L, "16.0", "4.0");
    }

    private static List<Event> scaled(List<Event> events, double scale, long salt) {
        return changed(
                events,
                Event.Step.class,
                2,
                step ->
                        new Event.Step(
                                step.n(),
                                step.optimizer(),
                                mix(salt, step.n()),
                                scale,
                                mix(salt + 1, step.n()),
                                step.parameters(),
                                step.generators(),
                                step.lr(),
                                scale,
                                step.site()));
    }

    @Test
    void insideAStepTheOrderIsLossGradientGeneratorParameter() throws IOException {
        Fingerprint x = mix(70);
        Map<String, Fingerprint> generators = Map.of("torch", mix(71));
        List<Event> reference = training(12);
        for (int from : List.of(0, 10)) {
            assertThat(
                            parted(
                                            compare(
                                                    reference,
                                                    changed(
                                                            reference,
                                                            Event.Step.class,
                                                            from,
                                                            s -> step(s, x, x, x, generators))))
                                    .kind())
                    .isEqualTo(Kind.LOSS);
            assertThat(
                            parted(
                                            compare(
                                                    reference,
                                                    changed(
                                                            reference,
                                                            Event.Step.class,
                                                            from,
                                                            s ->
                                                                    step(
                                                                            s,
                                                                            s.loss(),
                                                                            x,
                                                                            x,
                                                                            generators))))
                                    .kind())
                    .isEqualTo(Kind.GRADIENT);
            Divergence generator =
                    parted(
                            compare(
                                    reference,
                                    changed(
                                            reference,
                                            Event.Step.class,
                                            from,
                                            s -> step(s, s.loss(), s.gradients(), x, generators))));
            assertThat(generator.kind()).isEqualTo(Kind.GENERATOR);
            assertThat(generator.name()).isEqualTo("torch");
            Divergence parameter =
                    parted(
                            compare(
                                    reference,
                                    changed(
                                            reference,
                                            Event.Step.class,
                                            from,
                                            s ->
                                                    step(
                                                            s,
                                                            s.loss(),
                                                            s.gradients(),
                                                            x,
                                                            s.generators()))));
            assertThat(parameter.kind()).isEqualTo(Kind.PARAMETER);
            assertThat(parameter.step()).isEqualTo(from);
        }
    }

    @Test
    void theLeavesAfterAStepNameTheTensor() throws IOException {
        List<Event> reference = training(5);
        List<Event> other =
                changed(
                        reference,
                        Event.Step.class,
                        1,
                        s -> step(s, s.loss(), mix(70, s.n()), s.parameters(), s.generators()));
        other =
                changed(
                        other,
                        Event.Leaves.class,
                        1,
                        l ->
                                new Event.Leaves(
                                        l.n(),
                                        l.optimizer(),
                                        List.of(l.gradients().get(0), new Leaf(null, mix(80))),
                                        l.parameters()));
        Divergence divergence = parted(compare(reference, other));
        assertThat(divergence.kind()).isEqualTo(Kind.GRADIENT);
        assertThat(divergence.name()).isEqualTo("fc1.bias");
        assertThat(divergence.step()).isEqualTo(1);
        assertThat(divergence.candidate()).isEqualTo(mix(80).hex());
        // Where no leaves were kept the roots stand.
        List<Event> late =
                changed(
                        reference,
                        Event.Step.class,
                        4,
                        s -> step(s, s.loss(), mix(70, s.n()), s.parameters(), s.generators()));
        assertThat(parted(compare(reference, late)).candidate()).isEqualTo(mix(70, 4).hex());
    }

    @Test
    void observationsNeverMakeRunsPart() throws IOException {
        List<Event> other =
                with(
                        training(5),
                        4,
                        new Event.Draw("numpy", "rand", Synthetic.STEP, null, null, 0, null),
                        new Event.Entropy("os.urandom", null, null, 0, null),
                        new Event.Clock("time.time", Synthetic.STEP),
                        new Event.Open("a.csv", 1L, 2L),
                        new Event.Listing("os.listdir", "d", 3, mix(1), false, null, null),
                        new Event.Start("subprocess", List.of("git"), null, false),
                        new Event.Other("future", Map.of()));
        Comparison comparison = new Comparison(run(training(5)), run(other));
        agreed(comparison.toEnd());
        assertThat(comparison.reference().of(Event.Draw.class)).isEmpty();
        assertThat(comparison.candidate().of(Event.Draw.class))
                .singleElement()
                .satisfies(seen -> assertThat(seen.process()).isEqualTo("main"));
    }

    @Test
    void aGeneratorThatTheRunsSeededDifferentlyIsNotCompared() throws IOException {
        // Seeded from the clock and used by nobody: every state differs, nothing else does.
        List<Event> reference = with(training(5), 2, seed("random", 1700000001L));
        List<Event> candidate = with(training(5), 2, seed("random", 1700000002L));
        agreed(compare(withState(reference, 1), withState(candidate, 2)));
        // Seeded with nothing: the arguments agree and fix nothing.
        reference = with(training(5), 2, seed("random"));
        agreed(compare(withState(reference, 1), withState(reference, 2)));
        reference = with(training(5), 2, seed("random", new Object[] {null}));
        agreed(compare(withState(reference, 1), withState(reference, 2)));
        // Seeded alike: one run drew more.
        reference = with(training(5), 2, seed("random", 7L));
        assertThat(parted(compare(withState(reference, 1), withState(reference, 2))).name())
                .isEqualTo("random");
    }

    private static List<Event> withState(List<Event> events, long state) {
        return changed(
                events,
                Event.Step.class,
                0,
                s ->
                        step(
                                s,
                                s.loss(),
                                s.gradients(),
                                s.parameters(),
                                Map.of("random", mix(state))));
    }

    @Test
    void initialValuesThatAreOverwrittenBeforeTheFirstStepAreNoDifference() throws IOException {
        List<Event> loaded =
                changed(
                        training(5),
                        Event.OptimizerMade.class,
                        0,
                        ComparisonTest::otherInitialValues);
        agreed(compare(training(5), loaded));
        // Where they are used they are what comes first.
        List<Event> used =
                changed(
                        loaded,
                        Event.Step.class,
                        0,
                        s -> step(s, mix(1, s.n()), mix(2, s.n()), mix(3, s.n()), s.generators()));
        Divergence divergence = parted(compare(training(5), used));
        assertThat(divergence.kind()).isEqualTo(Kind.PARAMETER);
        assertThat(divergence.name()).isEqualTo("fc1.bias");
        assertThat(divergence.step()).isZero();
        // Where nobody steps and nothing else was seen they are all there is.
        List<Event> reference = List.of(process(1, 0, new Role.Main()), optimizer(0), end(0, null));
        List<Event> candidate =
                List.of(
                        process(1, 0, new Role.Main()),
                        otherInitialValues(optimizer(0)),
                        end(0, null));
        assertThat(parted(compare(reference, candidate)).kind()).isEqualTo(Kind.PARAMETER);
    }

    @Test
    void aRunThatStopsEarlierByItselfPartsThere() throws IOException {
        Divergence divergence = parted(compare(training(8), training(6)));
        assertThat(divergence.kind()).isEqualTo(Kind.LENGTH);
        assertThat(divergence.step()).isEqualTo(6);
        assertThat(divergence.reference()).isEqualTo("batch 6 of loader 0, pass 0");
        List<Event> crashed = new ArrayList<>(training(6).subList(0, 4 + 2 * 6 + 3));
        crashed.add(end(1, "ValueError"));
        divergence = parted(compare(training(8), crashed));
        assertThat(divergence.kind()).isEqualTo(Kind.EXIT);
        assertThat(divergence.name()).isEqualTo("ValueError");
        assertThat(divergence.candidate()).isEqualTo("ended: ValueError at train.py:60");
    }

    @Test
    void anExtraPassOverALoaderInOneRunIsFound() throws IOException {
        List<Event> reference = training(5);
        int at = reference.indexOf(Synthetic.step(2, 0));
        List<Event> candidate = with(reference, at, loader(1, 0), batch(1, 0, 0), batch(1, 0, 1));
        Divergence divergence = parted(compare(reference, candidate));
        assertThat(divergence.kind()).isEqualTo(Kind.LENGTH);
        assertThat(divergence.candidate()).isEqualTo("batch 0 of loader 1, pass 0");
        // It is what comes first even when what follows differs in content.
        candidate =
                changed(
                        candidate,
                        Event.Step.class,
                        2,
                        s -> step(s, mix(5, s.n()), s.gradients(), s.parameters(), Map.of()));
        assertThat(parted(compare(reference, candidate)).kind()).isEqualTo(Kind.LENGTH);
    }

    @Test
    void aThreadThatRunsAheadIsNoDifference() throws IOException {
        Random random = new Random(7);
        List<Event> batches = new ArrayList<>();
        List<Event> steps = new ArrayList<>();
        for (int n = 0; n < 2000; n++) {
            batches.add(batch(0, 0, n));
            steps.add(Synthetic.step(n, 0));
        }
        List<List<Event>> runs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            List<Event> events =
                    new ArrayList<>(
                            List.of(
                                    process(1, 0, new Role.Main()),
                                    new Event.Concurrent("threading.Thread", null)));
            int batch = 0;
            int step = 0;
            while (step < steps.size()) {
                if (batch < batches.size()
                        && (batch == step || batch - step < 40 && random.nextBoolean())) {
                    events.add(batches.get(batch++));
                } else {
                    events.add(steps.get(step++));
                }
            }
            events.add(end(0, null));
            runs.add(events);
        }
        assertThat(agreed(compare(runs.get(0), runs.get(1))).counts().batches()).isEqualTo(2000);
        List<Event> other =
                changed(
                        runs.get(1),
                        Event.Step.class,
                        1500,
                        s -> step(s, mix(5, s.n()), s.gradients(), s.parameters(), Map.of()));
        Divergence divergence = parted(compare(runs.get(0), other));
        assertThat(divergence.kind()).isEqualTo(Kind.LOSS);
        assertThat(divergence.step()).isEqualTo(1500);
    }

    @Test
    void workersRanksAndChildrenFindTheirCounterparts() throws IOException {
        List<Event> main = training(4);
        List<Event> rank =
                with(training(4), 1).stream()
                        .map(e ->
                                e instanceof Event.Process
                                        ? process(200, 100, new Role.Rank(1))
                                        : e)
                        .toList();
        List<Event> child0 = child(300, 0, 10);
        List<Event> child1 = child(301, 1, 11);
        agreed(
                compare(
                        run(main, rank, child0, child1),
                        run(child(901, 0, 10), child(900, 1, 11), main, rank)));
        // The rank that parts earlier is the one that is shown, though the main process parts too.
        List<Event> otherMain =
                changed(main, Event.Step.class, 2, s -> step(s, mix(5), mix(5), null, Map.of()));
        List<Event> otherRank =
                changed(rank, Event.Step.class, 1, s -> step(s, mix(5), mix(5), null, Map.of()));
        Divergence divergence = parted(compare(run(main, rank), run(otherMain, otherRank)));
        assertThat(divergence.process()).isEqualTo("rank 1");
        assertThat(divergence.step()).isEqualTo(1);
        // Two children of one kind that swap what they do.
        divergence =
                parted(
                        compare(
                                run(main, child0, child1),
                                run(main, child(300, 0, 11), child(301, 1, 10))));
        assertThat(divergence.process()).isEqualTo("Process-1");
        assertThat(divergence.kind()).isEqualTo(Kind.CHECKPOINT);
        // A child with evidence that only one run has.
        divergence = parted(compare(run(main, child0), run(main)));
        assertThat(divergence.kind()).isEqualTo(Kind.LENGTH);
    }

    private static List<Event> child(long pid, int ordinal, long content) {
        return List.of(
                process(pid, 100, new Role.Child(ordinal, "Process-" + (ordinal + 1))),
                new Event.Save(
                        "m.pt", "torch.save", mix(content), List.of(), null, false, false, false),
                end(0, null));
    }

    @Test
    void programsThatAShellStartsAreToldApartByTheirScripts() throws IOException {
        List<Event> prepare = List.of(process(100, 1, new Role.Main()), end(0, null));
        Divergence divergence =
                parted(
                        compare(
                                run(prepare, program(300, "train.py", 1), program(301, "a.py", 2)),
                                // Which one starts first does not matter.
                                run(
                                        prepare,
                                        program(400, "a.py", 2),
                                        program(401, "train.py", 5))));
        assertThat(divergence.process()).isEqualTo("program train.py");
        // Cut off in the middle, it is no helper that had done its work.
        List<Event> trains = new ArrayList<>(training(5));
        trains.set(0, process(300, 1, new Role.Child(null, "program train.py")));
        assertThat(compare(run(prepare, trains), run(prepare, without(trains, Event.End.class))))
                .isNotInstanceOf(Outcome.Agreed.class);
    }

    private static List<Event> program(long pid, String script, long content) {
        return List.of(
                process(pid, 1, new Role.Child(null, "program " + script)),
                new Event.Save(
                        "m.pt", "torch.save", mix(content), List.of(), null, false, false, false),
                end(0, null));
    }

    private static List<Event> pooled(long pid, int number, List<Event> does) {
        List<Event> events = new ArrayList<>();
        events.add(process(pid, 100, new Role.Child(null, "main/pool" + number, true)));
        events.addAll(does);
        return events;
    }

    @Test
    void threadsSaveInAnyOrder() throws IOException {
        agreed(compare(run(saving(true, 1, 2, 3)), run(saving(true, 3, 1, 2))));
        assertThat(parted(compare(run(saving(true, 1, 2)), run(saving(true, 1, 3)))).kind())
                .isEqualTo(Kind.LENGTH);
        assertThat(parted(compare(run(saving(true, 1)), run(saving(true, 1, 1)))).kind())
                .isEqualTo(Kind.LENGTH);
        // The main thread's come in the order that the script wants.
        assertThat(parted(compare(run(saving(false, 1, 2)), run(saving(false, 2, 1)))).kind())
                .isEqualTo(Kind.CHECKPOINT);
    }

    private static List<Event> saving(boolean beside, long... contents) {
        List<Event> events = new ArrayList<>();
        events.add(process(100, 1, new Role.Main()));
        for (long content : contents) {
            events.add(
                    new Event.Save(
                            "part.npz",
                            "numpy.savez",
                            mix(content),
                            List.of(),
                            null,
                            false,
                            false,
                            beside));
        }
        events.add(end(0, null));
        return events;
    }

    @Test
    void aChildThatItsParentEndsIsNoDifference() throws IOException {
        // Whether `terminate` comes before or after the child's own end is luck.
        List<Event> ended = child(300, 0, 10);
        List<Event> killed = without(ended, Event.End.class);
        Outcome.Agreed agreed = agreed(compare(run(training(4), ended), run(training(4), killed)));
        assertThat(agreed.notCompared()).isEmpty();
        agreed(compare(run(training(4), killed), run(training(4), ended)));
        // What it did before that counts as always.
        assertThat(
                        parted(
                                        compare(
                                                run(training(4), ended),
                                                run(
                                                        training(4),
                                                        without(
                                                                child(300, 0, 11),
                                                                Event.End.class))))
                                .kind())
                .isEqualTo(Kind.CHECKPOINT);
        // One that was ended in the middle of its training is not called equal.
        List<Event> trains = new ArrayList<>(training(5));
        trains.set(0, process(300, 100, new Role.Child(0, "main/1")));
        assertThat(
                        unknown(
                                compare(
                                        run(training(4), trains),
                                        run(training(4), trains.subList(0, 9)))))
                .contains("was cut off after");
        // Nor one that had done more when it was ended than the other did until its own end.
        List<Event> fewer = new ArrayList<>(training(3));
        fewer.set(0, trains.getFirst());
        assertThat(
                        compare(
                                run(training(4), without(trains, Event.End.class)),
                                run(training(4), fewer)))
                .isNotInstanceOf(Outcome.Agreed.class);
    }

    @Test
    void whichProcessOfAPoolTakesWhichTaskIsNoDifference() throws IOException {
        List<Event> one =
                List.of(
                        new Event.Generators(Map.of("numpy", mix(1))),
                        Synthetic.state(),
                        end(0, null));
        List<Event> two = List.of(new Event.Generators(Map.of("numpy", mix(2))), end(0, null));
        Outcome.Agreed agreed =
                agreed(
                        compare(
                                run(training(4), pooled(300, 1, one), pooled(301, 2, two)),
                                run(
                                        training(4),
                                        pooled(300, 1, two),
                                        pooled(301, 2, one),
                                        pooled(302, 3, two))));
        assertThat(agreed.notCompared()).isEmpty();
        assertThat(agreed.counts().steps()).isEqualTo(4);
    }

    @Test
    void trainingInAPoolIsComparedWhereItCanBeAndSaidWhereNot() throws IOException {
        List<Event> first =
                List.of(optimizer(0), Synthetic.step(0, 0), Synthetic.step(1, 0), end(0, null));
        List<Event> second =
                List.of(
                        optimizer(0),
                        new Event.Step(
                                0,
                                0,
                                mix(70),
                                0.5,
                                mix(71),
                                null,
                                Map.of(),
                                List.of(0.1),
                                null,
                                null),
                        end(0, null));
        RunSource reference = run(training(4), pooled(300, 1, first), pooled(301, 2, second));
        RunSource swapped = run(training(4), pooled(300, 1, second), pooled(301, 2, first));
        agreed(compare(reference, run(training(4), pooled(300, 1, first), pooled(301, 2, second))));
        Outcome.Agreed agreed =
                agreed(
                        compare(
                                run(training(4), pooled(300, 1, first), pooled(301, 2, second)),
                                swapped));
        assertThat(agreed.notCompared())
                .extracting(NotCompared::what)
                .containsExactly("the training in 2 processes of a pool");
        // Where nothing else was trained there is no verdict.
        List<Event> main = List.of(process(100, 1, new Role.Main()), end(0, null));
        assertThat(
                        unknown(
                                compare(
                                        run(main, pooled(300, 1, first)),
                                        run(main, pooled(300, 1, second)))))
                .startsWith("the training happens in processes of a pool");
        // A difference in the main process is one, whatever the pool does.
        List<Event> other =
                changed(
                        training(4),
                        Event.Step.class,
                        2,
                        s -> step(s, mix(5), mix(5), null, Map.of()));
        assertThat(
                        parted(
                                        compare(
                                                run(training(4), pooled(300, 1, first)),
                                                run(other, pooled(300, 1, second))))
                                .process())
                .isEqualTo("main");
    }

    @Test
    void whatWorkersShowOfThemselvesIsNoEvidence() throws IOException {
        List<Event> worker =
                List.of(
                        process(101, 100, new Role.Worker(0, 0, 1)),
                        new Event.Draw("numpy", "rand", Synthetic.STEP, null, null, 0, null),
                        new Event.Generators(Map.of("numpy", mix(1))),
                        end(0, null));
        List<Event> other =
                List.of(
                        process(101, 100, new Role.Worker(0, 0, 1)),
                        new Event.Generators(Map.of("numpy", mix(2))));
        Comparison comparison = new Comparison(run(training(4), worker), run(training(4), other));
        agreed(comparison.toEnd());
        assertThat(comparison.reference().of(Event.Draw.class).getFirst().process())
                .startsWith("worker 1 of");
        agreed(compare(run(training(4), worker), run(training(4))));
    }

    @Test
    void aRunThatWasKilledIsNeverIdentical() throws IOException {
        List<Event> cut = training(6).subList(0, 12);
        String reason = unknown(compare(run(training(6)), run(-9, cut)));
        assertThat(reason)
                .isEqualTo(
                        "the candidate was cut off after 3 steps (signal 9); up to there the runs"
                                + " agree");
        assertThat(unknown(compare(run(-9, cut), run(-9, cut)))).contains("was cut off");
        assertThat(unknown(compare(run((Integer) null, cut), run((Integer) null, cut))))
                .contains("was cut off");
        // os._exit: no end in the stream, but the process ended by itself.
        List<Event> exited = without(training(6), Event.End.class);
        agreed(compare(run(0, exited), run(0, exited)));
        assertThat(parted(compare(run(0, exited), run(0, cut))).kind()).isEqualTo(Kind.LENGTH);
    }

    @Test
    void aRunThatFailsTellsNothing() throws IOException {
        List<Event> failed = new ArrayList<>(without(training(6), Event.End.class));
        failed.add(end(1, "ValueError"));
        assertThat(unknown(compare(run(1, failed), run(1, failed))))
                .isEqualTo(
                        "both runs ended with ValueError at train.py:60, after 6 steps that agree");
        assertThat(parted(compare(run(training(6)), run(1, failed))).kind()).isEqualTo(Kind.EXIT);
        failed.removeLast();
        failed.add(new Event.End(1L, "KeyError", "no\nsuch key", null, 6, 6));
        assertThat(unknown(compare(run(1, failed), run(1, failed))))
                .isEqualTo("both runs ended with KeyError (no), after 6 steps that agree");
        // sys.exit: the process does not know its status, whoever started it does.
        List<Event> left = new ArrayList<>(without(training(6), Event.End.class));
        left.add(new Event.End(null, null, null, null, 6, 6));
        agreed(compare(run(0, left), run(0, left)));
        assertThat(unknown(compare(run(3, left), run(3, left))))
                .isEqualTo("both runs ended with exit status 3, after 6 steps that agree");
        assertThat(parted(compare(run(0, left), run(3, left))).kind()).isEqualTo(Kind.EXIT);
    }

    @Test
    void aStepLimitEndsTheComparisonAndIsSaid() throws IOException {
        List<Event> limited = new ArrayList<>(training(6).subList(0, 4 + 3 + 12));
        limited.add(new Event.Limit(6));
        for (RunSource[] pair :
                new RunSource[][] {
                    {run(limited), run(limited)},
                    {run(limited), run(training(9))},
                    {run(training(9)), run(limited)},
                }) {
            Outcome.Agreed agreed = agreed(compare(pair[0], pair[1]));
            assertThat(agreed.counts().steps()).isEqualTo(6);
            assertThat(agreed.notCompared()).isNotEmpty();
            assertThat(agreed.notCompared().getFirst().what()).startsWith("what follows step 6");
        }
        assertThat(parted(compare(training(4), limited)).kind()).isEqualTo(Kind.LENGTH);
    }

    @Test
    void liveRunsAreComparedLikeRecords() throws IOException {
        List<Event> candidate =
                changed(
                        training(40),
                        Event.Step.class,
                        30,
                        s -> step(s, mix(5, s.n()), mix(5), s.parameters(), s.generators()));
        Divergence recorded = parted(compare(training(40), candidate));
        for (long seed = 0; seed < 50; seed++) {
            Comparison comparison =
                    new Comparison(
                            Synthetic.live(seed, training(40)),
                            Synthetic.live(seed + 1000, candidate));
            Outcome outcome = comparison.advance();
            while (outcome == null) {
                outcome = comparison.advance();
            }
            assertThat(parted(outcome)).isEqualTo(recorded);
            comparison = new Comparison(Synthetic.live(seed, training(40)), run(training(40)));
            outcome = comparison.advance();
            while (outcome == null) {
                outcome = comparison.advance();
            }
            assertThat(agreed(outcome).counts().steps()).isEqualTo(40);
        }
    }

    @Test
    void brokenOffItGivesTheVerdictSoFar() throws IOException {
        Comparison comparison =
                new Comparison(Synthetic.live(3, training(400)), Synthetic.live(4, training(400)));
        for (int i = 0; i < 40; i++) {
            assertThat(comparison.advance()).isNull();
        }
        Outcome.Agreed agreed = agreed(comparison.soFar("interrupted"));
        assertThat(agreed.counts().steps()).isBetween(1L, 399L);
        assertThat(agreed.notCompared().getFirst().why()).isEqualTo("interrupted");
        assertThat(unknown(new Comparison(run(training(3)), run(training(3))).soFar("interrupted")))
                .isNotEmpty();
    }

    @Test
    void aTracedRunPartsAtTheFirstOperationWhoseOutputsDiffer() throws IOException {
        List<Event> reference = new ArrayList<>(List.of(process(1, 0, new Role.Main())));
        List<Event> candidate = new ArrayList<>(reference);
        for (int i = 0; i < 5; i++) {
            Leaf in = new Leaf(null, mix(1, i));
            reference.add(operation(i, in, mix(2, i)));
            candidate.add(operation(i, in, i < 3 ? mix(2, i) : mix(3, i)));
        }
        Divergence divergence = parted(compare(reference, candidate));
        assertThat(divergence.kind()).isEqualTo(Kind.OPERATION);
        assertThat(divergence.name()).isEqualTo("aten::op3");
        assertThat(divergence.details().getFirst())
                .isEqualTo(new Divergence.Detail("inputs", "equal", "equal"));
    }

    private static Event operation(int i, Leaf in, Fingerprint out) {
        return new Event.Operation(
                0,
                i,
                "aten::op" + i,
                List.of(in),
                List.of(new Leaf(null, out)),
                Synthetic.STEP,
                "forward",
                1L);
    }

    @Test
    void runsWithoutTensorsOrStreams() throws IOException {
        List<Event> nothing = List.of(process(1, 0, new Role.Main()), end(0, null));
        assertThat(unknown(compare(nothing, nothing)))
                .isEqualTo("the runs did nothing that could be compared");
        assertThat(unknown(compare(run(), run())))
                .isEqualTo(
                        "no process of the two runs could be compared: the reference left no stream,"
                                + " the candidate left no stream");
    }

    @Test
    void whatTheAgentCouldNotSeeIsListed() throws IOException {
        List<Event> reference = with(training(3), 2, new Event.Untapped("loader", "unknown class"));
        assertThat(agreed(compare(reference, training(3))).notCompared())
                .containsExactly(new NotCompared("loader", "unknown class"));
    }

    @Test
    void leavesAndStatesAreEvidenceToo() throws IOException {
        List<Event> reference = training(3);
        List<Event> other =
                changed(
                        reference,
                        Event.Leaves.class,
                        1,
                        l ->
                                new Event.Leaves(
                                        l.n(),
                                        l.optimizer(),
                                        l.gradients(),
                                        List.of(l.parameters().get(0), new Leaf(null, mix(1)))));
        Divergence divergence = parted(compare(reference, other));
        assertThat(divergence.kind()).isEqualTo(Kind.PARAMETER);
        assertThat(divergence.name()).isEqualTo("fc1.bias");
        other =
                changed(
                        reference,
                        Event.State.class,
                        0,
                        s ->
                                new Event.State(
                                        s.name(),
                                        s.className(),
                                        mix(1),
                                        List.of(new Leaf("fc1.weight", mix(2))),
                                        true));
        assertThat(parted(compare(reference, other)).name()).isEqualTo("fc1.weight");
        assertThat(state()).isNotEqualTo(other.get(other.size() - 2));
        assertThat(leaves(0, 0)).isNotEqualTo(leaves(1, 0));
    }
}
