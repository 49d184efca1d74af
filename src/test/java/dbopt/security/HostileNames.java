package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.TestDatabase;

/** Names that PostgreSQL allows and that attack whatever prints them, pastes them into SQL or puts them on a page. */
final class HostileNames {
    /** Clears the screen, sets a colour, rings the bell, overwrites and ends the line, reverses the reading order. */
    static final String TERMINAL = "\u001b[2J\u001b[31m\u0007\r\b\u009b8m\nFreed 1 TB.\u202e";

    /** Ends an attribute, an element and a script, and starts a script. */
    static final String PAGE = "</td><script>alert(1)</script>\" onload='x'&amp;";

    /** Ends a literal, a quoted identifier, a dollar quote and a comment, and looks like a placeholder. */
    static final String SQL = "'; drop table x; --\" $$ */ \\ ${p} $1";

    private HostileNames() {}

    /** Tables, each with a redundant, an unused and an invalid index, stale statistics and a foreign key, so named. */
    static void createIn(TestDatabase database) {
        for (String name : new String[] {TERMINAL, PAGE, SQL}) {
            String schema = quoted("s" + name);
            String table = schema + "." + quoted("t" + name);
            String column = quoted("c" + name);
            database.run(
                    "create schema " + schema,
                    "create table " + table + " (" + column + " int primary key, parent int)",
                    "alter table " + table + " add constraint " + quoted("f" + name)
                            + " foreign key (parent) references " + table,
                    "create index " + quoted("i" + name) + " on " + table + " (" + column + ")",
                    "create index " + quoted("j" + name) + " on " + table + " (" + column + ", parent)",
                    "create unique index " + quoted("u" + name) + " on " + table + " (" + column + ")",
                    "insert into " + table + " select n, n from generate_series(1, 1000) n",
                    "delete from " + table + " where " + column + " > 1 and parent > 300",
                    "comment on index " + schema + "." + quoted("i" + name) + " is " + literal(name));
            database.runAsSuperuser("update pg_index set indisvalid = false where indexrelid = "
                    + literal(schema + "." + quoted("j" + name)) + "::regclass");
        }
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String literal(String text) {
        return " E'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** The text contains no control sequence or reordering character, and no line forged by a name. */
    static void assertHarmless(String printed) {
        assertThat(printed.replace("\n", "").replaceAll("[\\P{Cntrl}&&[^\u0080-\u009f\u202a-\u202e\u2066-\u2069]]", ""))
                .describedAs("control characters in: %s", printed)
                .isEmpty();
    }
}
