package dev.lockstep.source;

import java.util.List;

/// What was read from one {@link Source}: its statements, comments and syntax errors.
///
/// @param comments in the order of the text
/// @param errors in the order of the text; empty for valid Python
public record Tree(
        Source source, List<Statement> body, List<Comment> comments, List<SyntaxError> errors) {
    public Tree {
        body = List.copyOf(body);
        comments = List.copyOf(comments);
        errors = List.copyOf(errors);
    }

    /// Gives every node of the tree, parents first.
    public void walk(java.util.function.Consumer<? super Node> each) {
        for (Statement statement : body) {
            statement.walk(each);
        }
    }
}
