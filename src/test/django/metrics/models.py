from django.db import models


class TeamMember(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    display_name = models.CharField(max_length=255)


class PullRequest(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    author = models.ForeignKey(TeamMember, null=True, on_delete=models.SET_NULL)
    merged_at = models.DateTimeField(null=True)


class PRReview(models.Model):
    pull_request = models.ForeignKey(PullRequest, on_delete=models.CASCADE)
    reviewer = models.ForeignKey(TeamMember, null=True, on_delete=models.SET_NULL)


class Commit(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    github_sha = models.CharField(max_length=40)
    committed_at = models.DateTimeField(null=True)
    # db_index=False: commit_author_date_idx begins with the author. That one must stay: deleting a member searches it.
    author = models.ForeignKey(TeamMember, null=True, on_delete=models.SET_NULL, db_index=False)
    pull_request = models.ForeignKey(PullRequest, null=True, on_delete=models.SET_NULL)

    class Meta:
        # commit_pr_idx (pull_request) was the index again that the foreign key has of itself.
        indexes = [models.Index(fields=["author", "committed_at"], name="commit_author_date_idx")]


class PRFile(models.Model):
    pull_request = models.ForeignKey(PullRequest, on_delete=models.CASCADE)
    filename = models.CharField(max_length=500)


class PRSurvey(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)
    pull_request = models.OneToOneField(PullRequest, on_delete=models.CASCADE)

    class Meta:
        # pr_survey_pr_idx (pull_request) was the unique index again that a one-to-one field has of itself.
        indexes = [models.Index(fields=["team", "created_at"], name="pr_survey_team_created_idx")]


class PRSurveyReview(models.Model):
    survey = models.ForeignKey(PRSurvey, on_delete=models.CASCADE)
    reviewer = models.ForeignKey(TeamMember, null=True, on_delete=models.SET_NULL)


class AIUsageDaily(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    # db_index=False: ai_usage_member_date_idx begins with the member. That one must stay: deleting a member searches it.
    member = models.ForeignKey(TeamMember, on_delete=models.CASCADE, db_index=False)
    date = models.DateField()
    source = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["member", "date"], name="ai_usage_member_date_idx")]


class WeeklyMetrics(models.Model):
    member = models.ForeignKey(TeamMember, on_delete=models.CASCADE)
    week_start = models.DateField()
