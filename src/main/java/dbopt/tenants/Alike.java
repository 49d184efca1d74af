package dbopt.tenants;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Findings that are one: the same in each of these schemas.
 *
 * @param findings one or more
 * @param schemas where they are, by name
 * @param group the group of these schemas; empty if the finding's schema is like no other
 */
public record Alike<T>(List<T> findings, List<String> schemas, Optional<SchemaGroup> group) {
    public Alike {
        findings = List.copyOf(findings);
        schemas = List.copyOf(schemas);
        requireNonNull(group, "group is null");
    }

    /** The one that stands for all. */
    public T first() {
        return findings.get(0);
    }

    /** Whether it is reported for several schemas at once. */
    public boolean isOfSeveral() {
        return schemas.size() > 1;
    }

    /** The figure of all of them together. */
    public long sum(ToLongFunction<T> figure) {
        return findings.stream().mapToLong(figure).sum();
    }

    /** Such as "2 schemas: live, staging" and "1,998 of 2,000 schemas: tenant_0001, tenant_0002, tenant_0003 and 1,995 more". */
    public String where() {
        return SchemaNames.counted(schemas, group.map(SchemaGroup::size).orElse(schemas.size()));
    }
}
