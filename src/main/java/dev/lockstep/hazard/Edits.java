package dev.lockstep.hazard;

/// Counts the edits between two short texts.
final class Edits {
    private Edits() {}

    /// Takes two texts, gives how many insertions, deletions, replacements and swaps of neighbours
    /// turn one into the other.
    static int between(String left, String right) {
        int[][] cost = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = left.charAt(i - 1) == right.charAt(j - 1);
                int best = cost[i - 1][j - 1] + (same ? 0 : 1);
                best = Math.min(best, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1)) {
                    best = Math.min(best, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = best;
            }
        }
        return cost[left.length()][right.length()];
    }
}
