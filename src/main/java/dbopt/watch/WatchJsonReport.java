package dbopt.watch;

import dbopt.effects.Counted;
import dbopt.effects.IndexEffect;
import dbopt.effects.LostIndex;
import dbopt.effects.StatementEffect;
import dbopt.effects.TableWork;
import dbopt.terminal.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/** Writes the report of the watch as one JSON object, for programs. */
final class WatchJsonReport {
    private WatchJsonReport() {}

    private record WatchObject(Instant from, Instant to, List<DropObject> drops, List<String> notes) {}

    private record DropObject(
            Optional<String> version,
            String schema,
            String table,
            String index,
            String verdict,
            String why,
            Optional<Instant> ready,
            Instant lastSeen,
            Instant missed,
            Optional<Instant> back,
            String definition,
            long sizeBytes,
            Optional<String> undo,
            List<String> undoneWithIt,
            long undoSeconds,
            boolean canWait,
            double extraShareOfBlocks,
            TableObject tableBefore,
            TableObject tableAfter,
            Map<String, Double> indexScansAnHourBefore,
            Map<String, Double> indexScansAnHourAfter,
            List<StatementObject> statements,
            List<String> notes) {
        private static DropObject of(WatchedDrop drop) {
            IndexEffect effect = drop.effect();
            LostIndex lost = effect.lost();
            return new DropObject(
                    drop.migration().map(known -> known.version().toString()),
                    lost.index().schema(),
                    lost.index().table(),
                    lost.index().index(),
                    effect.outcome().code(),
                    effect.why(),
                    effect.ready(),
                    lost.primary().lastSeen(),
                    lost.primary().missed(),
                    lost.primary().back(),
                    lost.index().definition(),
                    lost.index().bytes(),
                    drop.undo(),
                    drop.undoneWithIt().stream().map(MigrationVersion::toString).toList(),
                    drop.build().toSeconds(),
                    drop.canWait(),
                    effect.extraShare(),
                    TableObject.of(effect.before()),
                    TableObject.of(effect.after()),
                    effect.scansBefore(),
                    effect.scansAfter(),
                    effect.statements().stream().map(StatementObject::of).toList(),
                    effect.notes());
        }
    }

    private record TableObject(
            double hours, double sequentialScansAnHour, double rowsReadAnHour, double rowsReadAWrite) {
        private static TableObject of(TableWork work) {
            return new TableObject(
                    work.hours(), work.sequentialScansAnHour(), work.rowsReadAnHour(), work.rowsReadAWrite());
        }
    }

    private record StatementObject(
            String text,
            String role,
            String verdict,
            double times,
            CountedObject before,
            CountedObject after,
            Optional<CountedObject> again) {
        private static StatementObject of(StatementEffect statement) {
            return new StatementObject(
                    statement.name().text(),
                    statement.name().role(),
                    statement.outcome().code(),
                    statement.times(),
                    CountedObject.of(statement.before()),
                    CountedObject.of(statement.after()),
                    statement.again().map(CountedObject::of));
        }
    }

    private record CountedObject(long calls, double blocksACall, double millisecondsACall) {
        private static CountedObject of(Counted counted) {
            return new CountedObject(counted.calls(), counted.blocksACall(), counted.millisecondsACall());
        }
    }

    static String of(WatchReport report) {
        return JsonText.of(new WatchObject(
                report.effects().first(),
                report.effects().last(),
                report.drops().stream().map(DropObject::of).toList(),
                report.notes()));
    }
}
