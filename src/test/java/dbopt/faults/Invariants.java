package dbopt.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dbopt.AuditedProject;
import dbopt.Await;
import dbopt.TestDatabase;
import dbopt.guard.GuardedDrop;
import dbopt.project.Drops;
import dbopt.project.MigrationProject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;

/** What must hold in the audited database whatever fails, read from the catalog: one sentence per violation. */
public final class Invariants {
    private static final String INVALID = " INVALID";
    private static final Pattern PART = Pattern.compile("(?m)^ {8}'(CREATE INDEX .*)',?$");

    /** Versions with the state of their last row in the schema history: applied or undone. */
    private static final String LAST_WORDS =
            """
            select distinct on (version) version || case when type = 'DELETE' then ' undone' else ' applied' end
            from flyway_schema_history where success and version is not null
            order by version, installed_rank desc
            """;

    private static final String LEFT =
            """
            select 'session ' || application_name || ', ' || state || ': ' || query
            from pg_stat_activity
            where datname = current_database() and usename = '%s' and application_name <> '%s'
            union all
            select 'lock of pid ' || l.pid
            from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory'
            union all
            select 'transaction prepared ' || gid from pg_prepared_xacts
            """
                    .formatted(TestDatabase.OWNER, ApplicationLoad.NAME);

    private static final String FUNCTIONS_LEFT =
            """
            union all
            select 'function ' || p.oid::regprocedure
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname ~ '^pg_temp'
            """;

    private final TestDatabase database;
    private final Map<MigrationVersion, GuardedDrop> drops;
    private final List<String> parts;
    private final List<String> untouched;
    private final Optional<List<String>> made;
    private volatile boolean serverCrashed;

    private Invariants(TestDatabase database, MigrationProject project, Optional<List<String>> made) {
        this.database = database;
        this.drops = Drops.of(project.flyway());
        this.parts = parts(project);
        this.untouched = othersThanTheDropped();
        this.made = made;
    }

    /** For a database before any fault: except for the drops, its current content must never change. */
    public static Invariants of(TestDatabase database) {
        return of(database, AuditedProject.project());
    }

    /** For a database before any fault, with the guarded drops of the given project. */
    static Invariants of(TestDatabase database, MigrationProject project) {
        return new Invariants(database, project, Optional.empty());
    }

    /** For an empty database to which V1 is applied: either the whole given schema exists, or nothing of it. */
    static Invariants ofEmpty(TestDatabase database, List<String> made) {
        return new Invariants(database, AuditedProject.project(), Optional.of(made));
    }

    /**
     * Holds at any time, also between a fault and the next command: no index but those to be dropped is missing, changed
     * or invalid; of those to be dropped, what is there is what it was; the tuning is there exactly if it is applied.
     */
    public void holdAlways() {
        List<String> broken = new ArrayList<>();
        Map<String, String> history = history();
        List<String> expected = made.map(all -> history.containsKey("1") ? all : List.<String>of())
                .orElse(untouched);
        List<String> now = made.isPresent() ? database.schema() : othersThanTheDropped();
        missing(expected, now).forEach(one -> broken.add("lost: " + one));
        missing(now, expected).stream()
                .filter(one -> !isLeftover(one))
                .forEach(one -> broken.add("new or changed: " + one));
        drops.values().stream()
                .filter(drop -> !state(drop).matches("gone|there|invalid"))
                .forEach(drop -> broken.add("%s is %s".formatted(drop.index(), state(drop))));
        int tuned = number("select count(*) from pg_class where relnamespace = 'public'::regnamespace"
                + " and array_to_string(reloptions, ',') like '%autovacuum_vacuum_insert_scale_factor%'");
        String eighth = history.getOrDefault("8", "not applied");
        if (tuned != (eighth.equals("applied") ? 7 : 0)) {
            broken.add("V8 is %s, and %d tables are tuned".formatted(eighth, tuned));
        }
        if (history.containsKey("R") && number("select count(*) from pg_views where schemaname = 'dbopt'") != 3) {
            broken.add("the views are applied, and not there");
        }
        assertThat(broken).isEmpty();
    }

