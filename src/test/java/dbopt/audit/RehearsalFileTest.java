package dbopt.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("anyversion")
class RehearsalFileTest {
    @TempDir
    private Path folder;

    /** The name of the statement is its query id in pg_stat_statements. */
    @Test
    void a_counted_statement_is_named_by_the_beginning_of_its_text() throws IOException {
        Path file = Files.writeString(
                folder.resolve("rehearsal.json"),
                """
                {"statements": [
                    {"statement": "-5123", "text": "select id\\n    from parcel where town = $1 and weight > $2 and sent_at > $3"},
                    {"statement": "q01_parcels", "text": "select 1"}
                ],
                "indexes": [{"index": "public.\\"By town\\"", "statements": ["-5123", "q01_parcels"], "then": ["public.wider"]}]}
                """);
        assertThat(RehearsalFile.read(file).note("public", "By town", Optional.of("wider")))
                .contains(
                        "2 of the 2 rehearsed statements use it (select id from parcel where town = $1 and weight > $2 and..., q01_parcels); "
                                + "without it they use public.wider");
    }
}
