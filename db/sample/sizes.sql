-- The audit's two tables of sizes, measured here beside the audit's own figures. A megabyte is 2^20 bytes.
-- Run it after VACUUM (ANALYZE), for the row counts; the figures compare at scale 1.

-- The six largest tables.
with audited (table_name, row_count, data_mb, index_mb, index_ratio) as (
    values
        ('metrics_aiusagedaily',  2760000, 321, 460, 1.43),
        ('metrics_prfile',        1340000, 198, 249, 1.26),
        ('metrics_commit',         675000, 152, 137, 0.90),
        ('metrics_weeklymetrics',  271000,  34,  36, 1.06),
        ('metrics_pullrequest',    168000, 198,  94, 0.47),
        ('metrics_prsurvey',       129000,  13,  25, 1.92)
)
select
    audited.table_name,
    measured.reltuples::bigint as rows,
    audited.row_count as audited_rows,
    round(pg_table_size(measured.oid) / 1048576.0, 1) as data_mb,
    audited.data_mb as audited_data_mb,
    round(pg_indexes_size(measured.oid) / 1048576.0, 1) as index_mb,
    audited.index_mb as audited_index_mb,
    round(pg_indexes_size(measured.oid)::numeric / nullif(pg_table_size(measured.oid), 0), 2) as index_ratio,
    audited.index_ratio as audited_index_ratio
from audited
join pg_catalog.pg_class measured on measured.oid = to_regclass('public.' || audited.table_name)
order by audited.row_count desc;

-- The six redundant indexes and their keepers; an index that is gone has no size.
with audited (index_name, mb, keeper) as (
    values
        ('metrics_aiusagedaily_member_id_0274ee1d', 28.0,  'ai_usage_member_date_idx'),
        ('commit_pr_idx',                           7.9,   'metrics_commit_pull_request_id_06f35677'),
        ('metrics_commit_author_id_67f38a6f',       7.3,   'commit_author_date_idx'),
        ('pr_survey_pr_idx',                        4.0,   'metrics_prsurvey_pull_request_id_key'),
        ('github_int_org_slug_idx',                 0.016, 'integrations_githubintegration_organization_slug_8d9c65c7'),
        ('jira_int_cloud_id_idx',                   0.016, 'integrations_jiraintegration_cloud_id_06210669')
),
measured as (
    select
        index_name,
        pg_relation_size(to_regclass('public.' || index_name)) / 1048576.0 as mb,
        mb as audited_mb,
        keeper,
        pg_relation_size(to_regclass('public.' || keeper)) / 1048576.0 as keeper_mb
    from audited
)
select
    coalesce(index_name, 'all of them') as index_name,
    round(sum(mb), 3) as mb,
    sum(audited_mb) as audited_mb,
    keeper,
    round(sum(keeper_mb), 3) as keeper_mb
from measured
group by grouping sets ((index_name, keeper), ())
order by grouping(index_name), sum(audited_mb) desc, index_name;
