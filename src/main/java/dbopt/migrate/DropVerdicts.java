package dbopt.migrate;

import static java.util.Objects.requireNonNull;

import dbopt.evidence.EqualVerdicts;
import dbopt.evidence.Evidence;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.IndexPart;
import dbopt.evidence.UsageVerdict;
import dbopt.guard.GuardedDrop;
import dbopt.guard.QualifiedName;
import dbopt.tenants.EqualSchemas;
import dbopt.tenants.SchemaGroup;
import dbopt.terminal.TerminalText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Says what the evidence says about the indexes of drops, by the rule of the audit: an index that several equal schemas have
 * is unused only if it is unused in all of them.
 */
final class DropVerdicts {
    private final Evidence evidence;
    private final EvidenceFile file;
    private final EqualSchemas schemas;
    private final Instant now;
    private final Map<QualifiedName, Partitioned> partitioned = new HashMap<>();
    private final Map<Counterparts, Together> judged = new ConcurrentHashMap<>();

    /**
     * A partitioned index and its parts.
     *
     * @param whole the index's name as SQL has it
     */
    private record Partitioned(String whole, List<IndexPart> parts) {}

    /**
     * Identifies the indexes of one name in a group of equal schemas.
     *
     * @param group the first schema of the group
     */
    private record Counterparts(String group, String index, boolean isPartitioned) {}

    /**
     * The verdicts on the indexes of one name in equal schemas.
     *
     * @param bySchema the verdict for each schema, which takes the others into account
     * @param usedIn the first schema in which the index was scanned; empty if there is none
     */
    private record Together(Map<String, UsageVerdict> bySchema, Optional<String> usedIn) {}

    DropVerdicts(EvidenceFile file, EqualSchemas schemas) {
        this.file = requireNonNull(file, "file is null");
        this.schemas = requireNonNull(schemas, "schemas is null");
        this.evidence = file.evidence();
        this.now = evidence.lastLook().orElseThrow();
        evidence.parts().forEach((whole, parts) -> QualifiedName.parse(whole)
                .ifPresent(name -> partitioned.put(name, new Partitioned(whole, parts))));
    }

    /** Says why the index must not be dropped; empty if the evidence allows the drop, or the index no longer exists. */
    Optional<String> against(GuardedDrop drop) {
        QualifiedName name = QualifiedName.parse(drop.index()).orElseThrow();
        String schema = requireNonNull(name.schema().orElse(null), "the guard is given qualified names");
        return alone(schema, name.name(), drop.isPartitioned(), Optional.of(drop.definition()))
                .flatMap(alone -> against(schema, name.name(), drop.isPartitioned(), alone));
    }

    private Optional<String> against(String schema, String index, boolean isPartitioned, UsageVerdict alone) {
        Optional<SchemaGroup> group = schemas.groupOf(schema);
        if (group.isEmpty()
                || alone instanceof UsageVerdict.Used
                || (alone instanceof UsageVerdict.Unknown unknown
                        && unknown.unscanned().isEmpty())) {
            return against(alone);
        }
        Together together = judged.computeIfAbsent(
                new Counterparts(group.get().schemas().get(0), index, isPartitioned),
                key -> together(group.get(), index, isPartitioned));
        UsageVerdict verdict = together.bySchema().getOrDefault(schema, alone);
        Optional<String> reason = verdict instanceof UsageVerdict.Used
                ? Optional.of(
                        "a node has scanned the same index in the equal schema %s: an index that one of them needs is needed in all"
                                .formatted(TerminalText.line(together.usedIn().orElseThrow())))
                : against(verdict);
        return alone instanceof UsageVerdict.Unused
                ? reason.map(others -> others + " (--every-schema judges each schema by itself)")
                : reason;
    }

    private static Optional<String> against(UsageVerdict verdict) {
        if (verdict instanceof UsageVerdict.Used used) {
            return Optional.of("a node has scanned it, the last time before " + used.before());
        }
        return verdict instanceof UsageVerdict.Unknown unknown
                ? Optional.of(unknown.code() + ": " + unknown.missing())
                : Optional.empty();
    }

    /**
     * Judges the indexes of one name in equal schemas together. Schemas in which an earlier run has dropped the index are
     * left out: their last observation has no such index.
     */
    private Together together(SchemaGroup group, String index, boolean isPartitioned) {
        List<EqualVerdicts.Member> members = new ArrayList<>();
        Stream.concat(group.schemas().stream(), group.deviating().stream().map(SchemaGroup.Deviating::schema))
                .forEach(schema -> alone(schema, index, isPartitioned, Optional.empty())
                        .ifPresent(verdict -> members.add(new EqualVerdicts.Member(schema, verdict))));
        List<UsageVerdict> verdicts = EqualVerdicts.of(members);
        Map<String, UsageVerdict> bySchema = new HashMap<>();
        for (int position = 0; position < members.size(); position++) {
            bySchema.put(members.get(position).schema(), verdicts.get(position));
        }
        return new Together(
                bySchema,
                members.stream()
                        .filter(member -> member.verdict() instanceof UsageVerdict.Used)
                        .map(EqualVerdicts.Member::schema)
                        .findFirst());
    }

    /**
     * Returns the verdict on an index in one schema; empty if the last observation lacks it.
     *
     * @param definition the definition that the index must have; empty to accept the observed one
     */
    private Optional<UsageVerdict> alone(
            String schema, String index, boolean isPartitioned, Optional<String> definition) {
        if (isPartitioned) {
            return Optional.ofNullable(partitioned.get(new QualifiedName(Optional.of(schema), index)))
                    .map(found -> evidence.ofWhole(found.whole(), found.parts(), now, file.atLeast()));
        }
        return evidence.definition(schema, index)
                .map(observed -> evidence.of(schema, index, definition.orElse(observed), now, file.atLeast()));
    }
}
