-- Fills the empty tables of the audited schema with sample data of the audit's proportions.
--
--   psql -v ON_ERROR_STOP=1 -c 'set dbopt.scale = 0.1' -f db/sample/load.sql
--
-- dbopt.scale 1 gives the audit's row counts and takes two to three minutes on two cores; 0.1 takes some 10 seconds;
-- 0.02, the default, takes 2. It is plain SQL for one connection, so JDBC runs it as well, and nothing but the rows stays.
--
-- Deterministic: every value is a hash of its row number. Rows go in in time order, as the application writes them, and
-- with the indexes in place, so the indexes have the fill of grown ones.
--
-- Needs a superuser: foreign keys are not checked row by row (session_replication_role). The data keep them by
-- construction, and check_foreign_keys.sql proves it.
set session_replication_role = replica;
set synchronous_commit = off;
set time zone 'UTC';

-- The temporary functions are immutable, so the planner folds the constants among them and inlines the others.

-- How many rows a table gets: its rows in the audit times the scale, and a few at least.
create function pg_temp.scaled(audited_rows integer, at_least integer) returns integer language sql immutable as $$
    select greatest(at_least,
        round(audited_rows * coalesce(nullif(current_setting('dbopt.scale', true), ''), '0.02')::numeric))::integer
$$;
create function pg_temp.team_count()          returns integer language sql immutable as 'select pg_temp.scaled(300, 4)';
create function pg_temp.member_count()        returns integer language sql immutable as 'select pg_temp.scaled(4000, 20)';
create function pg_temp.pull_request_count()  returns integer language sql immutable as 'select pg_temp.scaled(168000, 50)';
create function pg_temp.commit_count()        returns integer language sql immutable as 'select pg_temp.scaled(675000, 9)';
create function pg_temp.file_count()          returns integer language sql immutable as 'select pg_temp.scaled(1340000, 9)';
create function pg_temp.survey_count()        returns integer language sql immutable as 'select pg_temp.scaled(129000, 9)';
create function pg_temp.daily_usage_count()   returns integer language sql immutable as 'select pg_temp.scaled(2760000, 9)';
create function pg_temp.weekly_figure_count() returns integer language sql immutable as 'select pg_temp.scaled(271000, 9)';
create function pg_temp.review_count()        returns integer language sql immutable as 'select pg_temp.scaled(250000, 9)';
create function pg_temp.survey_review_count() returns integer language sql immutable as 'select pg_temp.scaled(40000, 9)';
create function pg_temp.github_count()        returns integer language sql immutable as 'select pg_temp.scaled(150, 3)';
create function pg_temp.jira_count()          returns integer language sql immutable as 'select pg_temp.scaled(90, 2)';

-- The data cover the two years before 2025-12-30.
create function pg_temp.day_zero()  returns date    language sql immutable as $$ select date '2023-12-31' $$;
create function pg_temp.day_count() returns integer language sql immutable as 'select 730';

-- A number in [0, 1) that looks random, and is the same each time for the same row number and salt. Each column that
-- needs one has a salt of its own.
create function pg_temp.fraction(row_number bigint, salt bigint) returns float8 language sql immutable as $$
    select (hashint8extended(row_number, salt) & 4503599627370495) / 4503599627370496.0::float8
$$;
-- A whole number in [0, bound), likewise.
create function pg_temp.below(row_number bigint, salt bigint, bound bigint) returns bigint language sql immutable as $$
    select floor(pg_temp.fraction(row_number, salt) * bound)::bigint
$$;

-- 64 paragraphs of 960 characters. The dash among the words stands for null, which string_agg leaves out.
create function pg_temp.paragraphs() returns text[] language sql immutable as $$
    select array_agg(left(paragraph, 960) order by number)
    from (
        select
            number,
            string_agg(words[1 + pg_temp.below(number * 1000 + i, 1, cardinality(words))], ' ' order by i) as paragraph
        from generate_series(1, 64) as number
        cross join generate_series(1, 240) as i
        cross join string_to_array(
            'add fix the cache query index team review handle when empty list retry sync token of for in page '
            'update remove split service webhook survey metric merge branch deploy guard - date range test '
            'flaky rename field option reduce memory stream batch worker queue timeout log level docs types', ' ', '-') as words
        group by number
    ) as paragraphs
