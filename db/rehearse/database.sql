-- How this database encodes and sorts text; a twin that sorted otherwise would use other indexes.
-- Reads only the catalog; PostgreSQL 14 to 18 (the provider since 15; the name of its locale was another until 16).
select
    pg_catalog.pg_encoding_to_char(d.encoding) as encoding,
    d.datcollate as lc_collate,
    d.datctype as lc_ctype,
    coalesce(facts ->> 'datlocprovider', 'c') as provider,
    coalesce(facts ->> 'datlocale', facts ->> 'daticulocale') as locale
from pg_catalog.pg_database d
cross join lateral pg_catalog.to_jsonb(d) facts
where d.datname = pg_catalog.current_database();
