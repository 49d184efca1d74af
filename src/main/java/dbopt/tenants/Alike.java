package dbopt.tenants;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Findings that are the same in one or more schemas, reported as one.
 *
 * @param findings the findings, one or more
 * @param schemas the schemas of the findings, by name
 * @param group the group of these schemas; empty if the schema is in no group
 */
public record Alike<T>(List<T> findings, List<String> schemas, Optional<SchemaGroup> group) {
    public Alike {
        findings = List.copyOf(findings);
        schemas = List.copyOf(schemas);
        requireNonNull(group, "group is null");
    }

    /** The finding that stands for all. */
    public T first() {
        return findings.get(0);
    }

    /** Whether the finding is reported for several schemas at once. */
    public boolean isOfSeveral() {
        return schemas.size() > 1;
    }

    /** Returns the sum of a figure over all findings. */
    public long sum(ToLongFunction<T> figure) {
        return findings.stream().mapToLong(figure).sum();
    }

    /**
     * Returns the schemas for people, such as "2 schemas: live, staging" or "1,998 of 2,000 schemas: tenant_0001,
     * tenant_0002, tenant_0003 and 1,995 more".
     */
    public String where() {
        return SchemaNames.counted(schemas, group.map(SchemaGroup::size).orElse(schemas.size()));
    }
}
