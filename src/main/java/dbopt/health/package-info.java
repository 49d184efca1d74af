/**
 * The health report: runs every check of {@code db/health}, and reports what they found as text, JSON, a page, or metrics.
 *
 * <p>A check is one SELECT with a header, {@link dbopt.health.Check}; adding one is adding its file and its test.
 *
 * <p><b>pg-index-health.</b> Where that library has a sound query, a check includes it ({@code -- include pg-index-health
 * NAME}) and adds what the query lacks: severity, what to do, every schema at once. The query comes from the library's jar.
 * The library's Java API is not used, because its results have no place for "unknown", and none of its classes is in
 * {@code dbopt.jar}. The other queries of version 0.30.0 are not used, for these reasons:
 *
 * <ul>
 *   <li>Not sound: {@code duplicated_indexes} and {@code intersected_indexes} (ignore order, keeper and constraints);
 *       {@code unused_indexes} (ignores the age of the counters, and replicas); {@code bloated_tables} and
 *       {@code bloated_indexes} (omit what the role is not allowed to see, as if it were healthy);
 *       {@code sequence_overflow} (also omits that, and ignores the column's type);
 *       {@code foreign_keys_without_index} (takes invalid and partial indexes for good ones);
 *       {@code tables_with_missing_indexes} (alarmed by small tables); {@code indexes_with_unnecessary_where_clause}
 *       (compares parts of names); {@code possible_object_name_overflow} (counts characters, where bytes matter).
 *   <li>Matters of taste, not of health: indexes with a boolean, with nulls or with a time in the middle; serial, json,
 *       money and varchar columns; intersected foreign keys; descriptions, naming, the order and number of columns.
 * </ul>
 */
package dbopt.health;
