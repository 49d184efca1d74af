package dbopt.bench;

import dbopt.project.MigrationProject;
import java.util.ArrayList;
import java.util.List;

/** The statements of the migrations and their undo, without guard, schema history and checks. */
final class Statements {
    private static final List<String> NAMES = List.of(
            "V2__drop_commit_pr_idx",
            "V3__drop_pr_survey_pr_idx",
            "V4__drop_metrics_aiusagedaily_member_id_0274ee1d",
            "V5__drop_metrics_commit_author_id_67f38a6f",
            "V6__drop_github_int_org_slug_idx",
            "V7__drop_jira_int_cloud_id_idx");

    private final MigrationProject project;

    Statements(MigrationProject project) {
        this.project = project;
    }

    List<String> concurrentDrops() {
        return NAMES.stream()
                .map(name -> statement("db/migration/" + name + ".sql", "drop index concurrently"))
                .toList();
    }

    /** Plain DROP INDEX, which locks the table. */
    List<String> plainDrops() {
        return concurrentDrops().stream()
                .map(drop -> drop.replace(" concurrently", ""))
                .toList();
    }

    List<String> concurrentBuilds() {
        return NAMES.stream()
                .map(name -> statement("db/undo/U" + name.substring(1) + ".sql", "create index concurrently"))
                .toList();
    }

    /** All that a deploy changes: the drops, the settings of V8, and fresh statistics. */
    List<String> wholeMigrate() {
        List<String> all = new ArrayList<>(concurrentDrops());
        all.add(project.read("db/migration/V8__tune_autovacuum.sql").strip().replaceFirst(";$", ""));
        all.add("analyze (skip_locked)");
        return all;
    }

    List<String> wholeUndo() {
        List<String> all = new ArrayList<>();
        all.add(project.read("db/undo/U8__tune_autovacuum.sql").strip().replaceFirst(";$", ""));
        all.addAll(concurrentBuilds());
        return all;
    }

    private String statement(String file, String beginning) {
        return project.read(file)
                .lines()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(0, line.length() - 1))
                .findFirst()
                .orElseThrow();
    }
}
