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
 * Verdicts as one page that needs no other file, light or dark as the reader's system is.
 *
 * @param paragraphs above the table
 * @param notes what may be the reason, or limits what is said
 * @param further what is good to know after the table
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
     * What is above everything.
     *
     * @param colour by which the page tells good from bad
     * @param summary how many there are of what, in a sentence
     */
    public record Headline(String colour, String verdict, String summary, List<Tile> tiles) {
        public Headline {
            tiles = List.copyOf(tiles);
        }

        /**
         * Of these verdicts on queries.
         *
         * @param label a verdict in words
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

    /** What stands below the table; nothing without lines. */
    public record Further(String heading, List<String> lines) {
        /** No further content. */
        public static final Further NONE = new Further("", List.of());

        public Further {
            lines = List.copyOf(lines);
        }

        /** Whether there is nothing. */
        public boolean isEmpty() {
            return lines.isEmpty();
        }
    }

    /** A cell of figures, in one line or more. */
    public record Figures(List<String> lines) {
        public Figures {
            lines = List.copyOf(lines);
        }

        /** Figures in these lines. */
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

    /** The colour of a verdict. */
    public static String colour(PlanVerdict verdict) {
        return switch (verdict) {
            case SAME, LESS_WORK, ANOTHER_INDEX, ANOTHER_SHAPE -> "good";
            case AS_STATED -> "look";
            case MORE_WORK, SEQUENTIAL, REFUSED, NOT_COMPARED -> "bad";
        };
    }
}
