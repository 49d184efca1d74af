-- The fourteen tables of the audited Django application as its framework made them, with their 103 indexes: names and
-- definitions are exact, and within a table the indexes come in the order of their names.
-- This file serves development and tests. A production database, which has these tables already, is baselined at
-- version 1 and never runs it.

-- People who can sign in.
create table public.users_customuser (
    id           bigserial,
    password     varchar(128) not null,
    last_login   timestamptz,
    is_superuser boolean      not null,
    username     varchar(150) not null,
    first_name   varchar(150) not null,
    last_name    varchar(150) not null,
    email        varchar(254) not null,
    is_staff     boolean      not null,
    is_active    boolean      not null,
    date_joined  timestamptz  not null,
    avatar       varchar(100) not null,
    constraint users_customuser_pkey primary key (id),
    constraint users_customuser_username_key unique (username)
);
create index users_customuser_username_80452fdf_like on public.users_customuser (username varchar_pattern_ops);

-- Teams, the tenants: every row of the tables below belongs to one.
create table public.teams_team (
    id                               bigserial,
    created_at                       timestamptz  not null,
    updated_at                       timestamptz  not null,
    name                             varchar(100) not null,
    slug                             varchar(50)  not null,
    billing_details_last_changed     timestamptz  not null,
    last_synced_with_stripe          timestamptz,
    onboarding_complete              boolean      not null,
    onboarding_pipeline_completed_at timestamptz,
    onboarding_pipeline_error        text,
    onboarding_pipeline_started_at   timestamptz,
    onboarding_pipeline_status       varchar(50)  not null,
    constraint teams_team_pkey primary key (id),
    constraint teams_team_slug_key unique (slug)
);
create index teams_team_slug_301a24e5_like on public.teams_team (slug varchar_pattern_ops);

