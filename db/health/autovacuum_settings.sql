-- title:    Autovacuum of the server
-- severity: critical when autovacuum or track_counts is off on the server
-- why:      Without autovacuum dead rows pile up and statistics age; without the counters it does not know which tables need it.
-- do:       Switch it on for the server. On a managed server the provider does that; the owner of a table cannot.
select
    'critical' as severity,
    s.name as object,
    null::numeric as value,
    'setting' as unit,
    pg_catalog.format('is %s; %s', s.setting, case
        when r.rolsuper then 'you can change it'
        else 'only the server''s administrator or provider can change it'
    end) as detail,
    case when r.rolsuper then pg_catalog.format('alter system set %I = on', s.name) end as fix
from pg_catalog.pg_settings s
join pg_catalog.pg_roles r on r.rolname = current_user
where s.name in ('autovacuum', 'track_counts') and s.setting = 'off'
order by object;
