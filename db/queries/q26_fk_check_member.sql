-- What the database itself looks for when members go: the foreign-key checks on every table that refers to them.
-- Serves: deleting a member, its last step
-- Typical: 100 members that nothing refers to
-- Writes: yes
set constraints all immediate;
insert into public.metrics_teammember (
    id, created_at, updated_at, email, display_name, github_username, github_id, jira_account_id, slack_user_id, role,
    is_active, team_id)
select 9000000 + i, now(), now(), '', 'x', '', '', '', '', 'developer', true, 3
from generate_series(1, 100) i;
delete from public.metrics_teammember where id > 9000000;
