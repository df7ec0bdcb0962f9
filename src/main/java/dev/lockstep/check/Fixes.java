package dev.lockstep.check;

import dev.lockstep.source.Argument;
import dev.lockstep.source.Expression;
import dev.lockstep.source.Expression.Call;
import dev.lockstep.source.Node;
import dev.lockstep.source.Source;

/// Makes the edits that rules share.
final class Fixes {
    private Fixes() {}

    /// Gives the edit that puts `text` in the place of a node.
    static Edit replace(Source source, Node node, String text) {
        return new Edit(Place.of(source, node), text);
    }

    /// Gives the edit that puts a call of `function` around an expression.
    static Edit wrap(Source source, Expression expression, String function) {
        return replace(source, expression, function + "(" + source.slice(expression) + ")");
    }

    /// Gives the edit that adds a keyword argument at the end of a call, in the call's own style:
    /// on a line of its own when the last argument has one and a comma follows it.
    static Edit addArgument(Source source, Call call, String argument) {
        int last = -1;
        for (Expression positional : call.arguments()) {
            last = Math.max(last, positional.end());
        }
        int lastStart = -1;
        for (Expression positional : call.arguments()) {
            lastStart = Math.max(lastStart, positional.start());
        }
        for (Argument keyword : call.keywords()) {
            last = Math.max(last, keyword.end());
            lastStart = Math.max(lastStart, keyword.start());
        }
        int close = call.end() - 1;
        if (last < 0) {
            return new Edit(Place.of(source, close, close), argument);
        }
        String text = source.text();
        // Brackets around the last argument are not part of it; stay behind them.
        int at = last;
        int comma = -1;
        for (int i = last; i < close; i++) {
            char c = text.charAt(i);
            if (c == '#') {
                while (i < close && text.charAt(i) != '\n') {
                    i++;
                }
            } else if (c == ')') {
                at = i + 1;
            } else if (c == ',') {
                comma = i;
                break;
            }
        }
        if (comma < 0) {
            return new Edit(Place.of(source, at, at), ", " + argument);
        }
        boolean ownLine = source.line(lastStart) > source.line(call.function().end());
        if (!ownLine || source.line(comma) == source.line(close)) {
            return new Edit(Place.of(source, comma + 1, comma + 1), " " + argument + ",");
        }
        int lineStart = source.lineStart(source.line(lastStart));
        String before = text.substring(lineStart, lastStart);
        String indent =
                before.isBlank()
                        ? before
                        : before.substring(0, before.length() - before.stripLeading().length());
        String end = text.contains("\r\n") ? "\r\n" : "\n";
        return new Edit(Place.of(source, comma + 1, comma + 1), end + indent + argument + ",");
    }
}
