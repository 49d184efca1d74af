package dbopt.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flyway promises nothing about its internal classes, and the plugin needs some: which ones is listed here, and all that it
 * uses of them is in every Flyway that the guide of undo names.
 */
@Tag("anyversion")
class FlywayInternalsTest {
    private static final Path CLASSES = Path.of("target/classes/dbopt");
    private static final Pattern INTERNAL = Pattern.compile("org/flywaydb/core/internal/[\\w/$]+");
    private static final Pattern METHOD =
            Pattern.compile("= (?:Interface)?Methodref +.*// +(org/flywaydb/core/internal/[\\w/$]+)\\.(\\S+):(\\S+)");

    /** New in Flyway 13; an undo with an earlier Flyway works without these classes, as its migrate does. */
    private static final String SINCE_13 =
            "callback.CallbackExecutor.onMigrationConnectionEvent(Lorg/flywaydb/core/api/callback/CallbackEvent;)V";

    private static final String PACKAGE = "org.flywaydb.core.internal.";

    /** The classes in {@code org.flywaydb.core.internal} that the plugin uses. */
    private static final List<String> USED =
            """
            callback.CallbackExecutor
            configuration.models.ConfigurationModel
            configuration.models.EnvironmentModel
            configuration.models.FlywayEnvironmentModel
            configuration.models.FlywayModel
            database.DatabaseType
            database.base.Connection
            database.base.Database
            database.base.Schema
            database.base.Table
            info.AppliedMigrationAttributes
            info.MigrationInfoContext
            info.MigrationInfoImpl
            jdbc.ExecutionTemplate
            jdbc.ExecutionTemplateFactory
            jdbc.JdbcTemplate
            jdbc.JdbcUtils
            jdbc.StatementInterceptor
            license.VersionPrinter
            plugin.PluginRegister
            resolver.ChecksumCalculator
            resolver.CompositeMigrationResolver
            resolver.ResolvedMigrationImpl
            resolver.sql.SqlMigrationExecutor
            resource.ResourceName
            resource.ResourceNameParser
            scanner.Scanner
            schemahistory.BaseAppliedMigration
            schemahistory.SchemaHistory
            sqlscript.SqlScript
            sqlscript.SqlScriptExecutorFactory
            sqlscript.SqlScriptFactory
            sqlscript.SqlStatement
            sqlscript.SqlStatementIterator
            util.AbbreviationUtils
            util.Pair
            """
                    .lines()
                    .toList();

    @Test
    void the_plugin_uses_only_these_internal_classes_of_Flyway() throws IOException {
        NavigableSet<String> used = new TreeSet<>();
        INTERNAL.matcher(constants())
                .results()
                .map(MatchResult::group)
                .map(name -> name.replace('/', '.').substring(PACKAGE.length()))
                .forEach(used::add);
        assertThat(used).containsExactlyElementsOf(USED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.14.1", "12.4.0", "12.11.0", "13.8.1", "13.12.0"})
    void every_supported_Flyway_has_the_internal_members_that_the_plugin_uses(String version) throws Exception {
        Path jar = jar(version);
        assumeThat(jar).as("a Flyway in the local Maven repository").exists();
        List<URL> urls = new ArrayList<>(List.of(url(jar)));
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.endsWith(".jar") && !path.contains("flyway"))
                .map(Path::of)
                .forEach(path -> urls.add(url(path)));
        List<String> missing = new ArrayList<>();
        try (URLClassLoader flyway =
                new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            for (Matcher use = METHOD.matcher(constants()); use.find(); ) {
                Class<?> owner = Class.forName(use.group(1).replace('/', '.'), false, flyway);
                String name = use.group(2).replace("\"", "");
                if (!has(owner, name, use.group(3))) {
                    missing.add(owner.getName().substring(PACKAGE.length()) + "." + name + use.group(3));
                }
            }
        }
        assertThat(missing).isEqualTo(version.startsWith("13.") ? List.of() : List.of(SINCE_13));
    }

    private static Path jar(String version) {
        return Path.of(
                System.getProperty("maven.repo.local"),
                "org/flywaydb/flyway-core",
                version,
                "flyway-core-" + version + ".jar");
    }

    private static boolean has(Class<?> owner, String name, String descriptor) {
        if (name.equals("<init>")) {
            return Stream.of(owner.getDeclaredConstructors())
                    .anyMatch(constructor -> descriptor(void.class, constructor).equals(descriptor));
        }
        for (Class<?> type : family(owner)) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name)
                        && descriptor(method.getReturnType(), method).equals(descriptor)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Class<?>> family(Class<?> type) {
        List<Class<?>> family = new ArrayList<>(List.of(type));
        if (type.getSuperclass() != null) {
            family.addAll(family(type.getSuperclass()));
        }
        for (Class<?> implemented : type.getInterfaces()) {
            family.addAll(family(implemented));
        }
        return family;
    }

    private static String descriptor(Class<?> returned, Executable method) {
        return MethodType.methodType(returned, method.getParameterTypes()).toMethodDescriptorString();
    }

    /** What the plugin's classes refer to, as {@code javap} prints it. */
    private static String constants() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-v", "-p"));
        for (String folder : List.of("undo", "history")) {
            try (Stream<Path> files = Files.list(CLASSES.resolve(folder))) {
                files.map(Path::toString)
                        .filter(name -> name.endsWith(".class"))
                        .forEach(arguments::add);
            }
        }
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed);
        assertThat(ToolProvider.findFirst("javap").orElseThrow().run(writer, writer, arguments.toArray(String[]::new)))
                .isZero();
        return printed.toString();
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
