package dev.lockstep.source;

import dev.lockstep.source.Expression.*;
import dev.lockstep.source.Statement.*;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Takes a tree, gives the lines that `oracle.py` writes for the same file.
final class Facts {
    private final Tree tree;
    private final boolean exactFields;
    private final List<String> lines = new ArrayList<>();

    private Facts(Tree tree, boolean exactFields) {
        this.tree = tree;
        this.exactFields = exactFields;
    }

    static List<String> of(Tree tree, boolean exactFields) {
        var facts = new Facts(tree, exactFields);
        tree.body().forEach(statement -> facts.add(statement, false));
        return facts.lines;
    }

    private void add(Node node, boolean inField) {
        String found = detail(node);
        if (found != null) {
            if (inField && !exactFields) {
                lines.add(found + " in-field");
            } else {
                Source source = tree.source();
                lines.add(
                        found
                                + " "
                                + source.line(node.start())
                                + " "
                                + source.utf8Column(node.start())
                                + " "
                                + source.line(node.end())
                                + " "
                                + source.utf8Column(node.end()));
            }
        }
        boolean inside = inField || node instanceof FormattedString;
        if (node instanceof Pattern.Value value && value.value() instanceof Constant) {
            return; // `ast` holds the constant itself there, not a node
        }
        node.children(child -> add(child, inside));
    }

    private static String dotted(Expression node) {
        return switch (node) {
            case Name n -> n.id();
            case Attribute a -> {
                String before = dotted(a.value());
                yield before.equals("?") ? "?" : before + "." + a.name();
            }
            default -> "?";
        };
    }

    private static String digest(String text) {
        if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
            return "x";
        }
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_16LE));
        return text.length() + ":" + String.format("%08x", crc.getValue());
    }

    private static String aliases(List<Alias> names) {
        return String.join(
                ",",
                names.stream().map(a -> a.name() + (a.as() == null ? "" : "=" + a.as())).toList());
    }

    private static @Nullable String detail(Node node) {
        return switch (node) {
            case Call c ->
                    "call "
                            + dotted(c.function())
                            + "/"
                            + c.arguments().size()
                            + "/"
                            + String.join(
                                    ",",
                                    c.keywords().stream()
                                            .map(k -> k.name() == null ? "**" : k.name())
                                            .toList());
            case Import i -> "import " + aliases(i.names());
            case ImportFrom f ->
                    "from "
                            + f.level()
                            + ":"
                            + (f.module() == null ? "" : f.module())
                            + ":"
                            + aliases(f.names());
            case FunctionDefinition f ->
                    "def " + f.name() + signature(f) + "@" + f.decorators().size();
            case ClassDefinition c ->
                    "class " + c.name() + "(" + c.bases().size() + "," + c.keywords().size() + ")";
            case Name n -> "name " + n.id();
            case Attribute a -> "attribute " + a.name();
            case StringLiteral s -> (s.bytes() ? "bytes " : "str ") + digest(s.value());
            case Constant c ->
                    "constant "
                            + switch (c.kind()) {
                                case TRUE -> "True";
                                case FALSE -> "False";
                                case NONE -> "None";
                                case ELLIPSIS -> "Ellipsis";
                            };
            case NumberLiteral _ -> "number ";
            case FormattedString f -> f.template() ? null : "formatted ";
            case Lambda _ -> "lambda ";
            case Comparison _ -> "compare ";
            case Logical _ -> "logical ";
            case Conditional _ -> "conditional ";
            case TupleDisplay _ -> "tuple ";
            case ListDisplay _ -> "list ";
            case SetDisplay _ -> "set ";
            case DictDisplay _ -> "dict ";
            case Comprehension c ->
                    switch (c.kind()) {
                        case LIST -> "listcomp ";
                        case SET -> "setcomp ";
                        case DICT -> "dictcomp ";
                        case GENERATOR -> "genexp ";
                    };
            case Await _ -> "await ";
            case Yield _ -> "yield ";
            case YieldFrom _ -> "yieldfrom ";
            case Starred _ -> "starred ";
            case Walrus _ -> "walrus ";
            case Subscript _ -> "subscript ";
            case Slice _ -> "slice ";
            case Unary _ -> "unary ";
            case Assign _ -> "assign ";
            case AugmentedAssign _ -> "augassign ";
            case AnnotatedAssign _ -> "annassign ";
            case Return _ -> "return ";
            case Delete _ -> "delete ";
            case For _ -> "for ";
            case While _ -> "while ";
            case With _ -> "with ";
            case Raise _ -> "raise ";
            case Try _ -> "try ";
            case Assert _ -> "assert ";
            case Global _ -> "global ";
            case Nonlocal _ -> "nonlocal ";
            case ExpressionStatement _ -> "expr ";
            case Pass _ -> "pass ";
            case Break _ -> "break ";
            case Continue _ -> "continue ";
            case ExceptHandler _ -> "except ";
            case Match _ -> "match ";
            case TypeAlias _ -> "type ";
            default -> null;
        };
    }

    private static String signature(FunctionDefinition f) {
        var parts = new ArrayList<String>();
        String rest = "*";
        String keywords = "**";
        var only = new ArrayList<String>();
        var plain = new ArrayList<String>();
        for (Parameter p : f.parameters()) {
            switch (p.kind()) {
                case POSITIONAL_ONLY -> parts.add(p.name());
                case PLAIN -> plain.add(p.name());
                case REST -> rest = "*" + p.name();
                case KEYWORD_ONLY -> only.add(p.name());
                case KEYWORD_REST -> keywords = "**" + p.name();
            }
        }
        parts.add("/");
        parts.addAll(plain);
        parts.add(rest);
        parts.addAll(only);
        parts.add(keywords);
        return "(" + String.join(",", parts) + ")";
    }
}
