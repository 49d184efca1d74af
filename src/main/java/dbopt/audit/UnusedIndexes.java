package dbopt.audit;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.UsageVerdict;
import dbopt.server.ReadableText;
import dbopt.server.Rows;
import dbopt.tenants.EqualSchemas;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the evidence about every index of the application, in the audit's transaction. */
final class UnusedIndexes {
    /** Of what is more than an index, or is none that serves: a statement that builds it would not bring that back. */
    private static final Set<String> MORE_THAN_AN_INDEX =
            Set.of("extension", "partitioned", "constraint", "replica_identity", "clustered", "invalid");

    private final Connection connection;
    private final EvidenceFile file;
    private final Set<IndexName> judged;
    private final EqualSchemas schemas;
    private final List<UnusedIndex> unused = new ArrayList<>();
    private final List<IndexNeedingReview> excluded = new ArrayList<>();
    private final List<UnknownIndex> unknown = new ArrayList<>();

    /**
     * @param leadsAlone the first column, if no other btree begins with it
     * @param expressions by key, where these are all that no counter decides about; empty for a key that is a column
     * @param code why no counter decides about it; null if one may
     */
    private record Candidate(
            IndexName name,
            String table,
            String definition,
            long bytes,
            Optional<IndexName> whole,
            Optional<String> code,
            String reason,
            List<String> expressions,
            Optional<String> leadsAlone,
            boolean hasParts) {
        /** The same with another size. */
        Candidate of(long otherBytes) {
            return new Candidate(
                    name, table, definition, otherBytes, whole, code, reason, expressions, leadsAlone, hasParts);
        }

        /** Whether it works without being scanned, or cannot go. Statistics of expressions can be made without it. */
        boolean isHeld() {
            return code.isPresent() && expressions.isEmpty();
        }

        /** The statement that builds it again; empty where that would not bring back all that goes with it. */
        Optional<String> wayBack() {
            return code.filter(MORE_THAN_AN_INDEX::contains).isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            IndexDefinition.of(definition).createConcurrently(Optional.empty(), Optional.empty()));
        }
    }

    /** What the evidence says of an index by itself. */
    private record Counted(Candidate candidate, UsageVerdict verdict) {}

    /**
     * @param judged what the catalog alone has judged, of which counters say nothing more
     * @param schemas which of them are equal: an index is unused only if it is so in all of these
     */
    UnusedIndexes(Connection connection, EvidenceFile file, Set<IndexName> judged, EqualSchemas schemas) {
        this.schemas = schemas;
        this.connection = connection;
        this.file = file;
        this.judged = Set.copyOf(judged);
    }

    /** @param needsReview what a person is to judge, of which the observations may say something too */
    EvidenceFindings findings(List<IndexNeedingReview> needsReview) throws SQLException {
        Instant now;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Audit.query("cluster"))) {
            row.next();
            file.requireOf(row.getString("cluster"), row.getString("database"));
            now = row.getObject("now", OffsetDateTime.class).toInstant();
        }
        Map<IndexName, Candidate> wholes = new LinkedHashMap<>();
        Map<IndexName, List<UsageVerdict>> parts = new LinkedHashMap<>();
        Map<IndexName, Long> bytes = new HashMap<>();
        List<Counted> counted = new ArrayList<>();
        for (Candidate candidate : candidates()) {
            boolean isSettled = judged.contains(candidate.name());
            if (isSettled && schemas.groupOf(candidate.name().schema()).isEmpty()) {
                continue;
            }
            if (candidate.code().equals(Optional.of("partitioned"))) {
                if (candidate.whole().isEmpty()) {
                    wholes.put(candidate.name(), candidate);
                } else if (!candidate.hasParts()) {
                    IndexName whole = candidate.whole().get();
                    parts.computeIfAbsent(whole, name -> new ArrayList<>()).add(verdict(candidate, now));
                    bytes.merge(whole, candidate.bytes(), Long::sum);
                }
            } else {
                counted.add(new Counted(candidate, verdict(candidate, now)));
            }
        }
        wholes.forEach((name, whole) -> ofParts(parts.getOrDefault(name, List.of()))
                .ifPresent(found -> counted.add(new Counted(whole.of(bytes.get(name)), found))));
        int usedElsewhere = addAll(counted);
        ReviewWitness witness = new ReviewWitness(file, now);
        return new EvidenceFindings(
                needsReview.stream().map(witness::on).toList(), unused, excluded, unknown, usedElsewhere);
    }

    /**
     * Adds each in the light of its counterparts in equal schemas; what the catalog has judged only speaks for these.
     *
     * @return how many are unused by themselves, and used elsewhere
     */
    private int addAll(List<Counted> counted) {
        IdentityHashMap<Counted, UsageVerdict> verdicts = new IdentityHashMap<>();
        schemas.alike(counted, index -> index.candidate().name().schema(), index -> index.candidate()
                        .name()
                        .index())
                .forEach(alike -> {
                    List<UsageVerdict> found = EqualVerdicts.of(alike.findings().stream()
                            .map(index -> new EqualVerdicts.Member(
                                    index.candidate().name().schema(), index.verdict()))
                            .toList());
                    for (int position = 0; position < found.size(); position++) {
                        verdicts.put(alike.findings().get(position), found.get(position));
                    }
                });
        int usedElsewhere = 0;
        for (Counted index : counted) {
            if (!judged.contains(index.candidate().name())) {
                UsageVerdict verdict = verdicts.get(index);
                add(index.candidate(), verdict);
                boolean isHeld = index.candidate().isHeld();
                usedElsewhere += !isHeld
                                && index.verdict() instanceof UsageVerdict.Unused
                                && verdict instanceof UsageVerdict.Used
                        ? 1
                        : 0;
            }
        }
        return usedElsewhere;
    }

    private UsageVerdict verdict(Candidate candidate, Instant now) {
        return file.evidence()
                .of(candidate.name().schema(), candidate.name().index(), candidate.definition(), now, file.atLeast());
    }

    /** A partitioned index is used if one of its parts is; empty if it has none. */
    private static Optional<UsageVerdict> ofParts(List<UsageVerdict> parts) {
        return parts.stream()
                .filter(UsageVerdict.Used.class::isInstance)
                .findFirst()
                .or(() -> parts.stream()
                        .filter(UsageVerdict.Unknown.class::isInstance)
                        .findFirst())
                .or(() -> parts.stream().findFirst());
    }

    private void add(Candidate candidate, UsageVerdict verdict) {
        String schema = candidate.name().schema();
        String index = candidate.name().index();
        boolean hinted = file.evidence().isHinted(index);
        if (verdict instanceof UsageVerdict.Unknown missing) {
            if (!candidate.isHeld()) {
                unknown.add(new UnknownIndex(schema, candidate.table(), index, candidate.bytes(), missing));
            }
        } else if (verdict instanceof UsageVerdict.Unused proof && (candidate.isHeld() || hinted)) {
            excluded.add(new IndexNeedingReview(
                    schema,
                    candidate.table(),
                    index,
                    Optional.empty(),
                    candidate.isHeld() ? candidate.code().orElseThrow() : "hinted",
                    "no scan in %d days, but %s"
                            .formatted(
                                    proof.days(),
                                    candidate.isHeld()
                                            ? candidate.reason()
                                            : "a statement names it in a hint for the planner"),
                    OptionalLong.of(candidate.bytes()),
                    candidate.definition(),
                    candidate.wayBack(),
                    List.of(),
                    List.of()));
        } else if (verdict instanceof UsageVerdict.Unused proof) {
            unused.add(new UnusedIndex(
                    schema,
                    candidate.table(),
                    index,
                    OptionalLong.of(candidate.bytes()),
                    candidate.definition(),
                    candidate.wayBack().orElseThrow(),
                    proof,
                    ExpressionStatistics.of(IndexDefinition.of(candidate.definition()), candidate.expressions()),
                    notes(candidate, proof)));
        }
    }

    private static List<String> notes(Candidate candidate, UsageVerdict.Unused proof) {
        List<String> notes = new ArrayList<>();
        List<LocalDate> ends = proof.monthEnds();
        notes.add(
                ends.isEmpty()
                        ? "no end of a month is within: what runs monthly was not seen"
                        : "within are the ends of "
                                + ends.stream().map(UnusedIndexes::named).collect(Collectors.joining(", "))
                                + ": what runs more rarely was not seen");
        notes.add(use(proof.use()));
        if (!candidate.expressions().isEmpty()) {
            notes.add(
                    "the planner has statistics of its expressions from it: its migration makes them first, by CREATE STATISTICS and ANALYZE; the undo takes them away");
        }
        candidate
                .leadsAlone()
                .ifPresent(column -> notes.add("no other index begins with " + column
                        + ": its minimum and maximum, and whatever else asks by it alone, will read the whole table"));
        return notes;
    }

    /** How its table is used. */
    static String use(UsageVerdict.Use use) {
        return String.format(
                Locale.ROOT,
                "its table is read %,.1f times a day; %,.1f rows a day are written to this index",
                use.reads(),
                use.indexWrites());
    }

    private static String named(LocalDate end) {
        return end.getMonthValue() == 12
                ? end + " (a year)"
                : end.getMonthValue() % 3 == 0 ? end + " (a quarter)" : end.toString();
    }

    private List<Candidate> candidates() throws SQLException {
        return Rows.all(connection, Audit.query("observed_indexes"), UnusedIndexes::candidate);
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        Optional<String> whole = optional(row, "whole_index");
        return new Candidate(
                new IndexName(text(row, "schema_name"), text(row, "index_name")),
                text(row, "table_name"),
                text(row, "definition"),
                row.getLong("size_bytes"),
                whole.isEmpty() ? Optional.empty() : Optional.of(new IndexName(text(row, "whole_schema"), whole.get())),
                optional(row, "code"),
                optional(row, "reason").orElse(""),
                List.of((String[]) row.getArray("expressions").getArray()),
                optional(row, "leads_alone"),
                row.getBoolean("has_parts"));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return ReadableText.required(row, column).text();
    }

    private static Optional<String> optional(ResultSet row, String column) throws SQLException {
        return ReadableText.of(row, column).map(ReadableText::text);
    }
}
