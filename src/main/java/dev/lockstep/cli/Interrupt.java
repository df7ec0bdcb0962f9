package dev.lockstep.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Lets Ctrl-C and SIGTERM end a command in order: runs are stopped and the verdict so far is said.
final class Interrupt {
    private static final long PATIENCE_SECONDS = 20;
    private static final AtomicBoolean REQUESTED = new AtomicBoolean();

    private Interrupt() {}

    /// Whether the command shall come to its end now.
    static boolean requested() {
        return REQUESTED.get();
    }

    /// Waits for a command that is told to end; without it the JVM would end under its feet.
    static final class Gate {
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile int code = 2;

        Gate() {
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        if (done.getCount() == 0) {
                                            return;
                                        }
                                        REQUESTED.set(true);
                                        try {
                                            if (done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                                                Runtime.getRuntime().halt(code);
                                            }
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                    },
                                    "interrupt"));
        }

        /// The command has ended with this code and has said all it had to say.
        void ended(int exitCode) {
            code = exitCode;
            done.countDown();
        }
    }
}
