package dbopt.faults;

/** How a step ended that a fault struck. */
enum FaultOutcome {
    /** The command reached the goal in spite of it. */
    AT_ONCE("at once"),
    /** The command failed and said so, or was gone; the same command again reached the goal. */
    AGAIN("again"),
    /** The goal cannot be reached rightly: the command said why, and the state is the one before. */
    REFUSED("refused");

    private final String name;

    FaultOutcome(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
