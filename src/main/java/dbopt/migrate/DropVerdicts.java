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
 * What the evidence says of the indexes that drops rest on, by the rule of the audit: an index that each of several equal
 * schemas has is unused only if it is so in all of them.
 */
final class DropVerdicts {
    private final Evidence evidence;
    private final EvidenceFile file;
    private final EqualSchemas schemas;
    private final Instant now;
    private final Map<QualifiedName, Partitioned> partitioned = new HashMap<>();
    private final Map<Counterparts, Together> judged = new ConcurrentHashMap<>();

    /** A partitioned index by its name as SQL has it, and its parts. */
    private record Partitioned(String whole, List<IndexPart> parts) {}

    /**
     * The indexes of one name in the schemas of a group.
     *
     * @param group the first schema of it
     */
    private record Counterparts(String group, String index, boolean isPartitioned) {}

    /**
     * What is said of them.
     *
     * @param bySchema in the light of each other
     * @param usedIn the first schema in which it was scanned; empty if there is none
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

    /** Why the index may not go by the evidence; empty if it may, or is gone already. */
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
                        "a node has scanned the same index in the equal schema %s: what serves one of them serves all"
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

    /** Of those that were there at the last observation: where an earlier run has dropped it, there is nothing to learn. */
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
     * What is said of an index by itself; empty if it was not there at the last observation.
     *
     * @param definition that it must have; empty for the one that was observed last
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
