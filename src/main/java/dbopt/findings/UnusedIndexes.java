package dbopt.findings;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dbopt.accepted.IndexDefinition;
import dbopt.evidence.EqualVerdicts;
import dbopt.evidence.EvidenceFile;
import dbopt.evidence.IndexPart;
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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the indexes of the application that no node has scanned, by the observations and the catalog, in the audit's
 * transaction.
 */
public final class UnusedIndexes {
    /**
     * Codes of indexes that a statement which builds an index would not restore: something else would be missing, or the index
     * serves no query.
     */
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
     * An index of the application, with what the catalog says about it.
     *
     * @param whole the partitioned index that this index is a part of; empty if it is not a part
     * @param code why counters are not allowed to decide about the index; empty if they are
     * @param expressions the index's keys, if the planner's statistics of its expressions are the only reason of {@code code};
     *     an empty string for a key that is a column
     * @param leadsAlone the first column, if no other btree index begins with it
     */
    private record Candidate(
            long oid,
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
        /**
         * Returns a copy of this partitioned index with the size of its parts and, if nothing stops counters from deciding
         * about the index itself, with the reason that stops them for one of its parts.
         */
        Candidate with(List<Candidate> parts) {
            Optional<Candidate> held = code.isPresent()
                    ? Optional.empty()
                    : parts.stream().filter(part -> part.code().isPresent()).findFirst();
            return new Candidate(
                    oid,
                    name,
                    table,
                    definition,
                    parts.stream().mapToLong(Candidate::bytes).sum(),
                    whole,
                    held.map(part -> part.code().orElseThrow()).or(() -> code),
                    held.map(part -> "its part %s: %s".formatted(part.name().index(), part.reason()))
                            .orElse(reason),
                    List.of(), // each part has its own statistics of expressions
                    leadsAlone,
                    hasParts);
        }

        IndexPart asPart() {
            return new IndexPart(name.schema(), name.index(), definition);
        }

        /**
         * Whether the index does its work without being scanned, or cannot be dropped. One that only has statistics of
         * expressions is not held, since they can be created without it.
         */
        boolean isHeld() {
            return code.isPresent() && expressions.isEmpty();
        }

        /**
         * Returns the statement that builds the index again; empty if that would not restore everything that is dropped with
         * the index.
         */
        Optional<String> wayBack(Optional<PartitionedParts> parts) {
            return code.filter(MORE_THAN_AN_INDEX::contains).isPresent()
                    ? Optional.empty()
                    : Optional.of(parts.map(PartitionedParts::undoSql).orElseGet(() -> IndexDefinition.of(definition)
                            .createConcurrently(Optional.empty(), Optional.empty())));
        }
    }

    /** What the observations say about an index, without regard to equal schemas. */
    private record Counted(Candidate candidate, boolean isJudged, UsageVerdict verdict) {}

    /**
     * Prepares the search.
     *
     * @param judged indexes that the catalog alone has judged, about which counters add nothing
     * @param schemas which schemas are equal: an index is unused only if its counterparts in all equal schemas are unused too
     */
    UnusedIndexes(Connection connection, EvidenceFile file, Set<IndexName> judged, EqualSchemas schemas) {
        this.schemas = schemas;
        this.connection = connection;
        this.file = file;
        this.judged = Set.copyOf(judged);
    }

