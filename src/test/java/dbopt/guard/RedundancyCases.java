package dbopt.guard;

import dbopt.guard.RedundancyCase.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The one table of cases that the guard, the view and the audit are held to: each match next to its near misses. */
public final class RedundancyCases {
    private static final String UNIQUE =
            "it is unique: its uniqueness or its name may be needed (ON CONFLICT, error handling), which the catalog cannot tell";

    /** sentence | narrow | kept | verdict | why the guard refuses (semicolons end lines). */
    private static final String PAIRS =
            """
            # the same keys
            a copy                                        | (a)                                | (a)                            | DUPLICATE
            a copy of two columns                         | (a, b)                             | (a, b)                         | DUPLICATE
            another column                                | (b)                                | (a)                            | KEPT | key 1, b, differs in the keeper: another column or expression
            another column in another direction           | (b desc)                           | (a)                            | KEPT | key 1, b, differs in the keeper: another column or expression
            the same columns in another order             | (b, a)                             | (a, b)                         | KEPT | key 1, b, differs in the keeper: another column or expression; key 2, a, differs in the keeper: another column or expression
            the same columns, the first one first         | (a, c, b)                          | (a, b, c)                      | KEPT | key 2, c, differs in the keeper: another column or expression; key 3, b, differs in the keeper: another column or expression
            one more column                               | (a, b, c)                          | (a, b)                         | KEPT | public.kept has fewer key columns
            the same column twice                         | (a, a)                             | (a)                            | KEPT | public.kept has fewer key columns
            # the leading keys
            the leading column                            | (a)                                | (a, b)                         | PREFIX
            two leading columns                           | (a, b)                             | (a, b, c)                      | PREFIX
            the leading column, of a unique index         | (a)                                | unique (a, b)                  | PREFIX
            the second column                             | (b)                                | (a, b)                         | KEPT | key 1, b, differs in the keeper: another column or expression
            the first and the third column                | (a, c)                             | (a, b, c)                      | KEPT | key 2, c, differs in the keeper: another column or expression
            column 1 is not a prefix of column 10            | (a)                                | (j, b)                         | KEPT | key 1, a, differs in the keeper: another column or expression
            columns 1 and 0 are not column 10             | (a, (b + 1))                       | (j, (b + 1))                   | KEPT | key 1, a, differs in the keeper: another column or expression
            columns 1 and 11 are not columns 11 and 1     | (a, k)                             | (k, a)                         | KEPT | key 1, a, differs in the keeper: another column or expression; key 2, k, differs in the keeper: another column or expression
            the leading column of an INCLUDE only         | (b)                                | (a) include (b)                | KEPT | key 1, b, differs in the keeper: another column or expression
            a key that is INCLUDEd behind the leading one | (a, b)                             | (a) include (b)                | KEPT | public.kept has fewer key columns
            a key beside another column that is INCLUDEd  | (a, c)                             | (a) include (b)                | KEPT | public.kept has fewer key columns
            # INCLUDE
            the same INCLUDE                              | (a) include (b)                    | (a) include (b)                | DUPLICATE
            INCLUDE in another order                      | (a) include (b, c)                 | (a) include (c, b)             | DUPLICATE
            INCLUDE beside more INCLUDE                   | (a) include (b)                    | (a) include (b, c)             | DUPLICATE
            none beside an INCLUDE                        | (a)                                | (a) include (b)                | DUPLICATE
            INCLUDE of a key of the keeper                | (a) include (b)                    | (a, b)                         | PREFIX
            INCLUDE of keys and INCLUDEd columns          | (a) include (b, c)                 | (a, b) include (c)             | PREFIX
            INCLUDE that the keeper lacks                 | (a) include (b)                    | (a)                            | KEPT | public.kept lacks a column that it INCLUDEs
            INCLUDE of which the keeper lacks one         | (a) include (b, c)                 | (a, b)                         | KEPT | public.kept lacks a column that it INCLUDEs
            # direction and NULLS
            the same direction                            | (a desc, b)                        | (a desc, b)                    | DUPLICATE
            the same NULLS order spelled out              | (a desc nulls first)               | (a desc)                       | DUPLICATE
            the leading column in the same direction      | (a desc)                           | (a desc, b)                    | PREFIX
            another direction of one column               | (a, b desc)                        | (a, b)                         | KEPT | key 2, b, differs in the keeper: another sort order
            another NULLS order                           | (b nulls first)                    | (b)                            | KEPT | key 1, b, differs in the keeper: another sort order
            another direction with the same NULLS order   | (b desc nulls last)                | (b)                            | KEPT | key 1, b, differs in the keeper: another sort order
            the whole order reversed                      | (a desc)                           | (a)                            | REVIEW | key 1, a, differs in the keeper: another sort order
            the whole order reversed, NULLS too           | (b desc nulls last, a desc)        | (b nulls first, a)             | REVIEW | key 1, b, differs in the keeper: another sort order; key 2, a, differs in the keeper: another sort order
            the leading column reversed                   | (a desc)                           | (a, b)                         | REVIEW | key 1, a, differs in the keeper: another sort order
            # operator classes and their parameters
            the same operator class                       | (name text_pattern_ops)            | (name text_pattern_ops)        | DUPLICATE
            the default operator class spelled out        | (name text_ops)                    | (name)                         | DUPLICATE
            patterns beside the default                   | (name text_pattern_ops)            | (name)                         | REVIEW | key 1, name, differs in the keeper: another operator class
            the default beside patterns                   | (name)                             | (name text_pattern_ops)        | KEPT | key 1, name, differs in the keeper: another operator class
            another name of the same operators            | (name varchar_ops)                 | (name)                         | REVIEW | key 1, name, differs in the keeper: another operator class
            another name of the same operators at the head | (name)                             | (name varchar_ops, a)          | REVIEW | key 1, name, differs in the keeper: another operator class
            another name of the same patterns             | (name varchar_pattern_ops)         | (name text_pattern_ops)        | REVIEW | key 1, name, differs in the keeper: another operator class
            patterns beside another name of the default   | (name text_pattern_ops)            | (name varchar_ops)             | REVIEW | key 1, name, differs in the keeper: another operator class
            another operator class of the second key      | (a, name text_pattern_ops)         | (a, name)                      | REVIEW | key 2, name, differs in the keeper: another operator class
            two keys of patterns beside the defaults      | (name text_pattern_ops, name text_pattern_ops) | (name, name)       | REVIEW | key 1, name, differs in the keeper: another operator class; key 2, name, differs in the keeper: another operator class
            the same operator class of a document         | using gin (doc jsonb_path_ops)     | using gin (doc jsonb_path_ops) | DUPLICATE
            paths beside a whole document                 | using gin (doc jsonb_path_ops)     | using gin (doc)                | KEPT | key 1, doc, differs in the keeper: another operator class
            the same signature length                     | using gist (words tsvector_ops (siglen = 100)) | using gist (words tsvector_ops (siglen = 100)) | DUPLICATE
            another signature length                      | using gist (words tsvector_ops (siglen = 100)) | using gist (words tsvector_ops (siglen = 200)) | KEPT | key 1, words, differs in the keeper: another operator class
            a signature length beside the default         | using gist (words tsvector_ops (siglen = 100)) | using gist (words) | KEPT | key 1, words, differs in the keeper: another operator class
            the same signature length beside an INCLUDE   | using gist (words tsvector_ops (siglen = 100)) | using gist (words tsvector_ops (siglen = 100)) include (a) | DUPLICATE
            a signature length of another key             | using gist (words tsvector_ops (siglen = 100), words) | using gist (words, words tsvector_ops (siglen = 100)) | KEPT | key 1, words, differs in the keeper: another operator class; key 2, words, differs in the keeper: another operator class
            # collations
            the same collation                            | (name collate "C")                 | (name collate "C")             | DUPLICATE
            another collation                             | (name collate "C")                 | (name)                         | KEPT | key 1, name, differs in the keeper: another collation
            another collation of the second key           | (a, name collate "C")              | (a, name collate "POSIX")      | KEPT | key 2, name, differs in the keeper: another collation
            another collation of a later key              | (a)                                | (a, name collate "C")          | PREFIX
            # expressions
            the same expression                           | (lower(name))                      | (lower(name))                  | DUPLICATE
            the same expression at the head               | (lower(name))                      | (lower(name), a)               | PREFIX
            a column before the same expression           | (a, (b + c))                       | (a, (b + c), j)                | PREFIX
            the same expression laid out differently      | (( b+c ))                          | ((b + c))                      | DUPLICATE
            an expression beside its column               | (lower(name))                      | (name)                         | KEPT | key 1, lower(name), differs in the keeper: another column or expression
            a column beside its expression                | (name)                             | (lower(name))                  | KEPT | key 1, name, differs in the keeper: another column or expression
            another expression                            | (lower(name))                      | (upper(name))                  | KEPT | key 1, lower(name), differs in the keeper: another column or expression
            another constant in the expression            | ((b + 1))                          | ((b + 2))                      | KEPT | key 1, (b + 1), differs in the keeper: another column or expression
            another collation inside the expression       | (lower(name collate "C"))          | (lower(name))                  | KEPT | key 1, lower(name COLLATE "C"), differs in the keeper: another column or expression
            an expression before the only key of the other | (lower(name), a)                  | (a)                            | KEPT | public.kept has fewer key columns
            # partial
            the same predicate                            | (a) where b > 0                    | (a) where b > 0                | DUPLICATE
            the same predicate, more keys                 | (a) where b > 0                    | (a, b) where b > 0             | PREFIX
            another predicate                             | (a) where b > 0                    | (a) where b > 1                | KEPT | public.kept has another predicate
            a full index beside a partial one             | (a)                                | (a) where b > 0                | KEPT | public.kept has another predicate
            a partial index beside a full one             | (a) where b > 0                    | (a)                            | KEPT | public.kept has another predicate
            a partial index of key values beside a full one | (a) where a > 0                    | (a)                            | REVIEW | public.kept has another predicate
            a partial index beside a wider full one       | (a) where b > 0                    | (a, b)                         | REVIEW | public.kept has another predicate
            a partial index beside one that INCLUDEs its predicate | (a) where b > 0                    | (a) include (b)                | REVIEW | public.kept has another predicate
            a partial index beside one that lacks a column of two | (a) where b > 0 and c > 0          | (a, b)                         | KEPT | public.kept has another predicate
            a partial index by a whole row                | (a) where t is not null            | (a, (b + c))                   | KEPT | public.kept has another predicate
            # other access methods: equal, or nothing
            the same hash                                 | using hash (a)                     | using hash (a)                 | DUPLICATE
            a hash beside a btree                         | using hash (a)                     | (a)                            | REVIEW | it is a hash index, public.kept a btree index
            a hash beside a btree that leads with its column | using hash (b)                     | (b desc nulls last, a)         | REVIEW | it is a hash index, public.kept a btree index
            a hash beside a btree on another column       | using hash (b)                     | (a, b)                         | KEPT | it is a hash index, public.kept a btree index
            a hash beside a btree of some rows            | using hash (a)                     | (a) where b > 0                | KEPT | it is a hash index, public.kept a btree index; public.kept has another predicate
            a hash beside a btree of another collation    | using hash (name collate "C")      | (name)                         | KEPT | it is a hash index, public.kept a btree index
            a btree beside a hash                         | (a)                                | using hash (a)                 | KEPT | it is a btree index, public.kept a hash index
            the same gin                                  | using gin (tags)                   | using gin (tags)               | DUPLICATE
            the leading column of a gin                   | using gin (tags)                   | using gin (tags, doc)          | KEPT | the leading columns of a gin index do not serve as an index of their own
            the columns of a gin in another order         | using gin (tags, doc)              | using gin (doc, tags)          | KEPT | key 1, tags, differs in the keeper: another column or expression; key 2, doc, differs in the keeper: another column or expression
            the same gist                                 | using gist (during)                | using gist (during)            | DUPLICATE
            the leading column of a gist                  | using gist (during)                | using gist (during, words)     | KEPT | the leading columns of a gist index do not serve as an index of their own
            a gist that gives back its INCLUDE            | using gist (during) include (a)    | using gist (during) include (a, b) | DUPLICATE
            a gist that INCLUDEs its own key              | using gist (during) include (during) | using gist (during)          | KEPT | public.kept lacks a column that it INCLUDEs
            the same spgist                               | using spgist (during)              | using spgist (during)          | DUPLICATE
            the same brin                                 | using brin (moment)                | using brin (moment)            | DUPLICATE
            the leading column of a brin                  | using brin (moment)                | using brin (moment, a)         | KEPT | the leading columns of a brin index do not serve as an index of their own
            # storage options
            another fill factor                           | (a) with (fillfactor = 50)         | (a)                            | DUPLICATE
            another deduplication                         | (a) with (deduplicate_items = off) | (a) with (fillfactor = 70)     | DUPLICATE
            the same pages a range                        | using brin (moment) with (pages_per_range = 16) | using brin (moment) with (pages_per_range = 16) | DUPLICATE
            other pages a range                           | using brin (moment) with (pages_per_range = 16) | using brin (moment) with (pages_per_range = 32) | REVIEW | public.kept has other storage options
            pages a range beside the default              | using brin (moment) with (pages_per_range = 16) | using brin (moment) | REVIEW | public.kept has other storage options
            storage options in another order              | using brin (moment) with (pages_per_range = 16, autosummarize) | using brin (moment) with (autosummarize, pages_per_range = 16) | DUPLICATE
            another way to take in new entries            | using gin (tags) with (fastupdate = off) | using gin (tags)         | REVIEW | public.kept has other storage options
            # uniqueness
            a copy of a unique index                      | (a)                                | unique (a)                     | DUPLICATE
            a unique index beside a plain one             | unique (a)                         | (a)                            | KEPT | UNIQUE
            a unique index beside a plain one, which INCLUDEs more | unique (a)                | (a) include (b)                | KEPT | UNIQUE
            a unique index of some rows beside one of all | unique (a) where b > 0             | unique (a)                     | KEPT | public.kept has another predicate; UNIQUE
            two unique indexes                            | unique (a)                         | unique (a)                     | REVIEW | UNIQUE
            a unique index beside one on more columns     | unique (a)                         | unique (a, b)                  | KEPT | UNIQUE
            a unique index beside one on fewer columns    | unique (a, b)                      | unique (a)                     | REVIEW | public.kept has fewer key columns; UNIQUE
            a unique index beside one on its last column  | unique (b, a)                      | unique (a)                     | REVIEW | public.kept has fewer key columns; UNIQUE
            a unique index beside one on another column   | unique (a, b)                      | unique (c)                     | KEPT | public.kept has fewer key columns; UNIQUE
            a unique index beside a narrower one of some rows | unique (a, b)                      | unique (a) where c > 0         | KEPT | public.kept has fewer key columns; public.kept has another predicate; UNIQUE
            a unique index of some rows beside a narrower one | unique (a, b) where c > 0          | unique (a)                     | REVIEW | public.kept has fewer key columns; public.kept has another predicate; UNIQUE
            a unique index beside a narrower one of another collation | unique (a, name collate "C")       | unique (name)                  | KEPT | public.kept has fewer key columns; UNIQUE
            two unique indexes, the keeper INCLUDEs more  | unique (a)                         | unique (a) include (b)         | REVIEW | UNIQUE
            two unique indexes, the keeper INCLUDEs less  | unique (a) include (b)             | unique (a)                     | KEPT | public.kept lacks a column that it INCLUDEs; UNIQUE
            unique keys of which the keeper has one more  | unique (a) include (b)             | unique (a, b)                  | KEPT | UNIQUE
            unique keys of which the keeper INCLUDEs one  | unique (a, b)                      | unique (a) include (b)         | REVIEW | public.kept has fewer key columns; UNIQUE
            two unique indexes with other predicates      | unique (a)                         | unique (a) where b > 0         | KEPT | public.kept has another predicate; UNIQUE
            two unique indexes in reversed order          | unique (a desc)                    | unique (a)                     | REVIEW | UNIQUE; key 1, a, differs in the keeper: another sort order
            """;