$$;
-- A text of the given length, cut from one of them.
create function pg_temp.prose(row_number bigint, salt bigint, length bigint) returns text language sql immutable as $$
    select left((pg_temp.paragraphs())[1 + pg_temp.below(row_number, salt, 64)], length::integer)
$$;

-- users and teams
insert into public.users_customuser (
    id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
    date_joined, avatar)
select
    i, '!', false, 'user' || i, 'First', 'Last', 'user' || i || '@example.org', false, true,
    pg_temp.day_zero() + interval '1 h', ''
from generate_series(1, pg_temp.team_count()) as i;

insert into public.teams_team (
    id, created_at, updated_at, name, slug,
    billing_details_last_changed, onboarding_complete, onboarding_pipeline_status)
select
    i, pg_temp.day_zero() + interval '1 h', pg_temp.day_zero() + interval '1 h', 'Team ' || i, 'team-' || i,
    pg_temp.day_zero() + interval '1 h', true, 'complete'
from generate_series(1, pg_temp.team_count()) as i;

-- integrations: the first teams use GitHub, the first of those Jira as well
insert into public.integrations_integrationcredential (
    id, created_at, updated_at, provider,
    access_token, refresh_token, scopes, connected_by_id, team_id)
select
    row_number() over (order by provider, team_id), pg_temp.day_zero(), pg_temp.day_zero(), provider,
    repeat(md5(provider || team_id), 4), '', '[]', team_id, team_id
from (
    select 'github' as provider, i as team_id from generate_series(1, pg_temp.github_count()) as i
    union all
    select 'jira', i from generate_series(1, pg_temp.jira_count()) as i
) as integration;

insert into public.integrations_githubintegration (
    id, created_at, updated_at, organization_slug, organization_id, webhook_secret,
    last_sync_at,
    sync_status,
    member_sync_error, member_sync_status, credential_id, team_id)
select
    team_id, created_at, updated_at, 'org-' || team_id, 100000 + team_id, md5('w' || team_id),
    timestamptz '2025-12-30 03:00+00' - pg_temp.fraction(team_id, 2) * interval '1 day',
    case when pg_temp.fraction(team_id, 3) < 0.9 then 'complete' else 'error' end,
    '', 'complete', id, team_id
from public.integrations_integrationcredential
where provider = 'github';

insert into public.integrations_jiraintegration (
    id, created_at, updated_at, cloud_id,
    site_name, site_url,
    last_sync_at,
    sync_status,
    credential_id, team_id)
select
    team_id, created_at, updated_at, md5('c' || team_id)::uuid::text,
    'Site ' || team_id, 'https://site' || team_id || '.example.org',
    timestamptz '2025-12-30 03:00+00' - pg_temp.fraction(team_id, 4) * interval '1 day',
    case when pg_temp.fraction(team_id, 5) < 0.9 then 'complete' else 'error' end,
    id, team_id
from public.integrations_integrationcredential
where provider = 'jira';

-- members: big and small teams (each team has one at least)
insert into public.metrics_teammember (
    id, created_at, updated_at,
    email,
    display_name, github_username, github_id, jira_account_id, slack_user_id,
    role,
    is_active,
    team_id)
select
    i, pg_temp.day_zero() + interval '2 h', pg_temp.day_zero() + interval '2 h',
    case when pg_temp.fraction(i, 6) < 0.7 then 'm' || i || '@example.org' else '' end,
    'Member ' || i, 'gh-user-' || i, (4000000 + i)::text, '', '',
    case when pg_temp.fraction(i, 7) < 0.9 then 'developer' else 'lead' end,
    pg_temp.fraction(i, 8) < 0.85,
    case when i <= pg_temp.team_count() then i
         else 1 + floor(pg_temp.team_count() * power(pg_temp.fraction(i, 9), 1.7))::bigint end
from generate_series(1, pg_temp.member_count()) as i;

-- From here on, "offset 0" keeps a subquery apart, so that what it computes is computed once for each row.

