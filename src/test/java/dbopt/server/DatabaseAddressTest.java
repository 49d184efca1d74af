package dbopt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dbopt.terminal.CommandFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseAddressTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    jdbc:postgresql://db/app                                  | jdbc:postgresql://db/app                                  | -    | -
                    jdbc:postgresql://db:5433/app?user=me&password=a%26b      | jdbc:postgresql://db:5433/app                             | me   | a&b
                    jdbc:postgresql://db/app?user=me&sslmode=require&ssl=true | jdbc:postgresql://db/app?sslmode=require&ssl=true         | me   | -
                    postgres://me:a%40b+c@db:5433/app                         | jdbc:postgresql://db:5433/app?sslmode=require             | me   | a@b+c
                    postgresql://me@db/app                                    | jdbc:postgresql://db/app?sslmode=require                  | me   | -
                    postgres://me:x@db/app?sslmode=verify-full                | jdbc:postgresql://db/app?sslmode=verify-full              | me   | x
                    postgres://me:x@db/app?connect_timeout=3                  | jdbc:postgresql://db/app?connect_timeout=3&sslmode=require | me   | x
                    postgres://me:x@localhost:5432/app                        | jdbc:postgresql://localhost:5432/app                      | me   | x
                    postgres://me:x@[::1]:5432/app                            | jdbc:postgresql://[::1]:5432/app                          | me   | x
                    postgres://db/app?user=me&password=a%26b+c&sslmode=require | jdbc:postgresql://db/app?sslmode=require                 | me   | a&b+c
                    jdbc:postgresql://db/app?password=a+b                     | jdbc:postgresql://db/app                                  | -    | a b
                    postgres://localhost/a+b%20c                              | jdbc:postgresql://localhost/a%2Bb%20c                     | -    | -
                    jdbc:postgresql:app?user=me                               | jdbc:postgresql:app                                       | me   | -
                    jdbc:postgresql://one,two:5433/app?targetServerType=primary | jdbc:postgresql://one,two:5433/app?targetServerType=primary | - | -
                    postgres://db/app                                         | jdbc:postgresql://db/app?sslmode=require                  | -    | -
                    """)
    void reads_both_forms_of_an_address(String address, String url, String user, String password) {
        DatabaseAddress parsed = DatabaseAddress.parse(address, "--url");
        assertThat(parsed.url()).isEqualTo(url);
        assertThat(parsed.user().orElse(null)).isEqualTo(user);
        assertThat(parsed.password().orElse(null)).isEqualTo(password);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    mysql://me:open-sesame@db/app            | it starts with neither jdbc:postgresql:// nor postgres://
                    postgres://me:open-sesame@/app           | it lacks the host or the name of the database
                    postgres://me:open-sesame@db             | it lacks the host or the name of the database
                    postgres://me:open sesame@db/app         | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    postgres://me:12/open-sesame@db/app      | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    postgres://me:12?open-sesame@db/app      | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    postgres://me:open#sesame@db/app         | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    postgres://me:open@sesame@db/app         | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    jdbc:postgresql://db:port/app?password=open-sesame | the PostgreSQL driver does not understand it
                    jdbc:postgresql://db/app?password=open-sesame%zz   | the PostgreSQL driver does not understand it
                    jdbc:postgresql://me:open-sesame@db:5432/app       | a JDBC address has no user or password before the host (write @ in a database's name as %40)
                    jdbc:postgresql://me:open/sesame@db:5432/app       | a JDBC address has no user or password before the host (write @ in a database's name as %40)
                    postgres://me:open-sesame%@db/app        | the password holds a character that means something else in an address; write it percent-encoded: @ as %40, / as %2F, ? as %3F, # as %23, % as %25, a space as %20
                    postgres://me:open-sesame@d b/app        | it is not a valid address (are special characters in the password percent-encoded?)
                    postgres://me:open-sesame@db:port/app    | it lacks the host or the name of the database
                    """)
    void an_unusable_address_is_reported_without_its_password(String address, String why) {
        assertThatThrownBy(() -> DatabaseAddress.parse(address, "DATABASE_URL"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        """
                        The address in DATABASE_URL cannot be used: %s.
                        Nothing was changed. Write jdbc:postgresql://HOST:PORT/NAME or postgres://USER:PASSWORD@HOST:PORT/NAME."""
                                .formatted(why));
    }

    @Test
    void the_text_of_an_address_contains_no_password_and_no_parameter() {
        DatabaseAddress address = DatabaseAddress.parse("postgres://me:open-sesame@db:5433/app", "--url");
        assertThat(address.toString()).isEqualTo("db:5433/app as me");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    postgres://a%40b:x@db/it+is%20%22so%22   | db/it+is "so" as a@b
                    jdbc:postgresql://db/it+is%2Bso?user=a+b | db/it is+so as a b
                    jdbc:postgresql://[fe80::1%eth0]/a%20b   | [fe80::1%eth0]/a b
                    postgres://me:x@db/app%0AFreed%201%20TB. | db/app\\u000aFreed 1 TB. as me
                    """)
    void the_text_of_an_address_contains_the_exact_names_on_one_line(String address, String text) {
        assertThat(DatabaseAddress.parse(address, "--url").display()).isEqualTo(text);
    }
}
