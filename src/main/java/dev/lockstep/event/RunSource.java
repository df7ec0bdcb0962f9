package dev.lockstep.event;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One run as a comparison sees it: its processes, found as they appear, and whether it goes on.
///
/// A run that grows and one that was recorded long ago are the same here.
public interface RunSource {
    /// Gives the processes found so far. The list only grows, and a source keeps its place in it.
    List<EventSource> processes() throws IOException;

    /// Whether no process will appear and no stream will grow any more.
    boolean ended();

    /// Gives the exit status of the experiment: negative when a signal ended it, null when it is
    /// not known or the run goes on.
    @Nullable Integer exitStatus();
}
