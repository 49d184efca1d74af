package dbopt.bundled;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tool's own SQL, which is the folder {@code db} of its repository: checks, queries, sample data, callbacks. It is never
 * read from the project that the tool works for.
 */
public final class BundledSql {
    /** The place of the folder {@code db} on the class path. Flyway's default locations do not include it. */
    public static final String CLASS_PATH = "dbopt/bundled/";

    private static final String ANY_FILE = "db/flyway.conf";

    private static final Pattern INCLUDE = Pattern.compile("(?m)^ *-- include (db/[a-z_/]+\\.sql)$");

    private final Path repository;

    private BundledSql(Path repository) {
        this.repository = repository;
    }

    /** Returns the SQL that is packaged with the tool's classes. */
    public static BundledSql ofClassPath() {
        return new BundledSql(null);
    }

    /** Returns the SQL in a clone of the tool's repository. */
    public static BundledSql in(Path repository) {
        return new BundledSql(requireNonNull(repository, "repository is null"));
    }

    /** The clone of the tool's repository; empty if the SQL is on the class path. */
    public Optional<Path> repository() {
        return Optional.ofNullable(repository);
    }

    /** Opens a file on the class path, for example {@code db/flyway.conf}. */
    public static Reader open(String file) {
        InputStream resource = BundledSql.class.getClassLoader().getResourceAsStream(CLASS_PATH + file);
        return new InputStreamReader(requireNonNull(resource, "the jar lacks " + file), StandardCharsets.UTF_8);
    }

    /** Returns the text of a file, for example {@code db/sample/load.sql}. */
    public String read(String file) {
        try (Reader reader = repository == null ? open(file) : BoundedFile.open(repository.resolve(file))) {
            return BoundedFile.text(reader);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the query in a file, with each line {@code -- include FILE} replaced by the query in that file. */
    public String query(String file) {
        return INCLUDE.matcher(read(file))
                .replaceAll(include -> Matcher.quoteReplacement(
                        query(include.group(1)).stripTrailing().replaceFirst(";$", "")));
    }

    /**
     * Returns the sorted names of the SQL files in a folder, without its subfolders, for example
     * {@code db/health/wraparound.sql}.
     */
    public List<String> sqlFiles(String folder) {
        try {
            if (repository != null) {
                return sqlFiles(repository.resolve(folder), folder);
            }
            URI here = requireNonNull(
                            BundledSql.class.getClassLoader().getResource(CLASS_PATH + ANY_FILE),
                            "the jar lacks " + ANY_FILE)
                    .toURI();
            if (!here.getScheme().equals("jar")) {
                return sqlFiles(Path.of(here).getParent().getParent().resolve(folder), folder);
            }
            try (FileSystem jar = FileSystems.newFileSystem(here, Map.of())) {
                return sqlFiles(jar.getPath(CLASS_PATH + folder), folder);
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> sqlFiles(Path directory, String folder) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .map(name -> folder + "/" + name)
                    .sorted()
                    .toList();
        }
    }

    private static CommandFailure unreadable(String file, IOException cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                file + " is a part of dbopt and cannot be read: " + FileProblem.of(cause)
                        + ".\nNothing was changed. Correct the file, or build dbopt again.",
                cause);
    }
}
