package dbopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dbopt.bench.Bench;
import dbopt.bundled.BundledSql;
import dbopt.commandline.CommandContext;
import dbopt.project.MigrationProject;
import dbopt.terminal.Terminal;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Help speaks in one voice, picocli's own: an imperative or a noun phrase with a capital letter and a full stop. */
@Tag("anyversion")
class HelpTest {
    private static final Pattern DBOPT = Pattern.compile("(?:^| )(?:\\./scripts/)?dbopt ([a-z-][^|>)]*)");
    private static final String PHRASE = "(?s)[A-Z].*[^.]\\.";

    @Test
    void every_help_text_starts_with_a_capital_letter_and_ends_with_a_full_stop() {
        assertThat(texts())
                .hasSizeGreaterThan(100)
                .allSatisfy((place, text) ->
                        assertThat(text).as(place).matches(PHRASE).doesNotMatch(".*\\((?:default|else)\\b.*"));
    }

    @Test
    void every_command_description_starts_with_an_imperative() {
        assertThat(specs().map(command -> command.usageMessage().description()[0]))
                .allSatisfy(text -> assertThat(text).matches("[A-Z][a-z]*[a-rt-z] .*"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dbopt.DocumentsTest#documents")
    void every_command_in_a_document_is_valid(Path document) {
        Guide.blocks(document).stream()
                .filter(block -> !block.isSql())
                .flatMap(block -> block.commands().stream())
                .flatMap(command -> DBOPT.matcher(command).results())
                .forEach(command -> assertThatCode(() ->
                                dbopt().parseArgs(Guide.words(command.group(1)).toArray(String[]::new)))
                        .as(command.group())
                        .doesNotThrowAnyException());
    }

    /** By command and option; hidden ones too. */
    private static Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        specs().forEach(spec -> {
            texts.put(spec.qualifiedName(), lines(spec.usageMessage().description()));
            spec.usageMessage()
                    .exitCodeList()
                    .forEach((code, text) -> texts.put(spec.qualifiedName() + " " + code, text));
            Stream.concat(spec.options().stream(), spec.positionalParameters().stream())
                    .forEach(argument ->
                            texts.put(spec.qualifiedName() + " " + name(argument), lines(argument.description())));
        });
        return texts;
    }

    private static CommandLine dbopt() {
        return Main.commandLine(new CommandContext(
                        Map.of(),
                        MigrationProject.find(Path.of(""), null),
                        BundledSql.in(Path.of("")),
                        new Terminal(
                                new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false)))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static Stream<CommandSpec> specs() {
        return Stream.of(dbopt(), Bench.commandLine()).flatMap(HelpTest::withSubcommands);
    }

    private static Stream<CommandSpec> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec()),
                command.getSubcommands().values().stream()
                        .filter(subcommand -> !isOfPicocli(subcommand))
                        .flatMap(HelpTest::withSubcommands));
    }

    private static boolean isOfPicocli(CommandLine command) {
        return command.getCommand().getClass().getPackageName().startsWith("picocli");
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String lines(String... description) {
        assertThat(Arrays.asList(description)).isNotEmpty();
        return String.join(" ", description);
    }
}
