from django.db import models


class IntegrationCredential(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    provider = models.CharField(max_length=50)
    connected_by = models.ForeignKey("users.CustomUser", null=True, on_delete=models.SET_NULL)


class GitHubIntegration(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    credential = models.OneToOneField(IntegrationCredential, on_delete=models.CASCADE)
    organization_slug = models.CharField(max_length=100, db_index=True)
    sync_status = models.CharField(max_length=20)
    last_sync_at = models.DateTimeField(null=True)

    class Meta:
        # github_int_org_slug_idx (organization_slug) was the index again that db_index=True makes.
        indexes = [models.Index(fields=["sync_status", "last_sync_at"], name="github_int_sync_status_idx")]


class JiraIntegration(models.Model):
    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE)
    credential = models.OneToOneField(IntegrationCredential, on_delete=models.CASCADE)
    cloud_id = models.CharField(max_length=100, db_index=True)
    sync_status = models.CharField(max_length=20)
    last_sync_at = models.DateTimeField(null=True)

    class Meta:
        # jira_int_cloud_id_idx (cloud_id) was the index again that db_index=True makes.
        indexes = [models.Index(fields=["sync_status", "last_sync_at"], name="jira_int_sync_status_idx")]