-- pull requests: the first year came in team by team (the first import), the second in order of creation
insert into public.metrics_pullrequest (
    id, created_at, updated_at, github_pr_id,
    github_repo,
    title,
    state, pr_created_at,
    merged_at,
    first_review_at,
    cycle_time_hours,
    review_time_hours,
    additions, deletions, is_revert, is_hotfix,
    synced_at,
    jira_key,
    avg_fix_response_hours, commits_after_first_review, review_rounds, total_comments,
    ai_tools_detected,
    body,
    is_ai_assisted, assignees, is_draft,
    labels,
    linked_issues, milestone_title, ai_detection_version,
    llm_summary,
    llm_summary_version, has_ai_commits, has_ai_review, has_ai_files,
    ai_confidence_score,
    ai_signals,
    author_id,
    team_id)
select
    i, at + interval '5 min', at + interval '3 days', i,
    'org-' || team_id || '/service-' || 1 + pg_temp.below(i, 10, 1 + team_id % 8),
    pg_temp.prose(i, 11, 20 + pg_temp.below(i, 12, 50)),
    state, at,
    case state when 'merged' then at + hours * interval '1 hour' end,
    case when pg_temp.fraction(i, 13) < 0.75 then at + hours * 0.4 * interval '1 hour' end,
    case state when 'merged' then round(hours::numeric, 2) end,
    case when pg_temp.fraction(i, 13) < 0.75 then round((hours * 0.4)::numeric, 2) end,
    pg_temp.below(i, 14, 600), pg_temp.below(i, 15, 300), pg_temp.fraction(i, 16) < 0.01, pg_temp.fraction(i, 17) < 0.03,
    at + interval '3 days',
    case when pg_temp.fraction(i, 18) < 0.35 then 'PRJ' || team_id % 40 || '-' || pg_temp.below(i, 19, 5000) else '' end,
    round((hours * 0.1)::numeric, 2), pg_temp.below(i, 20, 5), 1 + pg_temp.below(i, 21, 4), pg_temp.below(i, 22, 25),
    case when with_ai then '["claude_code"]'::jsonb else '[]' end,
    pg_temp.prose(i, 23, 120 + pg_temp.below(i, 24, 800)),
    with_ai, '[]', false,
    case when pg_temp.fraction(i, 25) < 0.3 then '["bug"]'::jsonb else '[]' end,
    '[]', '', '3.1',
    case when pg_temp.fraction(i, 26) < 0.6 then jsonb_build_object(
        'ai', jsonb_build_object(
            'is_assisted', with_ai,
            'tools', case when with_ai then '["claude"]'::jsonb else '[]' end,
            'confidence', round(pg_temp.fraction(i, 27)::numeric, 2)),
        'tech', jsonb_build_object(
            'categories', to_jsonb(array[(array['backend', 'frontend', 'devops', 'mobile', 'data'])[1 + pg_temp.below(i, 28, 5)]]),
            'languages', to_jsonb(array[(array['python', 'typescript', 'java', 'go', 'rust'])[1 + pg_temp.below(i, 29, 5)]])),
        'summary', jsonb_build_object(
            'type', (array['feature', 'bugfix', 'chore'])[1 + pg_temp.below(i, 30, 3)],
            'title', pg_temp.prose(i, 31, 40),
            'description', pg_temp.prose(i, 32, 160)),
        'health', jsonb_build_object(
            'scope', 'medium',
            'risk', (array['low', 'medium', 'high'])[1 + pg_temp.below(i, 33, 3)])) end,
    '8.0', with_ai and pg_temp.fraction(i, 34) < 0.5, false, false,
    case when with_ai then round(pg_temp.fraction(i, 35)::numeric, 3) end,
    jsonb_build_object('commits', pg_temp.below(i, 36, 5), 'files', 0),
    case when pg_temp.fraction(i, 37) < 0.96 then member_id end,
    team_id
