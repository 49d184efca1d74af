package dbopt.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalTest {
    private final StringWriter output = new StringWriter();
    private final StringWriter error = new StringWriter();

    private Terminal terminal(boolean interactive) {
        return new Terminal(new PrintWriter(output), new PrintWriter(error), interactive);
    }

    @Test
    void on_a_terminal_a_progress_line_replaces_the_previous_one() {
        Terminal terminal = terminal(true);
        terminal.passing("Waiting for pid 1");
        terminal.passing("Waiting for pid 2");
        terminal.progress("Done");
        assertThat(error.toString())
                .isEqualTo("\r\u001b[KWaiting for pid 1\r\u001b[KWaiting for pid 2\r\u001b[KDone"
                        + System.lineSeparator());
    }

    @Test
    void without_a_terminal_every_progress_line_is_printed() {
        Terminal terminal = terminal(false);
        terminal.passing("Waiting for pid 1");
        terminal.clear();
        terminal.progress("Done");
        assertThat(error.toString()).isEqualToIgnoringNewLines("Waiting for pid 1Done");
    }

    @Test
    void results_go_to_standard_output_only() {
        terminal(true).result("one line");
        terminal(true).result("");
        assertThat(output).hasToString("one line\n");
        assertThat(error.toString()).isEmpty();
    }

    @Test
    void control_characters_are_shown_and_not_sent_to_the_terminal() {
        String hostile = "a\u001b[2J\u0007\r\u009bb\u202e\tc\r\nd";
        terminal(false).result(hostile);
        terminal(false).progress(hostile);
        String shown = "a\\u001b[2J\\u0007\\u000d\\u009bb\\u202e\tc\nd\n";
        assertThat(output).hasToString(shown);
        assertThat(error.toString()).isEqualToNormalizingNewlines(shown);
    }

    @Test
    void a_progress_line_stays_on_one_line() {
        terminal(true).passing("a\nb");
        assertThat(error).hasToString("\r\u001b[Ka\\u000ab");
    }

    @Test
    void quotes_a_word_of_a_command_line_only_if_a_shell_would_split_or_expand_it() {
        assertThat(TerminalText.word("t_y")).isEqualTo("t_y");
        assertThat(TerminalText.word("../shop/größe")).isEqualTo("../shop/größe");
        assertThat(TerminalText.word("we ird\"x")).isEqualTo("'we ird\"x'");
        assertThat(TerminalText.word("it's $1")).isEqualTo("'it'\\''s $1'");
        assertThat(TerminalText.word("")).isEqualTo("''");
    }

    @Test
    void shows_the_first_of_many_lines_and_the_number_of_the_others() {
        assertThat(TerminalText.some(List.of("a", "b", "c"), 2)).isEqualTo("  a\n  b\n  and 1 more");
        assertThat(TerminalText.some(List.of("a", "b"), 2)).isEqualTo("  a\n  b");
    }
}