-- Access tokens to GitHub, Jira and the like: one for each team and provider.
create table public.integrations_integrationcredential (
    id               bigserial,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    provider         varchar(50) not null,
    access_token     text        not null,
    refresh_token    text        not null,
    token_expires_at timestamptz,
    scopes           jsonb       not null,
    connected_by_id  bigint,
    team_id          bigint      not null,
    constraint integrations_integrationcredential_pkey primary key (id),
    constraint unique_team_provider unique (team_id, provider),
    constraint integrations_integra_connected_by_id_05d40ed1_fk_users_cus
        foreign key (connected_by_id) references public.users_customuser (id) deferrable initially deferred,
    constraint integrations_integra_team_id_09107877_fk_teams_tea
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index integrations_integrationcredential_connected_by_id_05d40ed1
    on public.integrations_integrationcredential (connected_by_id);
create index integrations_integrationcredential_provider_6c237182
    on public.integrations_integrationcredential (provider);
create index integrations_integrationcredential_provider_6c237182_like
    on public.integrations_integrationcredential (provider varchar_pattern_ops);
create index integrations_integrationcredential_team_id_09107877
    on public.integrations_integrationcredential (team_id);

-- A team's GitHub organization and the state of its synchronization.
create table public.integrations_githubintegration (
    id                       bigserial,
    created_at               timestamptz  not null,
    updated_at               timestamptz  not null,
    organization_slug        varchar(100) not null,
    organization_id          bigint       not null,
    webhook_secret           varchar(100) not null,
    last_sync_at             timestamptz,
    sync_status              varchar(20)  not null,
    member_sync_completed_at timestamptz,
    member_sync_error        text         not null,
    member_sync_result       jsonb,
    member_sync_started_at   timestamptz,
    member_sync_status       varchar(20)  not null,
    credential_id            bigint       not null,
    team_id                  bigint       not null,
    constraint integrations_githubintegration_pkey primary key (id),
    constraint integrations_githubintegration_credential_id_key unique (credential_id),
    constraint integrations_githubi_credential_id_d513ca05_fk_integrati
        foreign key (credential_id) references public.integrations_integrationcredential (id) deferrable initially deferred,
    constraint integrations_githubi_team_id_80ad1ed9_fk_teams_tea
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index github_int_org_slug_idx
    on public.integrations_githubintegration (organization_slug);
create index github_int_sync_status_idx
    on public.integrations_githubintegration (sync_status, last_sync_at);
create index integrations_githubintegration_organization_slug_8d9c65c7
    on public.integrations_githubintegration (organization_slug);
create index integrations_githubintegration_organization_slug_8d9c65c7_like
    on public.integrations_githubintegration (organization_slug varchar_pattern_ops);
create index integrations_githubintegration_sync_status_dae795e3
    on public.integrations_githubintegration (sync_status);
create index integrations_githubintegration_sync_status_dae795e3_like
    on public.integrations_githubintegration (sync_status varchar_pattern_ops);
create index integrations_githubintegration_team_id_80ad1ed9
    on public.integrations_githubintegration (team_id);

-- A team's Jira site and the state of its synchronization.
create table public.integrations_jiraintegration (
    id            bigserial,
    created_at    timestamptz  not null,
    updated_at    timestamptz  not null,
    cloud_id      varchar(100) not null,
    site_name     varchar(255) not null,
    site_url      varchar(200) not null,
    last_sync_at  timestamptz,
    sync_status   varchar(20)  not null,
    credential_id bigint       not null,
    team_id       bigint       not null,
    constraint integrations_jiraintegration_pkey primary key (id),
    constraint integrations_jiraintegration_credential_id_key unique (credential_id),
    constraint integrations_jiraint_credential_id_2b0add41_fk_integrati
        foreign key (credential_id) references public.integrations_integrationcredential (id) deferrable initially deferred,
    constraint integrations_jiraintegration_team_id_e02346fa_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index integrations_jiraintegration_cloud_id_06210669
    on public.integrations_jiraintegration (cloud_id);
create index integrations_jiraintegration_cloud_id_06210669_like
    on public.integrations_jiraintegration (cloud_id varchar_pattern_ops);
create index integrations_jiraintegration_sync_status_de8a8d4d
    on public.integrations_jiraintegration (sync_status);
create index integrations_jiraintegration_sync_status_de8a8d4d_like
    on public.integrations_jiraintegration (sync_status varchar_pattern_ops);
create index integrations_jiraintegration_team_id_e02346fa
    on public.integrations_jiraintegration (team_id);
create index jira_int_cloud_id_idx
    on public.integrations_jiraintegration (cloud_id);
create index jira_int_sync_status_idx
    on public.integrations_jiraintegration (sync_status, last_sync_at);

-- The developers whose work is measured, with their names on GitHub, Jira and Slack.
create table public.metrics_teammember (
    id              bigserial,
    created_at      timestamptz  not null,
    updated_at      timestamptz  not null,
    email           varchar(254) not null,
    display_name    varchar(255) not null,
    github_username varchar(100) not null,
    github_id       varchar(50)  not null,
    jira_account_id varchar(100) not null,
    slack_user_id   varchar(50)  not null,
    role            varchar(20)  not null,
    is_active       boolean      not null,
    team_id         bigint       not null,
    constraint metrics_teammember_pkey primary key (id),
    constraint metrics_teammember_team_id_482354d8_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index member_team_active_idx              on public.metrics_teammember (team_id, is_active);
create index member_team_gh_username_idx         on public.metrics_teammember (team_id, github_username);
create index metrics_teammember_team_id_482354d8 on public.metrics_teammember (team_id);
create unique index unique_team_email            on public.metrics_teammember (team_id, email) where email > '';
create unique index unique_team_github_id        on public.metrics_teammember (team_id, github_id) where github_id > '';

-- Pull requests, with their cycle times and what a language model made of them (llm_summary).
create table public.metrics_pullrequest (
    id                         bigserial,
    created_at                 timestamptz    not null,
    updated_at                 timestamptz    not null,
    github_pr_id               bigint         not null,
    github_repo                varchar(255)   not null,
    title                      text           not null,
    state                      varchar(20)    not null,
    pr_created_at              timestamptz,
    merged_at                  timestamptz,
    first_review_at            timestamptz,
    cycle_time_hours           numeric(10, 2),
    review_time_hours          numeric(10, 2),
    additions                  integer        not null,
    deletions                  integer        not null,
    is_revert                  boolean        not null,
    is_hotfix                  boolean        not null,
    synced_at                  timestamptz    not null,
    jira_key                   varchar(50)    not null,
    avg_fix_response_hours     numeric(10, 2),
    commits_after_first_review integer,
    review_rounds              integer,
    total_comments             integer,
    ai_tools_detected          jsonb          not null,
    body                       text           not null,
    is_ai_assisted             boolean,
    assignees                  jsonb          not null,
    is_draft                   boolean        not null,
    labels                     jsonb          not null,
    linked_issues              jsonb          not null,
    milestone_title            varchar(255)   not null,
    ai_detection_version       varchar(10)    not null,
    llm_summary                jsonb,
    llm_summary_version        varchar(10)    not null,
    has_ai_commits             boolean        not null,
    has_ai_review              boolean        not null,
    has_ai_files               boolean        not null,
    ai_confidence_score        numeric(4, 3),
    ai_signals                 jsonb          not null,
    author_id                  bigint,
    team_id                    bigint         not null,
    constraint metrics_pullrequest_pkey primary key (id),
    constraint unique_team_pr unique (team_id, github_pr_id, github_repo),
    constraint metrics_pullrequest_author_id_a3e9758c_fk_metrics_teammember_id
        foreign key (author_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_pullrequest_team_id_48d93192_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_pullrequest_author_id_a3e9758c
    on public.metrics_pullrequest (author_id);
create index metrics_pullrequest_jira_key_23d68690
    on public.metrics_pullrequest (jira_key);
create index metrics_pullrequest_jira_key_23d68690_like
    on public.metrics_pullrequest (jira_key varchar_pattern_ops);
create index metrics_pullrequest_team_id_48d93192
    on public.metrics_pullrequest (team_id);
create index pr_author_state_idx
    on public.metrics_pullrequest (author_id, state);
create index pr_created_at_idx
    on public.metrics_pullrequest (pr_created_at);
create index pr_llm_ai_assisted_idx
    on public.metrics_pullrequest (team_id, merged_at) where (llm_summary -> 'ai' ->> 'is_assisted')::boolean = true;
create index pr_llm_ai_tools_gin_idx
    on public.metrics_pullrequest using gin ((llm_summary -> 'ai' -> 'tools'));
create index pr_llm_summary_gin_idx
    on public.metrics_pullrequest using gin (llm_summary jsonb_path_ops);
create index pr_llm_tech_categories_gin_idx
    on public.metrics_pullrequest using gin ((llm_summary -> 'tech' -> 'categories'));
create index pr_llm_tech_languages_gin_idx
    on public.metrics_pullrequest using gin ((llm_summary -> 'tech' -> 'languages'));
create index pr_merged_at_idx
    on public.metrics_pullrequest (merged_at);
create index pr_repo_state_idx
    on public.metrics_pullrequest (github_repo, state);
create index pr_team_author_merged_idx
    on public.metrics_pullrequest (team_id, author_id, merged_at);
create index pr_team_created_idx
    on public.metrics_pullrequest (team_id, pr_created_at);
create index pr_team_state_merged_idx
    on public.metrics_pullrequest (team_id, state, merged_at);

-- Reviews of pull requests.
create table public.metrics_prreview (
    id               bigserial,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    state            varchar(20) not null,
    submitted_at     timestamptz,
    github_review_id bigint,
    ai_reviewer_type varchar(50) not null,
    body             text        not null,
    is_ai_review     boolean     not null,
    pull_request_id  bigint      not null,
    reviewer_id      bigint,
    team_id          bigint      not null,
    constraint metrics_prreview_pkey primary key (id),
    constraint metrics_prreview_pull_request_id_7c5d2b39_fk_metrics_p
        foreign key (pull_request_id) references public.metrics_pullrequest (id) deferrable initially deferred,
    constraint metrics_prreview_reviewer_id_201af4c1_fk_metrics_teammember_id
        foreign key (reviewer_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_prreview_team_id_718510a7_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_prreview_pull_request_id_7c5d2b39
    on public.metrics_prreview (pull_request_id);
create index metrics_prreview_reviewer_id_201af4c1
    on public.metrics_prreview (reviewer_id);
create index metrics_prreview_team_id_718510a7
    on public.metrics_prreview (team_id);
create index review_pr_submitted_idx
    on public.metrics_prreview (pull_request_id, submitted_at);
create index review_reviewer_state_idx
    on public.metrics_prreview (reviewer_id, state);
create index review_team_submitted_idx
    on public.metrics_prreview (team_id, submitted_at);
create unique index unique_team_review
    on public.metrics_prreview (team_id, github_review_id) where github_review_id is not null;

-- Commits. One whose pull request or author went away keeps a null there.
create table public.metrics_commit (
    id              bigserial,
    created_at      timestamptz  not null,
    updated_at      timestamptz  not null,
    github_sha      varchar(40)  not null,
    github_repo     varchar(255) not null,
    message         text         not null,
    additions       integer      not null,
    deletions       integer      not null,
    committed_at    timestamptz,
    ai_co_authors   jsonb        not null,
    is_ai_assisted  boolean      not null,
    author_id       bigint,
    pull_request_id bigint,
    team_id         bigint       not null,
    constraint metrics_commit_pkey primary key (id),
    constraint unique_team_commit unique (team_id, github_sha),
    constraint metrics_commit_author_id_67f38a6f_fk_metrics_teammember_id
        foreign key (author_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_commit_pull_request_id_06f35677_fk_metrics_p
        foreign key (pull_request_id) references public.metrics_pullrequest (id) deferrable initially deferred,
    constraint metrics_commit_team_id_92b2ddfe_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index commit_author_date_idx                  on public.metrics_commit (author_id, committed_at);
create index commit_pr_idx                           on public.metrics_commit (pull_request_id);
create index metrics_commit_author_id_67f38a6f       on public.metrics_commit (author_id);
create index metrics_commit_pull_request_id_06f35677 on public.metrics_commit (pull_request_id);
create index metrics_commit_team_id_92b2ddfe         on public.metrics_commit (team_id);

-- The files a pull request changes.
create table public.metrics_prfile (
    id              bigserial,
    created_at      timestamptz  not null,
    updated_at      timestamptz  not null,
    filename        varchar(500) not null,
    status          varchar(20)  not null,
    additions       integer      not null,
    deletions       integer      not null,
    changes         integer      not null,
    file_category   varchar(50)  not null,
    pull_request_id bigint       not null,
    team_id         bigint       not null,
    constraint metrics_prfile_pkey primary key (id),
    constraint unique_team_pr_file unique (team_id, pull_request_id, filename),
    constraint metrics_prfile_pull_request_id_7b572a62_fk_metrics_p
        foreign key (pull_request_id) references public.metrics_pullrequest (id) deferrable initially deferred,
    constraint metrics_prfile_team_id_afe2179e_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_prfile_pull_request_id_7b572a62 on public.metrics_prfile (pull_request_id);
create index metrics_prfile_team_id_afe2179e         on public.metrics_prfile (team_id);
create index pr_file_category_idx                    on public.metrics_prfile (pull_request_id, file_category);

-- The survey a pull request's author gets: was AI at work? At most one for each pull request.
create table public.metrics_prsurvey (
    id                     bigserial,
    created_at             timestamptz not null,
    updated_at             timestamptz not null,
    author_ai_assisted     boolean,
    author_responded_at    timestamptz,
    github_comment_id      bigint,
    token                  varchar(64),
    token_expires_at       timestamptz,
    ai_modification_effort varchar(20),
    author_response_source varchar(10),
    author_id              bigint,
    pull_request_id        bigint      not null,
    team_id                bigint      not null,
    constraint metrics_prsurvey_pkey primary key (id),
    constraint metrics_prsurvey_pull_request_id_key unique (pull_request_id),
    constraint metrics_prsurvey_token_key unique (token),
    constraint metrics_prsurvey_author_id_8b2416e0_fk_metrics_teammember_id
        foreign key (author_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_prsurvey_pull_request_id_de40c451_fk_metrics_p
        foreign key (pull_request_id) references public.metrics_pullrequest (id) deferrable initially deferred,
    constraint metrics_prsurvey_team_id_6295473f_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_prsurvey_author_id_8b2416e0        on public.metrics_prsurvey (author_id);
create index metrics_prsurvey_team_id_6295473f          on public.metrics_prsurvey (team_id);
create index metrics_prsurvey_token_5e179ea6_like       on public.metrics_prsurvey (token varchar_pattern_ops);
create index metrics_prsurvey_token_expires_at_a4ed7d73 on public.metrics_prsurvey (token_expires_at);
create index pr_survey_author_ai_idx                    on public.metrics_prsurvey (author_id, author_ai_assisted);
create index pr_survey_pr_idx                           on public.metrics_prsurvey (pull_request_id);
create index pr_survey_team_created_idx                 on public.metrics_prsurvey (team_id, created_at);

-- The reviewers' answers to a survey: how good is it, was AI at work?
create table public.metrics_prsurveyreview (
    id              bigserial,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    quality_rating  integer,
    ai_guess        boolean,
    guess_correct   boolean,
    responded_at    timestamptz,
    response_source varchar(10),
    reviewer_id     bigint,
    survey_id       bigint      not null,
    team_id         bigint      not null,
    constraint metrics_prsurveyreview_pkey primary key (id),
    constraint unique_survey_reviewer unique (survey_id, reviewer_id),
    constraint metrics_prsurveyrevi_reviewer_id_69829ad4_fk_metrics_t
        foreign key (reviewer_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_prsurveyrevi_survey_id_df45a48d_fk_metrics_p
        foreign key (survey_id) references public.metrics_prsurvey (id) deferrable initially deferred,
    constraint metrics_prsurveyreview_team_id_fd101954_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_prsurveyreview_reviewer_id_69829ad4 on public.metrics_prsurveyreview (reviewer_id);
create index metrics_prsurveyreview_survey_id_df45a48d   on public.metrics_prsurveyreview (survey_id);
create index metrics_prsurveyreview_team_id_fd101954     on public.metrics_prsurveyreview (team_id);
create index pr_survey_review_quality_idx                on public.metrics_prsurveyreview (quality_rating);
create index pr_survey_review_reviewer_idx               on public.metrics_prsurveyreview (reviewer_id, responded_at);
create index pr_survey_review_survey_idx                 on public.metrics_prsurveyreview (survey_id, responded_at);
create index survey_review_team_responded_idx            on public.metrics_prsurveyreview (team_id, responded_at);

-- Use of AI tools: a row for each member, day and tool. The largest table.
create table public.metrics_aiusagedaily (
    id                   bigserial,
    created_at           timestamptz   not null,
    updated_at           timestamptz   not null,
    date                 date          not null,
    source               varchar(20)   not null,
    active_hours         numeric(5, 2),
    suggestions_shown    integer       not null,
    suggestions_accepted integer       not null,
    acceptance_rate      numeric(5, 2),
    synced_at            timestamptz   not null,
    member_id            bigint        not null,
    team_id              bigint        not null,
    constraint metrics_aiusagedaily_pkey primary key (id),
    constraint unique_team_member_date_source unique (team_id, member_id, date, source),
    constraint metrics_aiusagedaily_member_id_0274ee1d_fk_metrics_t
        foreign key (member_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_aiusagedaily_team_id_8061cffc_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index ai_usage_member_date_idx                on public.metrics_aiusagedaily (member_id, date);
create index metrics_aiusagedaily_member_id_0274ee1d on public.metrics_aiusagedaily (member_id);
create index metrics_aiusagedaily_team_id_8061cffc   on public.metrics_aiusagedaily (team_id);

-- Figures of a week: a row for each member and week.
create table public.metrics_weeklymetrics (
    id                     bigserial,
    created_at             timestamptz    not null,
    updated_at             timestamptz    not null,
    week_start             date           not null,
    prs_merged             integer        not null,
    avg_cycle_time_hours   numeric(10, 2),
    avg_review_time_hours  numeric(10, 2),
    commits_count          integer        not null,
    lines_added            integer        not null,
    lines_removed          integer        not null,
    revert_count           integer        not null,
    hotfix_count           integer        not null,
    story_points_completed numeric(10, 1) not null,
    issues_resolved        integer        not null,
    ai_assisted_prs        integer        not null,
    avg_quality_rating     numeric(3, 2),
    surveys_completed      integer        not null,
    guess_accuracy         numeric(5, 2),
    member_id              bigint         not null,
    team_id                bigint         not null,
    constraint metrics_weeklymetrics_pkey primary key (id),
    constraint unique_team_member_week unique (team_id, member_id, week_start),
    constraint metrics_weeklymetric_member_id_9c91c038_fk_metrics_t
        foreign key (member_id) references public.metrics_teammember (id) deferrable initially deferred,
    constraint metrics_weeklymetrics_team_id_e77fb32d_fk_teams_team_id
        foreign key (team_id) references public.teams_team (id) deferrable initially deferred
);
create index metrics_weeklymetrics_member_id_9c91c038 on public.metrics_weeklymetrics (member_id);
create index metrics_weeklymetrics_team_id_e77fb32d   on public.metrics_weeklymetrics (team_id);
create index weekly_metrics_member_week_idx           on public.metrics_weeklymetrics (member_id, week_start);