from (
    select
        row_number() over (
            order by case when opened.i * 2 < pg_temp.pull_request_count() then member.team_id else 1000000 end, opened.i) as i,
        at, hours, with_ai, state, member.id as member_id, member.team_id
    from (
        select
            i,
            pg_temp.day_zero()
                + ((i - 1) * pg_temp.day_count()::float8 / pg_temp.pull_request_count() + pg_temp.fraction(i, 38) * 0.5)
                * interval '1 day' as at,
            -ln(1 - pg_temp.fraction(i, 39)) * 40 as hours,
            pg_temp.fraction(i, 40) < 0.3 as with_ai,
            case when pg_temp.fraction(i, 41) < 0.80 then 'merged'
                 when pg_temp.fraction(i, 41) < 0.92 then 'closed'
                 else 'open' end as state,
            1 + floor(pg_temp.member_count() * power(pg_temp.fraction(i, 42), 1.4))::bigint as member_id
        from generate_series(1, pg_temp.pull_request_count()) as i
        offset 0
    ) as opened
    join public.metrics_teammember as member on member.id = opened.member_id
    offset 0
) as pull_request
order by i;

-- reviews: spread evenly over the pull requests
insert into public.metrics_prreview (
    id, created_at, updated_at,
    state,
    submitted_at,
    github_review_id, ai_reviewer_type, body, is_ai_review,
    pull_request_id, reviewer_id, team_id)
select
    i, pr_created_at + interval '6 h', pr_created_at + interval '6 h',
    (array['approved', 'approved', 'commented', 'changes_requested'])[1 + pg_temp.below(i, 50, 4)],
    pr_created_at + pg_temp.fraction(i, 51) * interval '40 h',
    7000000000 + i, '', pg_temp.prose(i, 52, pg_temp.below(i, 53, 120)), false,
    pull_request.id, 1 + floor(pg_temp.member_count() * power(pg_temp.fraction(i, 54), 1.4))::bigint, team_id
from (
    select i, 1 + (i - 1)::bigint * pg_temp.pull_request_count() / pg_temp.review_count() as pull_request_id
    from generate_series(1, pg_temp.review_count()) as i
) as review
join public.metrics_pullrequest as pull_request on pull_request.id = review.pull_request_id
order by i;

-- commits: some 4 to a pull request, pull request by pull request, near it in time
insert into public.metrics_commit (
    id, created_at, updated_at,
    github_sha, github_repo,
    message,
    additions, deletions, committed_at,
    ai_co_authors,
    is_ai_assisted,
    author_id,
    pull_request_id, team_id)
select
    i, pr_created_at + interval '10 min', pr_created_at + interval '10 min',
    md5('c' || i) || substr(md5('d' || i), 1, 8), github_repo,
    pg_temp.prose(i, 60, 20 + pg_temp.below(i, 61, 82)),
    pg_temp.below(i, 62, 300), pg_temp.below(i, 63, 200), pr_created_at - pg_temp.fraction(i, 64) * interval '30 h',
    case when is_ai_assisted and pg_temp.fraction(i, 65) < 0.3 then '["claude"]'::jsonb else '[]' end,
    is_ai_assisted and pg_temp.fraction(i, 65) < 0.3,
    case when pg_temp.fraction(i, 66) < 0.97 then author_id end,
    id, team_id
from (
    select row_number() over (order by id, number) as i, pull_request.*
    from public.metrics_pullrequest as pull_request
    cross join generate_series(0, floor(-ln(1 - pg_temp.fraction(pull_request.id, 68)) * 3.56)::integer) as number
    order by id, number
    limit pg_temp.commit_count() offset 0
) as pull_request
order by i;

-- files: some 8 to a pull request, pull request by pull request
insert into public.metrics_prfile (
    id, created_at, updated_at,
    filename,
    status,
    additions, deletions, changes,
    file_category,
    pull_request_id, team_id)
select
    i, pr_created_at + interval '15 min', pr_created_at + interval '15 min',
    (array['src/components/', 'apps/metrics/services/', 'tests/unit/',
           'packages/shared-ui/lib/', 'docs/guides/', 'backend/api/handlers/'])[1 + kind]
        || (array['dashboard/', 'teams/', 'billing/reports/', 'auth/',
                  'integrations/github/', 'sync/pipeline/'])[1 + pg_temp.below(i, 71, 6)]
        || substr(md5('f' || i), 1, 8 + pg_temp.below(i, 72, 18)::integer)
        || (array['.tsx', '.py', '_test.py', '.ts', '.md', '.java'])[1 + kind],
    case when pg_temp.fraction(i, 73) < 0.7 then 'modified'
         when pg_temp.fraction(i, 73) < 0.93 then 'added'
         else 'removed' end,
    additions, deletions, additions + deletions,
    (array['frontend', 'backend', 'test', 'frontend', 'docs', 'backend'])[1 + kind],
    id, team_id