    private static final String NULLS_NOT_DISTINCT =
            """
            two unique indexes, only one takes nulls for equal | unique (b) nulls not distinct | unique (b)                     | KEPT | UNIQUE
            two unique indexes, both take nulls for equal | unique (b) nulls not distinct      | unique (b) nulls not distinct  | REVIEW | UNIQUE
            nulls that the narrower one does not refuse   | unique (a, b) nulls not distinct   | unique (b)                     | KEPT | public.kept has fewer key columns; UNIQUE
            nulls that the narrower one refuses too       | unique (a, b) nulls not distinct   | unique (b) nulls not distinct  | REVIEW | public.kept has fewer key columns; UNIQUE
            a copy of a unique index that takes nulls for equal | (b)                          | unique (b) nulls not distinct  | DUPLICATE
            """;

    private RedundancyCases() {}

    /** All cases that a server of this major version can hold. */
    public static List<RedundancyCase> all(int serverVersion) {
        List<RedundancyCase> cases = new ArrayList<>();
        PAIRS.lines()
                .filter(line -> !line.startsWith("#"))
                .map(RedundancyCases::pair)
                .forEach(cases::add);
        if (serverVersion >= 15) {
            NULLS_NOT_DISTINCT.lines().map(RedundancyCases::pair).forEach(cases::add);
        }
        others().forEach(cases::add);
        MeaningCases.all().forEach(cases::add);
        return cases;
    }

