-- title:    Transaction number wraparound
-- severity: warning when a table's oldest row is 1.5 times as old as autovacuum lets it become (counted in transactions);
--           critical at 1.2 billion
-- why:      At 2.1 billion the server stops accepting writes. Autovacuum prevents it, unless something holds it back.
-- do:       VACUUM the table; look for long transactions, unused replication slots and failing autovacuum first.
with ages as (
    select
        pg_catalog.format('%I.%I', n.nspname, c.relname) as object,
        greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid)) as transactions,
        greatest(pg_catalog.mxid_age(c.relminmxid), pg_catalog.mxid_age(t.relminmxid)) as multixacts
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_class t on t.oid = c.reltoastrelid and c.reltoastrelid <> 0
    where c.relkind in ('r', 'm') and c.relpersistence <> 't'
),
judged as (
    select object, 'transactions' as unit, transactions as age,
        pg_catalog.current_setting('autovacuum_freeze_max_age')::numeric as limited_to
    from ages
    union all
    select object, 'multixacts', multixacts, pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::numeric
    from ages
)
select
    case when age >= 1200000000 then 'critical' else 'warning' end as severity,
    object,
    age as value,
    unit,
    pg_catalog.format('autovacuum should have run at %s', limited_to) as detail,
    'vacuum ' || object as fix
from judged
where age >= 1.5 * limited_to or age >= 1200000000
order by severity, value desc, object, unit;