from (
    select
        row_number() over (order by id, number) as i,
        pg_temp.below(id * 1000 + number, 70, 6) as kind,
        pg_temp.below(id * 1000 + number, 74, 200) as additions,
        pg_temp.below(id * 1000 + number, 75, 90) as deletions,
        id, team_id, pr_created_at
    from public.metrics_pullrequest as pull_request
    cross join generate_series(0, floor(-ln(1 - pg_temp.fraction(pull_request.id, 76)) * 7.55)::integer) as number
    order by id, number
    limit pg_temp.file_count() offset 0
) as file
order by i;

-- surveys: one for some three of four pull requests, not in the order of the pull requests
insert into public.metrics_prsurvey (
    id, created_at, updated_at,
    author_ai_assisted,
    author_responded_at,
    github_comment_id,
    token,
    token_expires_at,
    ai_modification_effort,
    author_response_source,
    author_id, pull_request_id, team_id)
select
    place, pr_created_at + hours * interval '1 hour', pr_created_at + (hours + 30) * interval '1 hour',
    case when answered then pg_temp.fraction(id, 81) < 0.4 end,
    case when answered then pr_created_at + (hours + 30 * pg_temp.fraction(id, 82)) * interval '1 hour' end,
    case when pg_temp.fraction(id, 83) < 0.05 then 900000000 + id end,
    case when pg_temp.fraction(id, 83) < 0.05 then md5('t' || id) || md5('u' || id) end,
    case when pg_temp.fraction(id, 83) < 0.05 then pr_created_at + interval '7 days' end,
    null,
    case when answered then (array['auto', 'github', 'slack'])[1 + pg_temp.below(id, 84, 3)] end,
    author_id, id, team_id
from (
    select
        *,
        pg_temp.fraction(id, 85) < 0.6 as answered,
        24 + 48 * pg_temp.fraction(id, 86) as hours,
        row_number() over (order by pg_temp.fraction(id, 80)) as place
    from public.metrics_pullrequest
) as pull_request
order by place
limit pg_temp.survey_count();

-- the reviewers' answers: survey by survey, round and round
insert into public.metrics_prsurveyreview (
    id, created_at, updated_at,
    quality_rating, ai_guess, guess_correct,
    responded_at, response_source,
    reviewer_id, survey_id, team_id)
select
    i, survey.created_at, survey.created_at,
    1 + pg_temp.below(i, 90, 3), pg_temp.fraction(i, 91) < 0.5, pg_temp.fraction(i, 92) < 0.55,
    survey.created_at + interval '20 h' * pg_temp.fraction(i, 93), 'slack',
    1 + pg_temp.below(i, 94, pg_temp.member_count()), survey.id, survey.team_id
from generate_series(1, pg_temp.survey_review_count()) as i
join public.metrics_prsurvey as survey on survey.id = 1 + (i - 1) % pg_temp.survey_count()::bigint
order by i;

-- daily AI usage: day by day, members in no order within a day; the bits of one hash give a row its figures
insert into public.metrics_aiusagedaily (
    id, created_at, updated_at, date,
    source,
    active_hours,
    suggestions_shown, suggestions_accepted, acceptance_rate,
    synced_at, member_id, team_id)
select
    row_number() over (), at, at, day,
    case tool when 0 then 'copilot' else 'cursor' end,
    case tool when 1 then (hash >> 20 & 1023)::numeric / 128 end,
    shown, shown / 3, 33 + (hash >> 30 & 127)::numeric / 100,
    at, member_id, team_id
