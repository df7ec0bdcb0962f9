package dev.lockstep.source;

/// Takes a {@link Source}, gives its {@link Tree}; never fails and never runs on.
///
/// An instance keeps its working memory from one file to the next; it serves one thread at a time.
/// Nesting beyond 200 levels is a syntax error, so that whoever walks a tree may recurse.
public final class Parser {
    private final StatementParser statements = new StatementParser();

    public Tree parse(Source source) {
        return statements.module(source);
    }
}
