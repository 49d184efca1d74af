package dbopt.project;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;

/** The naming of scripts in Flyway's configuration: prefixes, separator and suffixes. */
public final class ScriptNaming {
    private static final String UNDO = "U";
    private static final String BASELINE = "B";

    private final Configuration configuration;
    private final ResourceNameParser parser;

    public ScriptNaming(Configuration configuration) {
        this.configuration = requireNonNull(configuration, "configuration is null");
        this.parser = new ResourceNameParser(configuration);
    }

    /** The parts of a versioned script's name. */
    public record Versioned(Kind kind, String prefix, MigrationVersion version, String description) {
        public Versioned {
            requireNonNull(kind, "kind is null");
            requireNonNull(version, "version is null");
            requireNonNull(description, "description is null");
        }
    }

    /** The purpose of a versioned script. */
    public enum Kind {
        MIGRATION,
        UNDO,
        BASELINE
    }

    /** Whether the file has a script's suffix, so that Flyway looks at its name. */
    public boolean isScript(Path file) {
        return Arrays.stream(configuration.getSqlMigrationSuffixes()).anyMatch(name(file)::endsWith);
    }

    /**
     * Returns the parts of a versioned script's name; empty for repeatable migrations, callbacks, and names that Flyway does
     * not understand.
     */
    public Optional<Versioned> versioned(Path file) {
        ResourceName name = parser.parse(name(file));
        if (!name.isValid()) {
            return Optional.empty();
        }
        return kind(name.getPrefix())
                .map(kind -> new Versioned(kind, name.getPrefix(), name.getVersion(), name.getDescription()));
    }

    /** Returns the version of a script as its name writes it, with dots or underscores; empty if the script has no version. */
    public Optional<String> versionText(Path file) {
        return versioned(file).map(versioned -> {
            String rest = name(file).substring(versioned.prefix().length());
            int separator = rest.indexOf(configuration.getSqlMigrationSeparator());
            return separator < 0 ? versioned.version().getVersion() : rest.substring(0, separator);
        });
    }

    /** Whether the name begins like a migration's but is not one, so that Flyway would skip the script. */
    public boolean isMisnamed(Path file) {
        String name = name(file);
        if (parser.parse(name).isValid()) {
            return false;
        }
        return Stream.of(configuration.getSqlMigrationPrefix(), UNDO, BASELINE)
                        .anyMatch(prefix -> name.startsWith(prefix) && looksVersioned(name.substring(prefix.length())))
                || name.startsWith(configuration.getRepeatableSqlMigrationPrefix() + "_");
    }

    private boolean looksVersioned(String rest) {
        int separator = rest.indexOf(configuration.getSqlMigrationSeparator());
        return rest.matches("(?s)[0-9_].*") || (separator >= 0 && rest.indexOf('_') >= separator);
    }

    private Optional<Kind> kind(String prefix) {
        if (prefix.equals(configuration.getSqlMigrationPrefix())) {
            return Optional.of(Kind.MIGRATION);
        }
        return switch (prefix) {
            case UNDO -> Optional.of(Kind.UNDO);
            case BASELINE -> Optional.of(Kind.BASELINE);
            default -> Optional.empty();
        };
    }

    /** Returns the prefix of the names of such scripts. */
    public String prefix(Kind kind) {
        return switch (kind) {
            case MIGRATION -> configuration.getSqlMigrationPrefix();
            case UNDO -> UNDO;
            case BASELINE -> BASELINE;
        };
    }

    /** Returns the file name of a versioned script. */
    public String fileName(Kind kind, String version, String description) {
        return prefix(kind)
                + version
                + configuration.getSqlMigrationSeparator()
                + description
                + configuration.getSqlMigrationSuffixes()[0];
    }

    /** Returns the file name of a callback, with a description that distinguishes it from others for the same event. */
    public String callbackName(String event, String description) {
        return event
                + configuration.getSqlMigrationSeparator()
                + description
                + configuration.getSqlMigrationSuffixes()[0];
    }

    /** Returns the pattern of the file names of such scripts, for a message. */
    public String pattern(Kind kind) {
        return fileName(kind, "<version>", "<description>");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
