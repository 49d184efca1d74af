package dbopt.security;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.CommandRun;
import dbopt.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An attacker who can create in {@code public}, as any role can before PostgreSQL 15, plants operators there for the types
 * that PostgreSQL's own ones take only after a conversion: a query that does not fix its {@code search_path} would call
 * them, with the rights of whoever runs it (CVE-2018-1058). Not for {@code varchar}, with which Flyway itself compares names.
 */
class SearchPathTest {
    private static final String ATTACKER = "attacker";

    private static final String TRAP =
            """
            create table public.caught (by_whom text, query text);
            grant insert, select on public.caught to public;
            do $$
            declare
                types text[] := '{text,name,oid,int4,"\\"char\\"",regclass,text[],oid[],int2[]}';
                pair record;
            begin
                for pair in
                    select l.t as l, r.t as r, o.op, case when o.op in ('||', '+', '-') then l.t else 'bool' end as result
                    from unnest(types) l (t), unnest(types) r (t), unnest('{=,<>,<,>,<=,>=,~,!~,<@,||,+,-}'::text[]) o (op)
                    where not exists (select from pg_operator p where p.oprname = o.op
                        and p.oprleft = l.t::regtype and p.oprright = r.t::regtype)
                loop
                    begin
                    execute format(
                        'create or replace function public.trap(%s, %s, out %s) language plpgsql as $f$ begin '
                        'insert into public.caught values (current_user, current_query()); end $f$', pair.l, pair.r, pair.result);
                    execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.trap)', pair.op, pair.l, pair.r);
                exception when duplicate_function or invalid_function_definition then
                    null;
                end;
                end loop;
            end $$
            """;

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void setTrap() {
        database = TestDatabase.audited();
        database.runAsSuperuser(
                "create role " + ATTACKER,
                "grant usage, create on schema public to " + ATTACKER,
                "set role " + ATTACKER,
                TRAP);
    }

    @AfterAll
    static void drop() {
        database.runAsSuperuser("drop owned by " + ATTACKER + " cascade", "drop role " + ATTACKER);
        database.close();
    }

    @Test
    void no_command_calls_a_function_planted_in_a_schema_of_the_search_path() {
        for (List<String> command : List.of(
                List.of("audit"),
                List.of("health"),
                List.of("migrate"),
                List.of("info"),
                List.of("maintain", "--cost-delay", "0"),
                List.of("plans", "record", folder.resolve("plans.json").toString()),
                List.of("undo", "--target", "7"))) {
            CommandRun run = CommandRun.on(database, command.toArray(String[]::new));
            assertThat(run.exitCode()).as("%s: %s", command, run.error()).isZero();
            assertCaughtNothing(command.toString());
        }
        for (String view : List.of("redundant_indexes", "unused_indexes", "table_statistics_age")) {
            database.run("select count(*) from (select * from dbopt." + view + ") shown");
            assertCaughtNothing(view);
        }
        assertThat(database.query("select count(*) from pg_operator where oprnamespace = 'public'::regnamespace")
                        .get(0))
                .matches("[0-9]{3,}");
    }

    @Test
    void the_views_depend_on_pg_catalog_only_and_no_other_role_has_rights_on_them() {
        CommandRun.on(database, "migrate").assertSucceeded();
        assertThat(
                        database.query(
                                """
                        select v.relname, pg_describe_object(d.refclassid, d.refobjid, 0)
                        from pg_class v join pg_rewrite r on r.ev_class = v.oid
                        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                        where v.relnamespace = 'dbopt'::regnamespace
                            and d.refclassid in ('pg_operator'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass)
                        """))
                .isEmpty();
        assertThat(
                        database.query(
                                """
                        select 'schema', coalesce(nspacl::text, 'owner only') from pg_namespace where nspname = 'dbopt'
                        union all
                        select relname, coalesce(relacl::text, 'owner only') from pg_class where relnamespace = 'dbopt'::regnamespace
                        order by 1
                        """))
                .containsExactly(
                        "redundant_indexes | owner only",
                        "schema | owner only",
                        "table_statistics_age | owner only",
                        "unused_indexes | owner only");
        assertThat(database.query("select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
                        + " where n.nspname !~ '^(pg_|information_schema)' and proname <> 'trap'"))
                .describedAs("functions that stay")
                .isEmpty();
    }

    @Test
    void every_function_of_the_guard_fixes_its_search_path() throws SQLException, IOException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String callback : List.of("beforeEachMigrate", "beforeEachUndo")) {
                statement.execute(Files.readString(Path.of("db/callback", callback + ".sql"))
                        .replace("${concurrentLockTimeout}", "1min"));
            }
            try (ResultSet row = statement.executeQuery(
                    "select count(*), bool_and(coalesce(proconfig, '{}') @> array['search_path=\"\"']), bool_or(prosecdef)"
                            + " from pg_proc where pronamespace = pg_my_temp_schema()")) {
                row.next();
                assertThat(row.getInt(1)).isGreaterThan(4);
                assertThat(row.getBoolean(2)).isTrue();
                assertThat(row.getBoolean(3)).describedAs("security definer").isFalse();
            }
        }
    }

    private static void assertCaughtNothing(String by) {
        assertThat(database.query(
                        "select distinct by_whom || ': ' || query from public.caught where by_whom = 'application'"))
                .as(by)
                .isEmpty();
    }
}
