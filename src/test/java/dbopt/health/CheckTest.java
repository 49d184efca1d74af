package dbopt.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CheckTest {
    @Test
    void reads_the_header_up_to_the_first_line_without_text() {
        Check check = Check.parse(
                "orders",
                """
                -- title:    Too many orders
                -- severity: warning above a thousand,
                --           critical above a million
                -- why:      Somebody pays: us.
                -- do:       Ship them.
                --
                -- do: not read this
                select 1
                """);
        assertThat(check.title()).isEqualTo("Too many orders");
        assertThat(check.severityRule()).isEqualTo("warning above a thousand, critical above a million");
        assertThat(check.why()).isEqualTo("Somebody pays: us.");
        assertThat(check.whatToDo()).isEqualTo("Ship them.");
    }

    @Test
    void names_the_line_that_is_missing() {
        assertThatThrownBy(() -> Check.parse("orders", "-- title: Too many orders\nselect 1"))
                .hasMessage("orders.sql: its header lacks \"-- severity: ...\", \"-- why: ...\", \"-- do: ...\"");
    }
}