from (
    select day, at, tool, member_id, team_id, hash, hash >> 40 & 255 as shown
    from (
        select
            number, day, at, share, member.id as member_id, member.team_id, tool,
            hashint8extended((number * 1000000 + member.id) * 2 + tool, 100) as hash
        from (
            select
                number,
                pg_temp.day_zero() + number as day,
                pg_temp.day_zero() + number + interval '1 day 3 h' as at,
                (1048576 * case when extract(isodow from pg_temp.day_zero() + number) < 6 then 0.60 else 0.17 end)::integer as share
            from generate_series(1, pg_temp.day_count()) as number
            offset 0
        ) as days
        cross join public.metrics_teammember as member
        cross join generate_series(0, 1) as tool
        offset 0
    ) as candidate
    where hash & 1048575 < share
    order by number, hash
    limit pg_temp.daily_usage_count()
) as usage;

-- weekly figures: week by week, likewise
insert into public.metrics_weeklymetrics (
    id, created_at, updated_at, week_start, prs_merged,
    avg_cycle_time_hours,
    avg_review_time_hours,
    commits_count, lines_added, lines_removed, revert_count, hotfix_count,
    story_points_completed, issues_resolved, ai_assisted_prs,
    avg_quality_rating,
    surveys_completed, guess_accuracy, member_id, team_id)
select
    row_number() over (), at, at, day, hash >> 20 & 7,
    case when hash >> 23 & 1 = 0 then (hash >> 24 & 8191)::numeric / 128 end,
    case when hash >> 23 & 1 = 0 then (hash >> 26 & 2047)::numeric / 128 end,
    hash >> 30 & 31, hash >> 31 & 2047, hash >> 32 & 1023, 0, 0,
    hash >> 35 & 15, hash >> 36 & 7, hash >> 38 & 3,
    case when hash >> 40 & 3 = 0 then 1 + (hash >> 42 & 127)::numeric / 64 end,
    hash >> 43 & 3, case when hash >> 40 & 3 = 0 then hash >> 44 & 63 end, member_id, team_id
from (
    select *
    from (
        select
            week,
            date '2024-01-01' + week * 7 as day,
            timestamptz '2024-01-09 04:00+00' + week * interval '7 days' as at,
            member.id as member_id,
            member.team_id,
            hashint8extended(week * 1000000 + member.id, 109) as hash
        from generate_series(0, 103) as week
        cross join public.metrics_teammember as member
        offset 0
    ) as candidate
    where (hash & 1048575) < 1048576 * 0.66
    order by week, hash
    limit pg_temp.weekly_figure_count()
) as figures;

-- some rows are written again (a later sync, a late answer), and nothing vacuums in between
update public.metrics_aiusagedaily
set synced_at = synced_at + interval '1 day', updated_at = updated_at + interval '1 day'
where hashint8extended(id, 130) & 255 < 10;

update public.metrics_commit
set updated_at = updated_at + interval '1 day',
    -- a pull request that went away leaves null behind
    pull_request_id = case when hashint8extended(id, 131) & 255 < 5 then null else pull_request_id end
where hashint8extended(id, 131) & 255 < 8;

update public.metrics_prsurvey
set updated_at = updated_at + interval '1 day'
where hashint8extended(id, 132) & 255 < 20;

-- the sequences go on after the given ids
do $$
declare
    table_name text;
begin
    foreach table_name in array array[
        'users_customuser', 'teams_team',
        'integrations_integrationcredential', 'integrations_githubintegration', 'integrations_jiraintegration',
        'metrics_teammember', 'metrics_pullrequest', 'metrics_prreview', 'metrics_commit', 'metrics_prfile',
        'metrics_prsurvey', 'metrics_prsurveyreview', 'metrics_aiusagedaily', 'metrics_weeklymetrics']
    loop
        execute format('select setval(pg_get_serial_sequence(%L, %L), max(id)) from public.%I',
            'public.' || table_name, 'id', table_name);
    end loop;
end $$;

drop function
    pg_temp.prose, pg_temp.paragraphs, pg_temp.below, pg_temp.fraction, pg_temp.day_count, pg_temp.day_zero,
    pg_temp.jira_count, pg_temp.github_count, pg_temp.survey_review_count, pg_temp.review_count,
    pg_temp.weekly_figure_count, pg_temp.daily_usage_count, pg_temp.survey_count, pg_temp.file_count,
    pg_temp.commit_count, pg_temp.pull_request_count, pg_temp.member_count, pg_temp.team_count, pg_temp.scaled;
reset time zone;
reset synchronous_commit;
reset session_replication_role;
