package dbopt;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.jar.Manifest;
import org.flywaydb.core.internal.license.VersionPrinter;
import picocli.CommandLine.IVersionProvider;

/** The text that {@code dbopt --version} prints: the version, the commit that the jar was built from, and Flyway's version. */
final class Version implements IVersionProvider {
    private static final String COMMIT = "Implementation-Commit";

    @Override
    public String[] getVersion() {
        Optional<String> version = Optional.ofNullable(Main.class.getPackage().getImplementationVersion());
        return new String[] {text(version, version.flatMap(packaged -> commit()), VersionPrinter.getVersion())};
    }

    /**
     * Returns the text.
     *
     * @param version the version of the jar; empty if the classes are not in a jar
     */
    static String text(Optional<String> version, Optional<String> commit, String flyway) {
        return "dbopt %s, commit %s, Flyway %s"
                .formatted(version.orElse("(unpackaged)"), commit.orElse("unknown"), flyway);
    }

    /**
     * Returns the commit that the jar was built from. The jar comes first on the class path, so the first manifest is its
     * own.
     */
    private static Optional<String> commit() {
        try (InputStream manifest = Main.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            return manifest == null
                    ? Optional.empty()
                    : Optional.ofNullable(
                            new Manifest(manifest).getMainAttributes().getValue(COMMIT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
