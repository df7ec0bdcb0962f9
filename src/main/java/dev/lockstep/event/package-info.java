/// Takes the bytes that a run's processes append to their streams, gives events: what can happen in
/// a run, as a sealed family of records, and its byte form, the contract shared with the agent.
///
/// The byte form is specified in `docs/reference/stream.md`: one CBOR Sequence (RFC 8742) a
/// process, every item a map of definite length whose first key is `k`, the kind. The first item
/// says the format.
///
/// Invariant: a reader gives whole events alone. What follows the last whole item is an event still
/// being written; nothing a file holds can make a reader allocate more than the file's own size
/// justifies, or nest deeper than a fixed bound.
@NullMarked
package dev.lockstep.event;

import org.jspecify.annotations.NullMarked;
