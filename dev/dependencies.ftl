<#-- What mvn -Pdependencies writes DEPENDENCIES.md from. -->
# What dbopt is made of

Written by `mvn package -DskipTests -Pdependencies`; a test fails when it no longer fits `pom.xml`. What is marked with a star
is not in `dbopt.jar`: it lies beside it, for the embedded PostgreSQL alone, whose own programs (PostgreSQL licence) come
with `io.zonky.test.postgres`. Of `pg-index-health-core` the jar has the SQL alone; what that library needs besides, marked
with two stars, is not shipped.

| | version | licence |
|---|---|---|
<#list dependencyMap as entry>
<#assign artifact = entry.getKey()>
<#assign unused = artifact.artifactId?matches("pg-index-health-(jdbc-connection|model)|jspecify")?then(" **", "")>
<#assign beside = artifact.groupId?matches("io[.]zonky[.]test.*|org[.]slf4j|org[.]apache[.]commons|commons-.*|org[.]tukaani")?then(" *", "")>
| ${artifact.groupId}:${artifact.artifactId}${beside}${unused} | ${artifact.version} | ${entry.getValue()?join(" or ")} |
</#list>
