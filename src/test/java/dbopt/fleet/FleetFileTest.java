package dbopt.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dbopt.terminal.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The valid and invalid contents of a file of databases. */
@Tag("anyversion")
class FleetFileTest {
    private static final String ADVICE =
            "\nNo database was contacted. Write one database per line: its name and its address, for example: orders jdbc:postgresql://db1.example.com:5432/orders?user=dbopt";

    @TempDir
    private Path folder;

    private static List<FleetDatabase> parse(String... lines) {
        return FleetFile.parse("databases", List.of(lines));
    }

    @Test
    void a_line_is_a_name_and_an_address_or_only_an_address() {
        assertThat(parse(
                        "# all of them",
                        "",
                        "  \t ",
                        "orders  jdbc:postgresql://db1/orders?user=app@tenant&ssl=true",
                        "\tbilling-2.eu\tpostgres://me@db2:6432/billing   # the old one",
                        "postgres://db3.example.com/stock"))
                .extracting(
                        FleetDatabase::name,
                        FleetDatabase::plainName,
                        FleetDatabase::variable,
                        database -> database.address().display())
                .containsExactly(
                        tuple("orders", "orders", "ORDERS", "db1/orders as app@tenant"),
                        tuple("billing-2.eu", "billing-2.eu", "BILLING_2_EU", "db2:6432/billing as me"),
                        tuple(
                                "db3.example.com/stock",
                                "db3.example.com_stock",
                                "DB3_EXAMPLE_COM_STOCK",
                                parse("postgres://db3.example.com/stock")
                                        .get(0)
                                        .address()
                                        .display()));
    }

    @Test
    void a_byte_order_mark_and_the_line_breaks_of_Windows_are_ignored() throws IOException {
        Path file = Files.writeString(
                folder.resolve("databases"),
                "\ufefforders postgres://db1/orders\r\nbilling postgres://db1/billing\r\n");
        assertThat(FleetFile.read(file)).extracting(FleetDatabase::name).containsExactly("orders", "billing");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
        orders postgres://me:open%20sesame@db1/orders   | it holds a password: leave it out, and give it by DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file
        postgres://:sesame@db1/orders                   | it holds a password: leave it out, and give it by DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file
        jdbc:postgresql://db1/orders?password=sesame    | it holds a password: leave it out, and give it by DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file
        jdbc:postgresql://db1/o?user=a&sslpassword=sesame | it holds a password: leave it out, and give it by DBOPT_PASSWORD_NAME, FLYWAY_PASSWORD or a .pgpass file
        postgres://me:sesa/me@db1/orders                | the address cannot be used: the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20.
        orders                                          | the address cannot be used: it starts with neither jdbc:postgresql:// nor postgres://.
        orders mysql://db1/orders                       | the address cannot be used: it starts with neither jdbc:postgresql:// nor postgres://.
        postgres://db1                                  | the address cannot be used: it lacks the host or the name of the database.
        postgres://me:sesame@db1/orders orders          | the name, which comes before the address, may hold letters, digits, dots, hyphens and underscores, and begins with a letter or a digit
        ../orders postgres://db1/orders                 | the name, which comes before the address, may hold letters, digits, dots, hyphens and underscores, and begins with a letter or a digit
        or\u001b[31m postgres://db1/orders              | the name, which comes before the address, may hold letters, digits, dots, hyphens and underscores, and begins with a letter or a digit
        orders postgres://db1/orders sesame             | it has more than a name and an address
        """)
    void an_invalid_line_is_reported_by_number_and_not_repeated(String line, String problem) {
        assertThatThrownBy(() -> parse("", line.replace("\\u001b", "\u001b")))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("The databases cannot be read from databases:\n  line 2: " + problem + ADVICE)
                .hasMessageNotContaining("sesa");
    }

    @Test
    void all_invalid_lines_are_reported_at_once() {
        assertThatThrownBy(() -> parse(
                        "orders postgres://db1/orders",
                        "a b c",
                        "Orders postgres://db2/orders",
                        "a.b postgres://db1/a",
                        "a-b postgres://db1/b",
                        "n" + "a".repeat(100) + " postgres://db1/n"))
                .hasMessage(
                        """
                        The databases cannot be read from databases:
                          line 2: it has more than a name and an address
                          line 3: its name differs from that of line 1 only in case or punctuation: write another one before the address
                          line 5: its name differs from that of line 4 only in case or punctuation: write another one before the address
                          line 6: it needs a name of at most 100 characters before the address"""
                                + ADVICE);
    }

    @Test
    void a_file_that_does_not_list_databases_is_refused() throws IOException {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> FleetFile.read(missing))
                .hasMessage("The databases cannot be read from " + missing
                        + ": there is no such file or folder.\nNo database was contacted.");
        assertThatThrownBy(() -> FleetFile.read(folder)).hasMessageContaining("it is a directory");
        Path empty = Files.writeString(folder.resolve("empty"), "# none yet\n");
        assertThatThrownBy(() -> FleetFile.read(empty))
                .hasMessage("The databases cannot be read from " + empty + ":\n  it names no database" + ADVICE);
        Path binary = Files.write(folder.resolve("binary"), new byte[] {0, (byte) 0xff, (byte) 0xfe, 1});
        assertThatThrownBy(() -> FleetFile.read(binary)).hasMessageContaining(": it is not UTF-8 text.");
        Path zeros = Files.write(folder.resolve("zeros"), new byte[100]);
        assertThatThrownBy(() -> FleetFile.read(zeros)).hasMessageContaining("line 1: the address cannot be used");
        Path huge = Files.write(folder.resolve("huge"), new byte[17 * 1024 * 1024]);
        assertThatThrownBy(() -> FleetFile.read(huge)).hasMessageContaining(": it is larger than 16 MB.");
        Path wrong = Files.writeString(folder.resolve("wrong"), "x\n".repeat(200_000), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> FleetFile.read(wrong)).hasMessageContaining("\n  and 199900 more\n");
    }

    @Test
    void thousands_of_lines_are_read() {
        assertThat(parse(IntStream.range(0, 5000)
                        .mapToObj(number -> "db" + number + " postgres://host/db")
                        .toArray(String[]::new)))
                .hasSize(5000);
    }
}
