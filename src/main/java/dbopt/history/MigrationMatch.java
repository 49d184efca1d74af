package dbopt.history;

import static java.util.Objects.requireNonNull;

import dbopt.terminal.TerminalText;
import java.nio.file.Path;
import java.util.Optional;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/**
 * A row of the schema history with the script of the same version in the locations.
 *
 * @param local the script; empty if the locations have none of this version
 */
public record MigrationMatch(AppliedMigration applied, Optional<ResolvedMigration> local) {
    private static final String NO_DESCRIPTION = "<< no description >>";

    /** How the row and the script compare, by what {@code migrate} validates: description, type and checksum. */
    public enum Verdict {
        SAME,
        /** The script has the same description as the row and a different text. */
        EDITED,
        /** The script has another description than the row and the same text. */
        RENAMED,
        /** The migration has another type now, for example Java instead of SQL. */
        OF_ANOTHER_TYPE,
        /** The script has another description and another text: only the version is the same. */
        ANOTHER,
        ABSENT
    }

    public MigrationMatch {
        requireNonNull(applied, "applied is null");
        requireNonNull(local, "local is null");
    }

    public Verdict verdict() {
        return local.map(this::compare).orElse(Verdict.ABSENT);
    }

    private Verdict compare(ResolvedMigration migration) {
        boolean sameText = migration.checksumMatches(applied.getChecksum());
        if (!isDescribed(migration.getDescription())) {
            return sameText && applied.getChecksum() != null ? Verdict.RENAMED : Verdict.ANOTHER;
        }
        if (migration.getType() != applied.getType()) {
            return Verdict.OF_ANOTHER_TYPE;
        }
        return sameText ? Verdict.SAME : Verdict.EDITED;
    }

    /** Whether the row has this description, which the schema history abbreviates if it is long. */
    public boolean isDescribed(String description) {
        return NO_DESCRIPTION.equals(applied.getDescription())
                ? description.isEmpty()
                : AbbreviationUtils.abbreviateDescription(description).equals(applied.getDescription());
    }

    /** Whether an undo script of this description belongs to the applied migration. */
    public boolean isUndoneBy(String description) {
        return isDescribed(description)
                || local.filter(migration -> verdict() != Verdict.ANOTHER
                                && migration.getDescription().equalsIgnoreCase(description))
                        .isPresent();
    }

    /** Whether the script is in another place in the locations than when it was applied. */
    public boolean isMoved() {
        return local.filter(migration -> migration.getScript() != null
                        && !AbbreviationUtils.abbreviateScript(migration.getScript())
                                .equals(applied.getScript()))
                .isPresent();
    }

    /** The difference in one line: {@code V6 was applied as V6__a.sql, but is V6__b.sql here}. */
    public String difference() {
        String line =
                switch (verdict()) {
                    case SAME -> script() + " is what was applied";
                    case EDITED -> "%s was edited after it was applied: checksum %s in the schema history, %s here"
                            .formatted(
                                    file(),
                                    applied.getChecksum(),
                                    local.orElseThrow().getChecksum());
                    case RENAMED -> "V%s was applied as %s, but is %s here, with the same text"
                            .formatted(applied.getVersion(), script(), localName());
                    case OF_ANOTHER_TYPE -> "%s was applied as %s, but is %s here"
                            .formatted(
                                    script(),
                                    applied.getType().name(),
                                    local.orElseThrow().getType().name());
                    case ANOTHER -> "V%s was applied as %s, but is %s here"
                            .formatted(applied.getVersion(), script(), localName());
                    case ABSENT -> script() + " was applied, but is not here";
                };
        return TerminalText.line(line);
    }

    private String script() {
        return applied.getScript();
    }

    private String localName() {
        ResolvedMigration migration = local.orElseThrow();
        return isMoved() ? migration.getScript() : "\"" + migration.getDescription() + "\"";
    }

    /** The path of the script, relative to the current directory if the script is below it. */
    private String file() {
        ResolvedMigration migration = local.orElseThrow();
        if (migration.getPhysicalLocation() == null
                || migration.getPhysicalLocation().startsWith("classpath:")) {
            return script();
        }
        Path here = Path.of("").toAbsolutePath();
        Path file = here.resolve(migration.getPhysicalLocation()).normalize();
        return (file.startsWith(here) ? here.relativize(file) : file).toString().replace('\\', '/');
    }
}
