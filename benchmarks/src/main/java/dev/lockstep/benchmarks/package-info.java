/// Takes the Java pieces of Lockstep, gives how long they take.
package dev.lockstep.benchmarks;
