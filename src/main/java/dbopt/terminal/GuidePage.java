package dbopt.terminal;

/** Finds the page of the guides that explains a kind of finding, as a path in the project's repository. */
public final class GuidePage {
    private GuidePage() {}

    /**
     * Returns the path of the page that explains a kind of finding.
     *
     * @param kind the name of a health check, the kind of a redundant index, or the code of a review
     */
    public static String of(String kind) {
        return "dev/guides/checks/" + kind + ".md";
    }
}