    /**
     * Returns what the observations say about every index that is not proven redundant.
     *
     * @param needsReview the indexes that a person has to judge, to which the observations may add something
     */
    EvidenceFindings findings(List<IndexNeedingReview> needsReview) throws SQLException {
        Instant now;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Audit.query("cluster"))) {
            row.next();
            file.requireOf(row.getString("cluster"), row.getString("database"));
            now = row.getObject("now", OffsetDateTime.class).toInstant();
        }
        List<Candidate> candidates = candidates();
        Map<IndexName, List<Candidate>> parts = candidates.stream()
                .filter(candidate -> candidate.whole().isPresent())
                .collect(groupingBy(candidate -> candidate.whole().orElseThrow()));
        List<Counted> counted = new ArrayList<>();
        for (Candidate candidate : candidates) {
            List<Candidate> own = parts.getOrDefault(candidate.name(), List.of());
            boolean isJudged = Stream.concat(Stream.of(candidate), own.stream())
                    .map(Candidate::name)
                    .anyMatch(judged::contains);
            boolean speaks =
                    !isJudged || schemas.groupOf(candidate.name().schema()).isPresent();
            if (candidate.whole().isEmpty() && speaks) {
                counted.add(new Counted(
                        candidate.hasParts() ? candidate.with(own) : candidate,
                        isJudged,
                        verdict(candidate, own, now)));
            }
        }
        List<Counted> judgedTogether = inTheLightOfEqualSchemas(counted);
        Map<Long, PartitionedParts> partsOfUnused = PartsReader.of(
                connection,
                judgedTogether.stream()
                        .filter(found -> found.candidate().hasParts() && found.verdict() instanceof UsageVerdict.Unused)
                        .map(found -> found.candidate().oid())
                        .toList());
        judgedTogether.forEach(found -> add(
                found.candidate(),
                found.verdict(),
                Optional.ofNullable(partsOfUnused.get(found.candidate().oid()))));
        ReviewWitness witness = new ReviewWitness(file, now);
        return new EvidenceFindings(
                needsReview.stream().map(witness::on).toList(),
                unused,
                excluded,
                unknown,
                usedElsewhere(counted, judgedTogether));
    }

    /**
     * Returns the indexes that the catalog has not judged, each with a verdict that takes its counterparts in equal schemas
     * into account.
     */
    private List<Counted> inTheLightOfEqualSchemas(List<Counted> counted) {
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
        return counted.stream()
                .filter(index -> !index.isJudged())
                .map(index -> new Counted(index.candidate(), false, verdicts.get(index)))
                .toList();
    }

    /** Counts the indexes that are unused by their own counters, but used in an equal schema. */
    private static int usedElsewhere(List<Counted> alone, List<Counted> together) {
        Map<IndexName, UsageVerdict> then =
                together.stream().collect(toMap(index -> index.candidate().name(), Counted::verdict));
        return (int) alone.stream()
                .filter(index -> !index.isJudged()
                        && !index.candidate().isHeld()
                        && index.verdict() instanceof UsageVerdict.Unused
                        && then.get(index.candidate().name()) instanceof UsageVerdict.Used)
                .count();
    }

    /** Returns the verdict of the observations on an index; for a partitioned index, on its parts. */
    private UsageVerdict verdict(Candidate candidate, List<Candidate> parts, Instant now) {
        if (candidate.hasParts()) {
            List<IndexPart> leaves = parts.stream()
                    .filter(part -> !part.hasParts())
                    .map(Candidate::asPart)
                    .toList();
            String whole = IndexDefinition.of(candidate.definition()).qualifiedName();
            return file.evidence().ofWhole(whole, leaves, now, file.atLeast());
        }
        return file.evidence()
                .of(candidate.name().schema(), candidate.name().index(), candidate.definition(), now, file.atLeast());
    }

    /**
     * Adds an index to the findings that its verdict calls for.
     *
     * @param parts the parts of a partitioned index that is unused; empty for any other index
     */
    private void add(Candidate candidate, UsageVerdict verdict, Optional<PartitionedParts> parts) {
        String schema = candidate.name().schema();
        String index = candidate.name().index();
        boolean hinted = file.evidence().isHinted(index);
        if (candidate.code().equals(Optional.of(ShardedIndexes.CODE))) {
            if (!(verdict instanceof UsageVerdict.Used)) {
                unknown.add(new UnknownIndex(
                        schema,
                        candidate.table(),
                        index,
                        candidate.bytes(),
                        new UsageVerdict.Unknown(ShardedIndexes.CODE, candidate.reason())));
            }
        } else if (verdict instanceof UsageVerdict.Unknown missing) {
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
                    candidate.wayBack(parts),
                    List.of(),
                    List.of()));
        } else if (verdict instanceof UsageVerdict.Unused proof) {
            unused.add(new UnusedIndex(
                    schema,
                    candidate.table(),
                    index,
                    OptionalLong.of(candidate.bytes()),
                    candidate.definition(),
                    candidate.wayBack(parts).orElseThrow(),
                    parts,
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
                        ? "this time contains no end of a month: monthly jobs were not observed"
                        : "this time contains the month ends "
                                + ends.stream().map(UnusedIndexes::named).collect(Collectors.joining(", "))
                                + ": jobs that run more rarely were not observed");
        notes.add(use(candidate.hasParts(), proof.use()));
        if (!candidate.expressions().isEmpty()) {
            notes.add(
                    "the planner has statistics of its expressions from it: its migration first creates them with CREATE STATISTICS and ANALYZE; the undo drops them");
        }
        candidate
                .leadsAlone()
                .ifPresent(
                        column -> notes.add(
                                "no other index begins with " + column
                                        + ": queries for its minimum or maximum, or that filter by this column alone, will read the whole table"));
        return notes;
    }

    /** Returns a note on how the index's table is used. */
    public static String use(boolean hasParts, UsageVerdict.Use use) {
        return String.format(
                Locale.ROOT,
                hasParts
                        ? "its partitions are read %,.1f times a day in all; %,.1f rows a day are written to its parts"
                        : "its table is read %,.1f times a day; %,.1f rows a day are written to this index",
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
                row.getLong("index_oid"),
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
