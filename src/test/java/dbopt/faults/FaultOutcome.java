package dbopt.faults;

/** How a step struck by a fault ended. */
enum FaultOutcome {
    /** The command reached the goal in spite of the fault. */
    AT_ONCE("at once"),
    /** The command failed and said so, or was gone; the same command again reached the goal. */
    AGAIN("again"),
    /** The goal cannot be reached safely: the command said why, and the state is unchanged. */
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
