package dev.lockstep.source;

/// What is known of modules outside the project.
@FunctionalInterface
public interface Installed {
    /// Whether `from module import *` brings `name`.
    boolean exports(String module, String name);
}
