package dbopt.queries;

import dbopt.bundled.PageTemplate;
import java.util.List;

/**
 * Verdicts as one page that needs no other file, light or dark as the reader's system is.
 *
 * @param paragraphs above the table
 * @param notes below the table
 */
public record VerdictPage(
        String title,
        String heading,
        List<String> paragraphs,
        List<Column> columns,
        List<Row> rows,
        List<String> notes) {
    /**
     * A column of the table.
     *
     * @param figures whether it holds figures, which stand to the right
     */
    public record Column(String heading, boolean figures) {
        /** One of words. */
        public static Column words(String heading) {
            return new Column(heading, false);
        }

        /** One of figures. */
        public static Column figures(String heading) {
            return new Column(heading, true);
        }
    }

    /** A cell of figures, in one line or more. */
    public record Figures(List<String> lines) {
        public Figures {
            lines = List.copyOf(lines);
        }

        /** In these lines. */
        public static Figures of(String... lines) {
            return new Figures(List.of(lines));
        }
    }

    /**
     * One verdict.
     *
     * @param colour by which the page tells good from bad
     * @param values for what values it holds; none where the page has no such column
     * @param detail what changed
     * @param before the plan's lines, for whoever opens them, as {@code after}; both empty where no plan is known
     */
    public record Row(
            String name,
            String colour,
            String verdict,
            List<Figures> figures,
            List<String> values,
            String detail,
            String before,
            String after) {
        public Row {
            figures = List.copyOf(figures);
            values = List.copyOf(values);
        }

        /** Whether there are plans to open. */
        public boolean hasPlans() {
            return !before.isEmpty() || !after.isEmpty();
        }
    }

    public VerdictPage {
        paragraphs = List.copyOf(paragraphs);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** The page; everything in it is text that HTML takes for text. */
    public String html() {
        return PageTemplate.filled(VerdictPage.class, "verdicts", this);
    }

    /** The colour of a verdict. */
    public static String colour(PlanVerdict verdict) {
        return switch (verdict) {
            case SAME, LESS_WORK, ANOTHER_INDEX, ANOTHER_SHAPE -> "good";
            case AS_STATED -> "look";
            case MORE_WORK, SEQUENTIAL, REFUSED, NOT_COMPARED -> "bad";
        };
    }
}
