package dev.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the arrows between the packages, and that nothing below `cli` looks at the clock, the
/// locale, the default charset or the process's folder.
class ArchitectureTest {
    private static final Pattern OURS = Pattern.compile("dev/lockstep/([a-z]+)/");

    /// Which packages each may use.
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("source", Set.of()),
                    Map.entry("hazard", Set.of()),
                    Map.entry("check", Set.of("source", "hazard")),
                    Map.entry("event", Set.of()),
                    Map.entry("process", Set.of("event")),
                    Map.entry("record", Set.of("event")),
                    Map.entry("comparison", Set.of("record", "event")),
                    Map.entry(
                            "diagnosis",
                            Set.of("comparison", "record", "event", "check", "hazard")),
                    Map.entry("fix", Set.of("source", "check", "hazard", "diagnosis")),
                    Map.entry(
                            "report",
                            Set.of(
                                    "source",
                                    "hazard",
                                    "check",
                                    "event",
                                    "record",
                                    "comparison",
                                    "diagnosis",
                                    "fix")),
                    Map.entry(
                            "cli",
                            Set.of(
                                    "source",
                                    "hazard",
                                    "check",
                                    "event",
                                    "process",
                                    "record",
                                    "comparison",
                                    "diagnosis",
                                    "fix",
                                    "report")));

    /// What `process` alone may use besides `cli`: it starts processes and waits for them.
    private static final Set<String> PROCESS_MAY =
            Set.of(
                    "java/lang/System.nanoTime",
                    "java/lang/System.getProperty",
                    "java/lang/System.getenv");

    private static final Pattern FORBIDDEN =
            Pattern.compile(
                    "java/lang/System\\.(currentTimeMillis|nanoTime|getenv|getProperty|lineSeparator|exit)"
                            + "|java/time/(Instant|LocalDate|LocalDateTime|ZonedDateTime|LocalTime|OffsetDateTime)\\.now"
                            + "|java/time/Clock\\.system.*"
                            + "|java/time/ZoneId\\.systemDefault"
                            + "|java/util/Locale\\.getDefault"
                            + "|java/util/TimeZone\\.getDefault"
                            + "|java/nio/charset/Charset\\.defaultCharset"
                            + "|java/lang/Math\\.random"
                            + "|java/util/UUID\\.randomUUID");

    /// Calls that take the default charset or locale when none is given.
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "java/lang/String.getBytes()[B", "getBytes() without a charset",
                    "java/lang/String.<init>([B)V", "new String(bytes) without a charset",
                    "java/lang/String.<init>([BII)V", "new String(bytes, …) without a charset",
                    "java/lang/String.toLowerCase()Ljava/lang/String;",
                            "toLowerCase() without a locale",
                    "java/lang/String.toUpperCase()Ljava/lang/String;",
                            "toUpperCase() without a locale",
                    "java/lang/String.format(Ljava/lang/String;[Ljava/lang/Object;)Ljava/lang/String;",
                            "String.format without a locale",
                    "java/lang/String.formatted([Ljava/lang/Object;)Ljava/lang/String;",
                            "formatted without a locale",
                    "java/io/InputStreamReader.<init>(Ljava/io/InputStream;)V",
                            "InputStreamReader without a charset",
                    "java/io/OutputStreamWriter.<init>(Ljava/io/OutputStream;)V",
                            "OutputStreamWriter without a charset");

    private static final List<ClassModel> CLASSES = new ArrayList<>();

    @BeforeAll
    static void readClasses() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("target/classes/dev/lockstep"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
                CLASSES.add(ClassFile.of().parse(file));
            }
        }
        assertThat(CLASSES).hasSizeGreaterThan(50);
    }

    private static String packageOf(ClassModel model) {
        Matcher matcher = OURS.matcher(model.thisClass().asInternalName());
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    @Test
    void packagesFollowTheArrows() {
        Map<String, Set<String>> wrong = new TreeMap<>();
        for (ClassModel model : CLASSES) {
            String from = packageOf(model);
            assertThat(ARROWS).as(model.thisClass().asInternalName()).containsKey(from);
            for (PoolEntry entry : model.constantPool()) {
                // Classes stand in class entries; those of fields and signatures in descriptors.
                String text =
                        switch (entry) {
                            case ClassEntry reference -> reference.asInternalName();
                            case Utf8Entry descriptor
                                    when descriptor.stringValue().contains("Ldev/lockstep/") ->
                                    descriptor.stringValue();
                            default -> "";
                        };
                Matcher matcher = OURS.matcher(text);
                while (matcher.find()) {
                    String to = matcher.group(1);
                    if (ARROWS.containsKey(to)
                            && !to.equals(from)
                            && !ARROWS.getOrDefault(from, Set.of()).contains(to)) {
                        wrong.computeIfAbsent(from + " → " + to, _ -> new TreeSet<>())
                                .add(model.thisClass().asInternalName());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nothingBelowTheCommandsLooksAtTheClockOrTheLocale() {
        List<String> wrong = new ArrayList<>();
        for (ClassModel model : CLASSES) {
            String from = packageOf(model);
            if (from.equals("cli")) {
                continue;
            }
            for (MethodModel method : model.methods()) {
                method.code()
                        .ifPresent(code -> {
                            for (CodeElement element : code) {
                                if (element instanceof InvokeInstruction call) {
                                    check(model, method, from, call, wrong);
                                }
                            }
                        });
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void check(
            ClassModel model,
            MethodModel method,
            String from,
            InvokeInstruction call,
            List<String> wrong) {
        String name = call.owner().asInternalName() + "." + call.name().stringValue();
        String place =
                model.thisClass().asInternalName() + "." + method.methodName().stringValue() + ": ";
        if (FORBIDDEN.matcher(name).matches()
                && !(from.equals("process") && PROCESS_MAY.contains(name))) {
            wrong.add(place + name);
        }
        String implicit = DEFAULTS.get(name + call.type().stringValue());
        if (implicit != null) {
            wrong.add(place + implicit);
        }
    }
}
