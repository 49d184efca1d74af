package dbopt.terminal;

/** Numbers of things for people: one is one, and everything else is many. */
public final class Count {
    private Count() {}

    /** Such as "1 query" and "31 queries". */
    public static String of(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
