package dev.lockstep.check;

import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.PythonModule;
import dev.lockstep.source.Source;
import dev.lockstep.source.Statement.ClassDefinition;
import dev.lockstep.source.Statement.FunctionDefinition;
import dev.lockstep.source.Symbol;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All over a project what goes by one name, tests aside: its definitions and its calls.
///
/// Files that nobody has parsed are searched as text first, so ask when little else is left to ask.
final class NamedAlike {
    /// A call, and the file that it stands in.
    record Site(Unit unit, Call call) {}

    private NamedAlike() {}

    /// The functions and methods of this name.
    static Stream<FunctionDefinition> functions(Unit unit, String name) {
        return files(unit, "def " + name + "(")
                .flatMap(file -> file.statements().stream())
                .filter(FunctionDefinition.class::isInstance)
                .map(FunctionDefinition.class::cast)
                .filter(function -> function.name().equals(name));
    }

    /// The calls of what has this name.
    static Stream<Site> calls(Unit unit, String name) {
        return files(unit, name)
                .flatMap(file ->
                        file.calls().stream()
                                .filter(call -> OrderFlow.isCall(call, name))
                                .map(call -> new Site(file, call)));
    }

    /// The calls outside a class that make an object of it, or may.
    static List<Site> makers(Unit unit, ClassDefinition made) {
        return calls(unit, made.name())
                .filter(site ->
                        switch (site.unit().module().symbol(site.call().function())) {
                            case Symbol.Class own -> own.definition() == made;
                            case null -> true;
                            default -> false;
                        })
                .filter(site ->
                        !site.unit().path().equals(unit.path())
                                || site.call().start() < made.start()
                                || site.call().end() > made.end())
                .toList();
    }

    /// The files that a text stands in.
    static Stream<Unit> files(Unit unit, String text) {
        return unit.module().project().paths().stream()
                .filter(path -> !ImportGraph.isTest(path))
                .filter(path -> mentions(unit, path, text))
                .map(path -> path.equals(unit.path()) ? unit : of(unit, path))
                .flatMap(Stream::ofNullable);
    }

    private static boolean mentions(Unit unit, String path, String text) {
        Source source =
                path.equals(unit.path()) ? unit.source() : unit.module().project().text(path);
        return source != null && source.text().contains(text);
    }

    private static @Nullable Unit of(Unit unit, String path) {
        PythonModule module = unit.module().project().module(path);
        return module == null ? null : Unit.of(module);
    }
}
