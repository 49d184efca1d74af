package dbopt.terminal;

/** Writes a number of things for people, in the singular or the plural. */
public final class Count {
    private Count() {}

    /** Returns the number with the noun in its singular or plural form, such as "1 query" and "31 queries". */
    public static String of(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
