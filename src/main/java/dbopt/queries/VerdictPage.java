package dbopt.queries;

import dbopt.bundled.PageTemplate;
import dbopt.bundled.Tile;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A page of verdicts in one HTML file, light or dark as the reader's system is.
 *
 * @param paragraphs the text above the table
 * @param notes possible reasons for a verdict, and its limits
 * @param further what follows the table
 */
public record VerdictPage(
        String heading,
        Headline headline,
        List<String> paragraphs,
        List<Column> columns,
        List<Row> rows,
        List<String> notes,
        Further further) {
    /**
     * The beginning of the page.
     *
     * @param colour the colour class of the page: {@code good}, {@code look} or {@code bad}
     * @param summary the counts, in a sentence
     */
    public record Headline(String colour, String verdict, String summary, List<Tile> tiles) {
        public Headline {
            tiles = List.copyOf(tiles);
        }

        /**
         * Returns the headline for these verdicts on queries.
         *
         * @param label puts a verdict into words
         */
        public static Headline of(
                Collection<PlanVerdict> verdicts, Function<PlanVerdict, String> label, String summary) {
            Optional<PlanVerdict> worst = verdicts.stream()
                    .filter(verdict -> verdict != PlanVerdict.NOT_COMPARED)
                    .max(Comparator.naturalOrder());
            boolean unknown = verdicts.contains(PlanVerdict.NOT_COMPARED);
            List<Tile> tiles = verdicts.stream()
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .map(verdict -> new Tile(
                            label.apply(verdict),
                            String.valueOf(Collections.frequency(verdicts, verdict)),
                            VerdictPage.colour(verdict),
                            ""))
                    .toList();
            String said =
                    switch (worst.map(VerdictPage::colour).orElse("unknown")) {
                        case "bad" -> "Worse";
                        case "look" -> "More work, as stated";
                        case "unknown" -> "Nothing could be compared";
                        default -> unknown ? "Not worse, as far as it could be compared" : "Not worse";
                    };
            return new Headline(
                    unknown && !said.equals("Worse")
                            ? "look"
                            : worst.map(VerdictPage::colour).orElse("look"),
                    said,
                    summary,
                    tiles);
        }
    }

    /**
     * A column of the table.
     *
     * @param figures whether the column holds numbers, which are aligned to the right
     */
    public record Column(String heading, boolean figures) {
        /** Returns a column of words. */
        public static Column words(String heading) {
            return new Column(heading, false);
        }

        /** Returns a column of numbers. */
        public static Column figures(String heading) {
            return new Column(heading, true);
        }
    }

    /** A section below the table; it is left out if it has no lines. */
    public record Further(String heading, List<String> lines) {
        /** A section without lines, which the page leaves out. */
        public static final Further NONE = new Further("", List.of());

        public Further {
            lines = List.copyOf(lines);
        }

        /** Whether the section has no lines. */
        public boolean isEmpty() {
            return lines.isEmpty();
        }
    }

    /** A cell of numbers, in one line or several. */
    public record Figures(List<String> lines) {
        public Figures {
            lines = List.copyOf(lines);
        }

        /** Returns a cell with these lines. */
        public static Figures of(String... lines) {
            return new Figures(List.of(lines));
        }
    }

    /**
     * A row of the table: one verdict.
     *
     * @param colour the colour class of the verdict: {@code good}, {@code look} or {@code bad}
     * @param values the parameter values that the verdict holds for; empty if the page has no such column
     * @param detail what changed
     * @param before the lines of the plan before, which the page shows on request; empty if the plan is unknown
     * @param after the lines of the plan now, likewise
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

        /** Whether the row has plans to show on request. */
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

    /** Returns the page as HTML. All its texts are escaped. */
    public String html() {
        List<String> figures =
                columns.stream().filter(Column::figures).map(Column::heading).toList();
        Map<String, Object> page = new HashMap<>();
        page.put("title", heading + ": " + headline.verdict());
        page.put("heading", heading);
        page.put("colour", headline.colour());
        page.put("verdict", headline.verdict());
        page.put("summary", headline.summary());
        page.put("tiles", headline.tiles());
        page.put("paragraphs", paragraphs);
        page.put("columns", columns);
        page.put("hasRows", !rows.isEmpty());
        page.put("rows", rows.stream().map(row -> row(row, figures)).toList());
        page.put("notes", notes);
        page.put("further", further.isEmpty() ? false : further);
        return PageTemplate.filled("verdicts", page);
    }

    private static Map<String, Object> row(Row row, List<String> headings) {
        return Map.of(
                "name",
                row.name(),
                "colour",
                row.colour(),
                "verdict",
                row.verdict(),
                "figures",
                IntStream.range(0, row.figures().size())
                        .mapToObj(at -> Map.of(
                                "heading",
                                headings.get(at),
                                "lines",
                                row.figures().get(at).lines()))
                        .toList(),
                "values",
                row.values(),
                "detail",
                row.detail(),
                "hasPlans",
                row.hasPlans(),
                "before",
                row.before(),
                "after",
                row.after());
    }

    /** Returns the colour class of a verdict. */
    public static String colour(PlanVerdict verdict) {
        return switch (verdict) {
            case SAME, LESS_WORK, ANOTHER_INDEX, ANOTHER_SHAPE -> "good";
            case AS_STATED -> "look";
            case MORE_WORK, SEQUENTIAL, REFUSED, NOT_COMPARED -> "bad";
        };
    }
}
