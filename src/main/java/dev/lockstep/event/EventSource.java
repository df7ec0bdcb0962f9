package dev.lockstep.event;

import java.io.IOException;

/// The events of one process, pulled one by one, whether the process still runs or ended long ago.
public interface EventSource {
    /// Gives the name of the process's stream in its run.
    String name();

    /// Gives the next event, or says that there is none yet, or that none will come.
    ///
    /// @throws Unreadable when the stream is damaged or of another format
    Next next() throws IOException;

    /// What a source can say.
    sealed interface Next permits Item, NothingYet, Ended {}

    /// The process may still write an event.
    enum NothingYet implements Next {
        NOTHING_YET
    }

    /// Nothing more will come.
    ///
    /// @param rest how many bytes of an event stand behind the last whole one; not 0 when the
    ///   process was ended in the middle of writing
    record Ended(long rest) implements Next {}
}
