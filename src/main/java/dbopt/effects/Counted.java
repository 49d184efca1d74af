package dbopt.effects;

import dbopt.evidence.StatementCounters;

/** The calls of a statement and their total cost. */
public record Counted(long calls, long blocks, double milliseconds) {
    static final Counted NONE = new Counted(0, 0, 0);

    static Counted of(StatementCounters counters) {
        return new Counted(counters.calls(), counters.blocks(), counters.milliseconds());
    }

    Counted plus(Counted other) {
        return new Counted(calls + other.calls, blocks + other.blocks, milliseconds + other.milliseconds);
    }

    Counted minus(Counted other) {
        return new Counted(calls - other.calls, blocks - other.blocks, milliseconds - other.milliseconds);
    }

    public double blocksACall() {
        return blocks / (double) Math.max(1, calls);
    }

    public double millisecondsACall() {
        return milliseconds / Math.max(1, calls);
    }
}
