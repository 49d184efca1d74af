package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.guard.QualifiedName;
import dbopt.terminal.TerminalText;

/** What identifies an index in a database. As the catalog has it, unquoted. */
public record IndexName(String schema, String index) {
    public IndexName {
        requireNonNull(schema, "schema is null");
        requireNonNull(index, "index is null");
    }

    /** Whether somebody means it by this name, as any output has it: quoted or not, with or without the schema. */
    public boolean isCalled(String name) {
        return name.equals(index)
                || name.equals(schema + "." + index)
                || name.equals(TerminalText.line(index))
                || QualifiedName.parse(name)
                        .filter(parsed -> parsed.matches(schema, index))
                        .isPresent();
    }
}
