package dev.lockstep.source;

import java.util.List;
import java.util.Map;

/// What one walk over a module finds.
///
/// @param stars the modules of `from x import *`, with their dots, in the order of the source
/// @param byNode the scope of each definition, lambda and comprehension
/// @param hashes whether something in it may be a set, or a hash
/// @param answers what its expressions were found to stand for
record ModuleScopes(
        Scope top,
        List<CallSite> calls,
        List<ImportSite> imports,
        List<StarImport> stars,
        Map<Node, Scope> byNode,
        boolean hashes,
        Answers answers) {
    /// `from module import *`.
    record StarImport(int at, @org.jspecify.annotations.Nullable String module, int level) {}
}
