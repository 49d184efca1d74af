package dbopt.findings;

import static java.util.Objects.requireNonNull;

import dbopt.guard.QualifiedName;
import dbopt.terminal.TerminalText;

/** The schema and the name of an index, which identify it in a database; as the catalog has them, unquoted. */
public record IndexName(String schema, String index) {
    public IndexName {
        requireNonNull(schema, "schema is null");
        requireNonNull(index, "index is null");
    }

    /** Whether this name, in any form in which dbopt prints it, is the index's: quoted or not, with or without the schema. */
    public boolean isCalled(String name) {
        return name.equals(index)
                || name.equals(schema + "." + index)
                || name.equals(TerminalText.line(index))
                || QualifiedName.parse(name)
                        .filter(parsed -> parsed.matches(schema, index))
                        .isPresent();
    }
}
