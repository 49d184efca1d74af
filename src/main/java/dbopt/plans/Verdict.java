package dbopt.plans;

/** What became of one query's plan, the harmless first. */
enum Verdict {
    SAME("same plan"),
    LESS_WORK("less work"),
    ANOTHER_INDEX("another index, equal work"),
    ANOTHER_SHAPE("another shape, equal work"),
    /** The query's own file says that it costs more, and how much at most. */
    AS_STATED("more work, within its stated bound"),
    MORE_WORK("more work"),
    /** A table of more than a few pages is read from end to end that was not before. */
    SEQUENTIAL("turned sequential"),
    /** The query is not in the recording, or no longer in db/queries, or its text is another. */
    NOT_COMPARED("not compared");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
