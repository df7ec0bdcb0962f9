package dev.lockstep.check;

import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Project;
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
/// The first question reads the whole project, so ask when little else is left to ask.
final class NamedAlike {
    /// A call, and the file that it stands in.
    record Site(Unit unit, Call call) {}

    private NamedAlike() {}

    /// The functions and methods of this name.
    static Stream<FunctionDefinition> functions(Unit unit, String name) {
        return files(unit, name, "def " + name + "(")
                .flatMap(file -> file.statements().stream())
                .filter(FunctionDefinition.class::isInstance)
                .map(FunctionDefinition.class::cast)
                .filter(function -> function.name().equals(name));
    }

    /// The calls of what has this name.
    static Stream<Site> calls(Unit unit, String name) {
        return files(unit, name, name + "(")
                .flatMap(file ->
                        file.calls().stream()
                                .filter(call -> OrderFlow.isCall(call, name))
                                .map(call -> new Site(file, call)));
    }

    /// Whether a file calls what has this name by another one: `from nets import Net as Model`.
    static boolean isRenamed(Unit unit, String name) {
        return files(unit, name, name + " as ").findAny().isPresent();
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

    /// The files in which an identifier stands, and a text around it.
    static Stream<Unit> files(Unit unit, String identifier, String text) {
        return unit.module().project().mentioning(identifier).stream()
                .filter(path -> !ImportGraph.isTest(path))
                .filter(path -> holds(unit.module().project(), path, text))
                .map(path -> path.equals(unit.path()) ? unit : of(unit.module().project(), path))
                .flatMap(Stream::ofNullable);
    }

    private static boolean holds(Project project, String path, String text) {
        PythonModule module = project.isRead(path) ? project.module(path) : null;
        Source source = module == null ? project.text(path) : module.source();
        return source != null && source.text().contains(text);
    }

    private static @Nullable Unit of(Project project, String path) {
        PythonModule module = project.module(path);
        return module == null ? null : Unit.of(module);
    }
}
