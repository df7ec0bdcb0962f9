package dev.lockstep.event;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Typed access to the keys of one decoded item; a value of the wrong type is {@link
/// Cbor.Malformed}.
final class Fields {
    private final String kind;
    private final Map<String, @Nullable Object> map;

    Fields(String kind, Map<String, @Nullable Object> map) {
        this.kind = kind;
        this.map = map;
    }

    private Cbor.Malformed wrong(String key, String wanted) {
        return new Cbor.Malformed("`" + key + "` of a `" + kind + "` event is not " + wanted);
    }

    @Nullable Object any(String key) {
        return map.get(key);
    }

    @Nullable Long integerOrNull(String key) {
        return switch (map.get(key)) {
            case null -> null;
            case Long value -> value;
            case Boolean value -> value ? 1L : 0L;
            default -> throw wrong(key, "an integer");
        };
    }

    long integer(String key) {
        Long value = integerOrNull(key);
        return value == null ? 0 : value;
    }

    boolean bool(String key) {
        return switch (map.get(key)) {
            case null -> false;
            case Boolean value -> value;
            case Long value -> value != 0;
            default -> throw wrong(key, "a boolean");
        };
    }

    @Nullable Double realOrNull(String key) {
        return switch (map.get(key)) {
            case null -> null;
            case Double value -> value;
            case Long value -> (double) value;
            default -> throw wrong(key, "a number");
        };
    }

    List<Double> reals(String key) {
        return switch (map.get(key)) {
            case null -> List.of();
            case Double value -> List.of(value);
            case Long value -> List.of((double) value);
            case List<?> list -> {
                List<Double> reals = new ArrayList<>(list.size());
                for (Object member : list) {
                    reals.add(
                            switch (member) {
                                case Double value -> value;
                                case Long value -> (double) value;
                                case null, default -> throw wrong(key, "a list of numbers");
                            });
                }
                yield reals;
            }
            default -> throw wrong(key, "a number");
        };
    }

    @Nullable String textOrNull(String key) {
        return switch (map.get(key)) {
            case null -> null;
            case String value -> value;
            case Long value -> value.toString();
            case Boolean value -> value.toString();
            case Double value -> value.toString();
            default -> throw wrong(key, "text");
        };
    }

    String text(String key) {
        String value = textOrNull(key);
        return value == null ? "" : value;
    }

    @Nullable String hexOrNull(String key) {
        return switch (map.get(key)) {
            case byte[] bytes -> java.util.HexFormat.of().formatHex(bytes);
            case Fingerprint fingerprint -> fingerprint.hex();
            case null -> null;
            case String value -> value;
            default -> throw wrong(key, "a hash");
        };
    }

    @Nullable Fingerprint fingerprint(String key) {
        return switch (map.get(key)) {
            case null -> null;
            case Fingerprint value -> value;
            default -> throw wrong(key, "a fingerprint of 8 bytes");
        };
    }

    List<@Nullable Object> list(String key) {
        Object value = map.get(key);
        return value == null ? List.of() : asList(key, value);
    }

    @SuppressWarnings("unchecked")
    private List<@Nullable Object> asList(String key, Object value) {
        if (value instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw wrong(key, "a list");
    }

    @SuppressWarnings("unchecked")
    Map<String, @Nullable Object> map(String key) {
        return switch (map.get(key)) {
            case null -> Map.of();
            case Map<?, ?> value -> (Map<String, @Nullable Object>) value;
            default -> throw wrong(key, "a map");
        };
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object member : list(key)) {
            texts.add(String.valueOf(member));
        }
        return texts;
    }

    @Nullable List<Long> integersOrNull(String key) {
        Object value = map.get(key);
        if (value == null) {
            return null;
        }
        return integers(key, value);
    }

    private List<Long> integers(String key, @Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        List<Long> integers = new ArrayList<>();
        for (Object member : asList(key, value)) {
            if (!(member instanceof Long integer)) {
                throw wrong(key, "a list of integers");
            }
            integers.add(integer);
        }
        return integers;
    }

    List<List<Long>> integerLists(String key) {
        List<List<Long>> lists = new ArrayList<>();
        for (Object member : list(key)) {
            lists.add(List.copyOf(integers(key, member)));
        }
        return lists;
    }

    Map<String, Fingerprint> fingerprints(String key) {
        Map<String, Fingerprint> fingerprints = new LinkedHashMap<>();
        for (var entry : map(key).entrySet()) {
            switch (entry.getValue()) {
                case Fingerprint value -> fingerprints.put(entry.getKey(), value);
                case null -> {}
                default -> throw wrong(key, "a map to fingerprints");
            }
        }
        return fingerprints;
    }

    /// A list of fingerprints in order, or of pairs of name and fingerprint.
    List<Leaf> leaves(String key) {
        List<@Nullable Object> members = list(key);
        List<Leaf> leaves = new ArrayList<>(members.size());
        for (Object member : members) {
            leaves.add(
                    switch (member) {
                        case null -> new Leaf(null, null);
                        case Fingerprint value -> new Leaf(null, value);
                        case List<?> pair
                                when pair.size() == 2
                                        && (pair.getFirst() == null
                                                || pair.getFirst() instanceof String)
                                        && (pair.getLast() == null
                                                || pair.getLast() instanceof Fingerprint) ->
                                new Leaf((String) pair.getFirst(), (Fingerprint) pair.getLast());
                        default -> throw wrong(key, "a list of fingerprints");
                    });
        }
        return leaves;
    }

    List<Event.Named> named(String key) {
        List<Event.Named> named = new ArrayList<>();
        for (Object member : list(key)) {
            if (!(member instanceof List<?> pair)
                    || pair.isEmpty()
                    || !(pair.getFirst() instanceof String name)) {
                throw wrong(key, "a list of pairs");
            }
            Object value = pair.size() > 1 ? pair.get(1) : null;
            named.add(
                    new Event.Named(
                            name,
                            switch (value) {
                                case null -> null;
                                case byte[] bytes -> java.util.HexFormat.of().formatHex(bytes);
                                case Fingerprint fingerprint -> fingerprint.hex();
                                default -> value.toString();
                            }));
        }
        return named;
    }

    @Nullable Site site(String key) {
        return switch (map.get(key)) {
            case null -> null;
            case List<?> list
                    when list.size() >= 2
                            && list.get(0) instanceof String file
                            && list.get(1) instanceof Long line ->
                    new Site(
                            file,
                            Math.clamp(line, 0, Integer.MAX_VALUE),
                            list.size() > 2 && list.get(2) instanceof String function
                                    ? function
                                    : null);
            default -> throw wrong(key, "a site of file, line and function");
        };
    }

    Role role(String key) {
        Fields role = new Fields("role", map(key));
        return switch (role.text("kind")) {
            case "main" -> new Role.Main();
            case "worker" ->
                    new Role.Worker(
                            (int) role.integer("loader"),
                            (int) role.integer("iterator"),
                            (int) role.integer("worker"));
            case "rank" -> new Role.Rank((int) role.integer("rank"));
            default -> {
                Long ordinal = role.integerOrNull("ordinal");
                yield new Role.Child(
                        ordinal == null ? null : ordinal.intValue(),
                        role.textOrNull("name"),
                        role.bool("pool"));
            }
        };
    }
}
