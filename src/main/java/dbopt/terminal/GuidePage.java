package dbopt.terminal;

/** Where a kind of finding is explained: a page of the guides, by its path in the project's repository. */
public final class GuidePage {
    private GuidePage() {}

    /**
     * The page of a kind of finding.
     *
     * @param kind the name of a health check, the kind of a redundant index, or the code of a review
     */
    public static String of(String kind) {
        return "dev/guides/checks/" + kind + ".md";
    }
}
