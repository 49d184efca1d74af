package dbopt.project;

import static java.util.Objects.requireNonNull;

import dbopt.files.BoundedFile;
import dbopt.files.FileProblem;
import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file that configures Flyway, with its settings by Flyway's names, such as {@code flyway.locations}.
 *
 * @param file the file as people name it
 * @param settings the settings that dbopt knows: where the scripts and the database are, and how Flyway runs the scripts
 */
public record ProjectFile(String file, Style style, Map<String, String> settings) {
    public ProjectFile {
        requireNonNull(file, "file is null");
        requireNonNull(style, "style is null");
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** The syntax in which a file writes settings. */
    public enum Style {
        /** {@code flyway.conf}, which Flyway's command line and others read. */
        CONF {
            @Override
            public String line(String setting, String value) {
                return setting + "=" + value;
            }
        },
        /** {@code flyway.toml}, which Flyway's command line reads. */
        TOML {
            @Override
            public String line(String setting, String value) {
                String name = setting.substring("flyway.".length());
                String written = value.matches("true|false")
                        ? value
                        : name.endsWith("ocations") ? "[\"" + value.replace(",", "\", \"") + "\"]" : '"' + value + '"';
                return name + " = " + written;
            }

            @Override
            public String place(String file) {
                return file + ", under [flyway]";
            }
        },
        /** The Maven plugin's configuration in {@code pom.xml}. */
        POM {
            @Override
            public String line(String setting, String value) {
                String name = setting.substring("flyway.".length());
                if (name.equals("locations")) {
                    return "<locations><location>" + value.replace(",", "</location><location>")
                            + "</location></locations>";
                }
                return name.contains(".")
                        ? "<pluginConfiguration><%1$s>%2$s</%1$s></pluginConfiguration>".formatted(name, value)
                        : "<%1$s>%2$s</%1$s>".formatted(name, value);
            }

            @Override
            public String place(String file) {
                return file + ", in the configuration of flyway-maven-plugin";
            }
        },
        /** Spring Boot's {@code application.properties}. */
        SPRING {
            @Override
            public String line(String setting, String value) {
                return "spring." + setting.replace("transactional.lock", "transactional-lock") + "=" + value;
            }
        },
        /** Spring Boot's {@code application.yml}, in which names can have dots too. */
        SPRING_YAML {
            @Override
            public String line(String setting, String value) {
                return SPRING.line(setting, value).replaceFirst("=", ": ");
            }
        };

        /** Returns the line that sets a value. */
        public abstract String line(String setting, String value);

        /** Returns the place in the file where a line belongs, for people. */
        public String place(String file) {
            return file;
        }
    }

    /**
     * Reads a file in the syntax that its name implies, without running anything.
     *
     * @param environment the environment variables, which Spring and Maven settings may refer to
     * @throws CommandFailure if the file cannot be read or understood
     */
    static ProjectFile read(Path root, Path file, Map<String, String> environment) {
        String shown = file.startsWith(root) ? root.relativize(file).toString() : file.toString();
        String name = String.valueOf(file.getFileName());
        try {
            String text = BoundedFile.text(file);
            if (name.endsWith(".toml")) {
                return new ProjectFile(shown, Style.TOML, TomlSettings.of(text));
            }
            if (name.endsWith(".xml")) {
                return new ProjectFile(
                        shown,
                        Style.POM,
                        PomSettings.of(text, root, environment).orElse(Map.of()));
            }
            if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                return new ProjectFile(shown, Style.SPRING_YAML, SpringSettings.ofYaml(text, environment));
            }
            return name.endsWith(".properties")
                    ? new ProjectFile(shown, Style.SPRING, SpringSettings.ofProperties(text, environment))
                    : new ProjectFile(shown, Style.CONF, KnownSettings.among(KnownSettings.conf(text)));
        } catch (IOException e) {
            throw unreadable(shown, FileProblem.of(e), e);
        } catch (IllegalArgumentException e) {
            throw unreadable(shown, String.valueOf(e.getMessage()), e);
        }
    }

    private static CommandFailure unreadable(String file, String why, Exception cause) {
        return new CommandFailure(
                CommandFailure.Kind.USAGE,
                "%s configures this Flyway project, but cannot be read: %s.\nNothing was changed. Correct it, or say where the scripts are: --locations filesystem:FOLDER,..."
                        .formatted(file, why),
                cause);
    }

    /** Whether a build file in this folder contains the word. */
    static boolean buildNames(Path root, String word) {
        for (String build : new String[] {"pom.xml", "build.gradle", "build.gradle.kts"}) {
            try {
                if (Files.isRegularFile(root.resolve(build))
                        && BoundedFile.text(root.resolve(build)).contains(word)) {
                    return true;
                }
            } catch (IOException e) {
                // a file that cannot be read does not contain the word
            }
        }
        return false;
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
    }
}
