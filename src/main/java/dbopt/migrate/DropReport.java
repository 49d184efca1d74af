package dbopt.migrate;

import dbopt.guard.DropBasis;
import dbopt.guard.GuardedDrop;
import dbopt.project.Judgements;
import dbopt.terminal.Bytes;
import dbopt.terminal.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.api.MigrationVersion;

/** Reports what a migration run did to the indexes: a line for each, and the bytes freed. */
record DropReport(List<Line> lines) {
    /**
     * The sizes of one index before and after the run, in bytes; empty if the index did not exist.
     *
     * @param here whether this run applied the migration
     */
    record Line(String index, Optional<Long> before, Optional<Long> after, DropBasis basis, boolean here) {
        String verdict() {
            if (before.isEmpty()) {
                return after.isEmpty() ? "already gone" : "created";
            }
            if (after.isPresent()) {
                return "still there";
            }
            return here ? "dropped" : "dropped by another session";
        }

        long freed() {
            return before.isPresent() && after.isEmpty() && here ? before.get() : 0;
        }
    }

    DropReport {
        lines = List.copyOf(lines);
    }

    static DropReport of(
            Map<MigrationVersion, GuardedDrop> drops,
            Set<MigrationVersion> applied,
            Map<String, Long> before,
            Map<String, Long> after) {
        List<Line> lines = new ArrayList<>();
        drops.forEach((version, drop) -> lines.add(new Line(
                drop.index(),
                Optional.ofNullable(before.get(drop.index())),
                Optional.ofNullable(after.get(drop.index())),
                drop.basis(),
                applied.contains(version))));
        return new DropReport(lines);
    }

    long freed() {
        return lines.stream().mapToLong(Line::freed).sum();
    }

    /** A table for people to read; empty if no migration drops an index. */
    String text() {
        if (lines.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("index", ">before", ">after", "kept instead", "verdict");
        lines.forEach(line -> table.row(
                line.index(), size(line.before()), size(line.after()), keptInstead(line.basis()), line.verdict()));
        return table.text() + "Freed " + Bytes.text(freed()) + ".\n" + judgements();
    }

    private static String keptInstead(DropBasis basis) {
        String difference = basis instanceof DropBasis.Judged judged ? " (" + judged.code() + ")" : "";
        return basis.keeper().map(keeper -> keeper + difference).orElse("-");
    }

    /** Names the indexes that this run dropped on a person's judgement, and the reasons. */
    private String judgements() {
        Judgements judgements = new Judgements();
        lines.stream().filter(Line::here).forEach(line -> judgements.add(line.index(), line.basis()));
        return judgements.text();
    }

    private static String size(Optional<Long> bytes) {
        return bytes.map(Bytes::text).orElse("-");
    }
}
