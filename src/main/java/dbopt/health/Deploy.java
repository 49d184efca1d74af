package dbopt.health;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A row of the schema history: a migration that was applied or undone.
 *
 * @param rank the rank of the row, higher than the rank of every earlier row
 * @param script the script that was run
 * @param deleted whether the row is of the type that undo and repair write
 */
record Deploy(long rank, String script, boolean deleted) {
    Deploy {
        requireNonNull(script, "script is null");
    }

    /** The name of the migration, such as {@code V9__drop_orders_day}. */
    String name() {
        String name = script.replaceFirst("^.*/", "").replaceFirst("\\.sql$", "");
        return deleted && name.startsWith("V") ? name + " (deleted)" : name;
    }

    /** The version of the migration, such as {@code V9}. */
    private String inShort() {
        return name().replaceFirst("__.*", "");
    }

    /** Returns the highest rank of these deploys; 0 if there are none. */
    static long newest(List<Deploy> deploys) {
        return deploys.stream().mapToLong(Deploy::rank).max().orElse(0);
    }

    /**
     * Returns the deploys after one run and up to the next, oldest first; none if one of the runs could not read the schema
     * history.
     */
    static List<Deploy> between(Snapshot before, Snapshot after, List<Deploy> all) {
        if (before.historyRank().isEmpty() || after.historyRank().isEmpty()) {
            return List.of();
        }
        return all.stream()
                .filter(deploy -> deploy.rank() > before.historyRank().get()
                        && deploy.rank() <= after.historyRank().get())
                .sorted((one, other) -> Long.compare(one.rank(), other.rank()))
                .toList();
    }

    /**
     * Returns a text for the narrow space above a chart, such as "V2 to V7". Repeatable migrations appear only if nothing
     * else was deployed.
     */
    static String inShort(List<Deploy> deploys) {
        List<String> all = deploys.stream().map(Deploy::inShort).toList();
        List<String> versions =
                all.stream().filter(name -> !name.equals("R")).distinct().toList();
        List<String> shown = versions.isEmpty() ? List.of("R") : versions;
        return shown.size() == 1 ? shown.get(0) : shown.get(0) + " to " + shown.get(shown.size() - 1);
    }
}
