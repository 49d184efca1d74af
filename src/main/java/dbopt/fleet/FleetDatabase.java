package dbopt.fleet;

import static java.util.Objects.requireNonNull;

import dbopt.server.DatabaseAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One of many databases.
 *
 * @param name the name that the user gave the database, or else its address
 */
public record FleetDatabase(String name, DatabaseAddress address) {
    public FleetDatabase {
        requireNonNull(name, "name is null");
        requireNonNull(address, "address is null");
    }

    /**
     * The name reduced to what file names and names of environments and jobs can hold: letters, digits, dots, hyphens and
     * underscores.
     */
    public String plainName() {
        return name.replaceAll("[^A-Za-z0-9._-]+", "_").replaceFirst("^[^A-Za-z0-9]+", "");
    }

    /** The name as the end of a variable's name; no two databases of a file share it. */
    String variable() {
        return plainName()
                .toUpperCase(Locale.ROOT)
                .replaceAll("[^A-Z0-9]+", "_")
                .replaceFirst("_$", "");
    }

    /** The file in this folder that holds the observations of this database. */
    public Path observationsIn(Path folder) {
        return folder.resolve(plainName() + ".jsonl");
    }
}
