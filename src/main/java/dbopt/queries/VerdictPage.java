package dbopt.queries;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Verdicts as one page that needs no other file, light or dark as the reader's system is. */
public final class VerdictPage {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>dbopt: %s</title>
            <style>
            :root { color-scheme: light dark; --bad: #b3261e; --look: #8a5a00; --good: #1b6e3c; --line: #8884; }
            @media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --look: #ffcc66; --good: #7ddc9a; } }
            body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%%; }
            th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
            .figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
            .bad { color: var(--bad); font-weight: 600; } .look { color: var(--look); } .good { color: var(--good); }
            pre { margin: .3rem 0; overflow-x: auto; }
            </style>
            </head>
            <body>
            <h1>%s</h1>
            %s
            <div class="wide"><table>
            <thead><tr>%s</tr></thead>
            <tbody>
            %s
            </tbody>
            </table></div>
            %s</body>
            </html>
            """;

    private VerdictPage() {}

    /**
     * Makes it.
     *
     * @param paragraphs above the table, as text
     * @param columns the headings; one that begins with {@code >} stands over figures
     * @param rows as HTML
     * @param notes below the table, as text
     */
    public static String of(
            String title,
            String heading,
            List<String> paragraphs,
            List<String> columns,
            List<String> rows,
            List<String> notes) {
        return PAGE.formatted(
                escaped(title),
                escaped(heading),
                paragraphs.stream().map(text -> "<p>" + escaped(text) + "</p>").collect(Collectors.joining("\n")),
                columns.stream().map(VerdictPage::heading).collect(Collectors.joining()),
                String.join("\n", rows),
                notes.stream()
                        .map(note -> "<p class=\"look\">" + escaped(note) + "</p>\n")
                        .collect(Collectors.joining()));
    }

    private static String heading(String column) {
        return column.startsWith(">")
                ? "<th scope=\"col\" class=\"figure\">" + escaped(column.substring(1)) + "</th>"
                : "<th scope=\"col\">" + escaped(column) + "</th>";
    }

    /** The cell that says the verdict, in its colour. */
    public static String verdict(Verdict verdict, String label) {
        String colour =
                switch (verdict) {
                    case SAME, LESS_WORK, ANOTHER_INDEX, ANOTHER_SHAPE -> "good";
                    case AS_STATED -> "look";
                    case MORE_WORK, SEQUENTIAL, NOT_COMPARED -> "bad";
                };
        return "<td class=\"" + colour + "\">" + escaped(label) + "</td>";
    }

    /** The cell that says what changed, and shows both plans to whoever opens it. */
    public static String plans(String detail, String before, String after) {
        return "<td>" + escaped(detail) + "<details><summary>both plans</summary><pre>" + escaped(before)
                + "</pre><pre>" + escaped(after) + "</pre></details></td>";
    }

    /** Text that HTML takes for text. */
    public static String escaped(String text) {
        return text.codePoints()
                .mapToObj(character -> "&<>\"'".indexOf(character) >= 0
                        ? String.format(Locale.ROOT, "&#%d;", character)
                        : Character.toString(character))
                .collect(Collectors.joining());
    }
}
