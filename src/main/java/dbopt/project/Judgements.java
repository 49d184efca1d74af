package dbopt.project;

import dbopt.guard.DropBasis;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;

/** The drops that are based on the judgement of a person, each with its reason. */
public final class Judgements {
    private final List<String> lines = new ArrayList<>();

    /** Adds the drop of an index if that is judged. */
    public void add(String index, DropBasis basis) {
        if (basis instanceof DropBasis.Judged judged) {
            lines.add("  %s (%s): %s\n"
                    .formatted(
                            TerminalText.line(index),
                            TerminalText.line(judged.code()),
                            TerminalText.line(judged.because().replaceAll("\\s+", " "))));
        }
    }

    /** A paragraph for people; empty if there is none. */
    public String text() {
        return lines.isEmpty() ? "" : "Judged, not proven:\n" + String.join("", lines);
    }
}
