import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Gives the old classes of a jar the form that the JVM can keep linked from one start to the next.
///
/// Picocli's classes are compiled for Java 5. Classes before Java 6 have no stack maps, and the JVM
/// leaves them out of an ahead-of-time cache: it loads and verifies them anew at each start, a
/// third of the time of a start. This computes the stack maps and writes the classes as of Java 8;
/// no instruction changes.
///
/// Run by the build: `java src/build/LinkableClasses.java lockstep.jar`.
final class LinkableClasses {
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    public static void main(String[] args) throws IOException {
        var jar = Path.of(args[0]);
        var fresh = jar.resolveSibling(jar.getFileName() + ".linkable");
        try (var old = new JarFile(jar.toFile());
                var out = new ZipOutputStream(Files.newOutputStream(fresh))) {
            var classes =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(hierarchy(old)));
            for (var entry : old.stream().toList()) {
                byte[] bytes = old.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class") && major(bytes) < FIRST_WITH_STACK_MAPS) {
                    bytes = classes.transformClass(classes.parse(bytes), withStackMaps());
                }
                var copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(bytes);
                out.closeEntry();
            }
        }
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int major(byte[] classFile) {
        return (classFile[6] & 0xff) << 8 | classFile[7] & 0xff;
    }

    private static ClassTransform withStackMaps() {
        ClassTransform version =
                (builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                };
        // Code that nothing touches is copied as it is; only code that is written again gets stack
        // maps.
        return version.andThen(
                ClassTransform.transformingMethodBodies((code, element) -> code.with(element)));
    }

    private static ClassHierarchyResolver hierarchy(JarFile jar) {
        return ClassHierarchyResolver.ofResourceParsing(name -> classFile(jar, name))
                .orElse(ClassHierarchyResolver.defaultResolver());
    }

    private static InputStream classFile(JarFile jar, ClassDesc name) {
        var descriptor = name.descriptorString();
        var entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