    private static Stream<RedundancyCase> others() {
        return Stream.of(
                // constraints and what else depends on an index
                of("a copy of the primary key's", Verdict.DUPLICATE, "")
                        .with("alter table t add constraint kept primary key (a)", "create index narrow on t (a)"),
                of("the leading column of the primary key's", Verdict.PREFIX, "")
                        .with("alter table t add constraint kept primary key (a, b)", "create index narrow on t (a)"),
                of("a copy of a deferrable constraint's", Verdict.DUPLICATE, "")
                        .with(
                                "alter table t add constraint kept unique (a) deferrable",
                                "create index narrow on t (a)"),
                of("a copy of an exclusion constraint's", Verdict.DUPLICATE, "")
                        .with(
                                "alter table t add constraint kept exclude using gist (during with &&)",
                                "create index narrow on t using gist (during)"),
                of("an exclusion constraint's beside a copy", Verdict.KEPT, "the constraint narrow needs it")
                        .with(
                                "alter table t add constraint narrow exclude using gist (during with &&)",
                                "create index kept on t using gist (during)"),
                of(
                                "an exclusion constraint's of a btree, which is not unique",
                                Verdict.KEPT,
                                "the constraint narrow needs it")
                        .with("alter table t add constraint narrow exclude (a with =)", "create index kept on t (a)"),
                of(
                                "an exclusion constraint's in reversed order",
                                Verdict.KEPT,
                                "the constraint narrow needs it\nkey 1, a, differs in the keeper: another sort order")
                        .with(
                                "alter table t add constraint narrow exclude (a desc with =)",
                                "create index kept on t (a)"),
                of("the primary key's beside a plain copy", Verdict.KEPT, UNIQUE + "\nthe constraint narrow needs it")
                        .with("alter table t add constraint narrow primary key (a)", "create index kept on t (a)"),
                of(
                                "a unique constraint's beside the primary key's",
                                Verdict.REVIEW,
                                UNIQUE + "\nthe constraint narrow needs it")
                        .with(
                                "alter table t add constraint kept primary key (a)",
                                "alter table t add constraint narrow unique (a)"),
                of("a unique index beside a deferrable constraint's", Verdict.KEPT, UNIQUE)
                        .with(
                                "alter table t add constraint kept unique (a) deferrable",
                                "create unique index narrow on t (a)"),
                of(
                                "a unique index that another table's foreign key depends on",
                                Verdict.KEPT,
                                UNIQUE + "\nthe foreign key child_a_fkey of public.child depends on it")
                        .with(
                                "create unique index narrow on t (a)",
                                "create table child (a int references t (a))",
                                "create unique index kept on t (a)"),
                of(
                                "the replica identity",
                                Verdict.KEPT,
                                UNIQUE
                                        + "\nit is the replica identity of its table: logical replication would lose UPDATE and DELETE")
                        .with(
                                "create unique index kept on t (a)",
                                "create unique index narrow on t (a)",
                                "alter table t replica identity using index narrow"),
                of("a copy of the replica identity", Verdict.DUPLICATE, "")
                        .with(
                                "create unique index kept on t (a)",
                                "create index narrow on t (a)",
                                "alter table t replica identity using index kept"),
                of(
                                "the index that the table is clustered on",
                                Verdict.KEPT,
                                "its table is clustered on it: CLUSTER would fail")
                        .with("create index kept on t (a)", "create index narrow on t (a)", "cluster t using narrow"),
                of(
                                "the leading column, which the table is clustered on",
                                Verdict.REVIEW,
                                "its table is clustered on it: CLUSTER would fail")
                        .with(
                                "create index kept on t (a, b)",
                                "create index narrow on t (a)",
                                "cluster t using narrow"),
                of("a copy of the index that the table is clustered on", Verdict.DUPLICATE, "")
                        .with("create index kept on t (a)", "create index narrow on t (a)", "cluster t using kept"),
                // partitions
                of(
                                "an index of a partitioned table, which cannot go alone",
                                Verdict.KEPT,
                                "it is the index of a partitioned table: it cannot be dropped concurrently")
                        .with(
                                "create table p (a int, b int) partition by range (a)",
                                "create table t1 partition of p for values from (0) to (10)",
                                "create index kept on p (a, b)",
                                "create index narrow on p (a)"),
                of("a partition's part of a partitioned index", Verdict.KEPT, "it belongs to a partitioned index")
                        .with(
                                "create table p (a int, b int) partition by range (a)",
                                "create table t1 partition of p for values from (0) to (10)",
                                "create index kept on t1 (a, b)",
                                "create index narrow on t1 (a)",
                                "create index on p (a)"),
                of("a partition's own index beside its part of a partitioned one", Verdict.DUPLICATE, "")
                        .with(
                                "create table p (a int, b int) partition by range (a)",
                                "create table t1 partition of p for values from (0) to (10)",
                                "create index kept on t1 (a)",
                                "create index on p (a)",
                                "create index narrow on t1 (a)"),
                // other kinds of tables
                of("on a materialised view", Verdict.PREFIX, "")
                        .with(
                                "create materialized view m as select a, b from t",
                                "create index kept on m (a, b)",
                                "create index narrow on m (a)"),
                of("on an unlogged table", Verdict.DUPLICATE, "")
                        .with(
                                "create unlogged table u (a int)",
                                "create index kept on u (a)",
                                "create index narrow on u (a)"),
                of("on a temporary table", Verdict.KEPT, "it is on a temporary table")
                        .with(
                                "create temporary table t2 (a int)",
                                "create index kept on t2 (a)",
                                "create index narrow on t2 (a)"),
                of("on another table", Verdict.KEPT, "public.kept is on another table")
                        .with("create table t2 (a int)", "create index kept on t2 (a)", "create index narrow on t (a)"),
                of("on another table, INCLUDE and all", Verdict.KEPT, "public.kept is on another table")
                        .with(
                                "create table t2 (a int, z int)",
                                "create index kept on t2 (a)",
                                "create index narrow on t (a) include (b)"),
                of("on a table of an extension", Verdict.KEPT, "it belongs to an extension")
                        .with(
                                "create index kept on t (a)",
                                "create index narrow on t (a)",
                                "reset role",
                                "alter extension plpgsql add table t"),
                of("on a materialised view that goes with an extension", Verdict.DUPLICATE, "")
                        .with(
                                "create materialized view m as select a from t",
                                "create index kept on m (a)",
                                "create index narrow on m (a)",
                                "alter materialized view m depends on extension plpgsql"),
                of(
                                "on a table beside one of an extension",
                                Verdict.KEPT,
                                "key 1, a, differs in the keeper: another column or expression")
                        .with(
                                "create index kept on t (b)",
                                "create index narrow on t (a)",
                                "create table theirs (a int)",
                                "reset role",
                                "alter extension plpgsql add table theirs"),
                of("on a table with the number of an extension's function", Verdict.DUPLICATE, "")
                        .with(
                                "create index kept on t (a)",
                                "create index narrow on t (a)",
                                "reset role",
                                "insert into pg_depend select 'pg_proc'::regclass, 't'::regclass, 0, 'pg_extension'::regclass, oid, 0, 'e' from pg_extension where extname = 'plpgsql'"),
                of("on a table of the catalog", Verdict.KEPT, "it is on a system table")
                        .with(
                                "reset role",
                                "set local allow_system_table_mods = on",
                                "create table pg_catalog.s (a int)",
                                "create index kept on pg_catalog.s (a)",
                                "create index narrow on pg_catalog.s (a)"),
                of("on a table of a system schema", Verdict.KEPT, "it is on a system table")
                        .with(
                                "reset role",
                                "create table information_schema.s (a int)",
                                "create index kept on information_schema.s (a)",
                                "create index narrow on information_schema.s (a)"),
                // keepers that do not serve
                of(
                                "beside an invalid index",
                                Verdict.KEPT,
                                "public.kept is not valid: repair it with REINDEX INDEX CONCURRENTLY public.kept")
                        .with(
                                "create index kept on t (a, b)",
                                "create index narrow on t (a)",
                                "reset role",
                                "update pg_index set indisvalid = false where indexrelid = 'kept'::regclass"),
                of(
                                "beside an index that is being built",
                                Verdict.KEPT,
                                "public.kept is not valid: repair it with REINDEX INDEX CONCURRENTLY public.kept")
                        .with(
                                "create index kept on t (a, b)",
                                "create index narrow on t (a)",
                                "reset role",
                                "update pg_index set indisready = false, indisvalid = false where indexrelid = 'kept'::regclass"),
                of(
                                "beside an index that is being dropped",
                                Verdict.KEPT,
                                "public.kept is not valid: repair it with REINDEX INDEX CONCURRENTLY public.kept")
                        .with(
                                "create index kept on t (a, b)",
                                "create index narrow on t (a)",
                                "reset role",
                                "update pg_index set indislive = false where indexrelid = 'kept'::regclass"),
                of(
                                "beside an index that older transactions may not use",
                                Verdict.REVIEW,
                                "public.kept may not serve older transactions yet (indcheckxmin): REINDEX INDEX CONCURRENTLY public.kept settles it")
                        .with(
                                "create index kept on t (a, b)",
                                "create index narrow on t (a)",
                                "reset role",
                                "update pg_index set indcheckxmin = true where indexrelid = 'kept'::regclass"),
                of("that older transactions may not use", Verdict.DUPLICATE, "")
                        .with(
                                "create index kept on t (a)",
                                "create index narrow on t (a)",
                                "reset role",
                                "update pg_index set indcheckxmin = true where indexrelid = 'narrow'::regclass"),
                of("in another tablespace", Verdict.DUPLICATE, "")
                        .with("create index kept on t (a)", "create index narrow on t (a) tablespace " + TABLESPACE),
                // functions and operators of the same name in another schema
                of(
                                "the same function of another schema",
                                Verdict.KEPT,
                                "key 1, other.f(a), differs in the keeper: another column or expression")
                        .with(
                                "create schema other",
                                "create function other.f(int) returns int language sql immutable return $1",
                                "create function f(int) returns int language sql immutable return -$1",
                                "create index kept on t (f(a))",
                                "create index narrow on t (other.f(a))"));
    }

    /** The tablespace that the tests create. */
    static final String TABLESPACE = "other_disk";

    private static RedundancyCase pair(String line) {
        List<String> cells = Arrays.stream(line.split("\\|")).map(String::trim).toList();
        String reasons = cells.size() < 5 ? "" : cells.get(4);
        return new RedundancyCase(
                cells.get(0),
                List.of(createIndex("kept", cells.get(2)), createIndex("narrow", cells.get(1))),
                Verdict.valueOf(cells.get(3)),
                reasons.replace("UNIQUE", UNIQUE).replace("; ", "\n"));
    }

    private static String createIndex(String name, String definition) {
        boolean unique = definition.startsWith("unique ");
        return "create " + (unique ? "unique " : "") + "index " + name + " on t "
                + (unique ? definition.substring("unique ".length()) : definition);
    }

    private static Unmade of(String sentence, Verdict verdict, String reasons) {
        return new Unmade(sentence, verdict, reasons);
    }

    private record Unmade(String sentence, Verdict verdict, String reasons) {
        RedundancyCase with(String... setup) {
            return new RedundancyCase(sentence, List.of(setup), verdict, reasons);
        }
    }
}
