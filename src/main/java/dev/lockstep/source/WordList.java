package dev.lockstep.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// The names that Python itself brings.
public final class WordList {
    /// Modules of the standard library.
    public static final Set<String> STANDARD_LIBRARY = read("stdlib.txt");

    static final Set<String> BUILTINS = read("builtins.txt");

    private WordList() {}

    private static Set<String> read(String name) {
        try (InputStream in =
                Objects.requireNonNull(WordList.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
