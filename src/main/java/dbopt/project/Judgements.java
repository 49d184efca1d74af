package dbopt.project;

import dbopt.guard.DropBasis;
import dbopt.terminal.TerminalText;
import java.util.ArrayList;
import java.util.List;

/** The drops that are based on a person's judgement, each with its reason. */
public final class Judgements {
    private final List<String> lines = new ArrayList<>();

    /** Adds the drop of an index if it is based on a judgement. */
    public void add(String index, DropBasis basis) {
        if (basis instanceof DropBasis.Judged judged) {
            lines.add("  %s (%s): %s\n"
                    .formatted(
                            TerminalText.line(index),
                            TerminalText.line(judged.code()),
                            TerminalText.line(judged.because().replaceAll("\\s+", " "))));
        }
    }

    /** Returns a paragraph for people; empty if no drop is judged. */
    public String text() {
        return lines.isEmpty() ? "" : "Judged, not proven:\n" + String.join("", lines);
    }
}