    /** Also holds after a command was broken off: the schema history claims nothing that was not done. */
    public void holdAfterBroken(String command) {
        holdAlways();
        Map<String, String> history = history();
        String claimed = command.equals("undo") ? "undone" : "applied";
        String done = command.equals("undo") ? "there" : "gone";
        assertThat(drops.entrySet())
                .filteredOn(drop -> claimed.equals(history.get(drop.getKey().getVersion())))
                .allSatisfy(drop -> assertThat(state(drop.getValue()))
                        .as("V%s is %s", drop.getKey(), claimed)
                        .isEqualTo(done));
    }

    /**
     * Holds after a command that succeeded: in addition, an index is gone exactly if its drop is applied, nothing is invalid,
     * no migration counts as failed, and no session, lock, temporary function or temporary file of dbopt is left.
     */
    public void holdAtRest() {
        holdAlways();
        List<String> broken = new ArrayList<>();
        Map<String, String> history = history();
        drops.forEach((version, drop) -> {
            boolean applied = "applied".equals(history.get(version.getVersion()));
            if (!state(drop).equals(applied ? "gone" : "there")) {
                broken.add("V%s is %s, and %s is %s"
                        .formatted(version, applied ? "applied" : "not applied", drop.index(), state(drop)));
            }
        });
        database.indexes().stream().filter(this::isLeftover).forEach(index -> broken.add("left behind: " + index));
        if (hasHistory()) {
            database.query("select script from flyway_schema_history where not success")
                    .forEach(script -> broken.add("counts as failed: " + script));
        }
        assertThat(broken).isEmpty();
        nothingOfOursIsLeft();
    }

    /** A server that crashed keeps the temporary functions of its sessions, out of sight, until it uses their place again. */
    public void serverCrashed() {
        serverCrashed = true;
    }

    /** Waits until the server has noticed that a client is gone, which takes seconds. */
    public void nothingOfOursIsLeft() {
        Await.until(() -> left().isEmpty(), () -> "nothing of ours is left, but: " + left());
    }

    private List<String> left() {
        return database.query(serverCrashed ? LEFT : LEFT + FUNCTIONS_LEFT);
    }

    /** The leftover of an interrupted build that the next undo has renamed, and drops. */
    private boolean isLeftover(String index) {
        return index.endsWith(INVALID)
                && drops.values().stream()
                        .map(drop -> drop.index().replace("public.", ""))
                        .anyMatch(name -> index.contains(" " + name + "_leftover "));
    }

    private List<String> othersThanTheDropped() {
        return database.indexes().stream()
                .filter(index -> drops.values().stream().noneMatch(drop -> index.startsWith(drop.definition())))
                .filter(index -> parts.stream().noneMatch(index::startsWith))
                .toList();
    }

    /** The definitions of the parts dropped with the partitioned indexes: the lines of an array in their migrations. */
    private static List<String> parts(MigrationProject project) {
        return project.migrations().values().stream()
                .flatMap(script -> PART.matcher(script).results())
                .map(part -> part.group(1).replace("''", "'"))
                .toList();
    }

    /** {@code gone}, {@code there}, {@code invalid}, or the definition if it is another one. */
    private String state(GuardedDrop drop) {
        return database
                .query("select pg_get_indexdef(indexrelid) || case when indisvalid then '' else '" + INVALID + "' end"
                        + " from pg_index where indexrelid = to_regclass('" + drop.index() + "')")
                .stream()
                .findFirst()
                .map(definition -> definition.equals(drop.definition())
                        ? "there"
                        : definition.equals(drop.definition() + INVALID) ? "invalid" : definition)
                .orElse("gone");
    }

    /** The last state of each version, and of the views as {@code R}. */
    private Map<String, String> history() {
        Map<String, String> history = new HashMap<>();
        if (hasHistory()) {
            for (String row : database.query(LAST_WORDS)) {
                int space = row.indexOf(' ');
                history.put(row.substring(0, space), row.substring(space + 1));
            }
            if (number("select count(*) from flyway_schema_history where version is null and success") > 0) {
                history.put("R", "applied");
            }
        }
        return history;
    }

    private boolean hasHistory() {
        return number("select count(*) from pg_class where oid = to_regclass('public.flyway_schema_history')") > 0;
    }

    private int number(String query) {
        return Integer.parseInt(database.query(query).get(0));
    }

    private static List<String> missing(Collection<String> these, Collection<String> those) {
        return these.stream().filter(one -> !those.contains(one)).toList();
    }
}
