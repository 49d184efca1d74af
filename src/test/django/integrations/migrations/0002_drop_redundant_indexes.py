from django.db import migrations

from concurrently import drop_index


class Migration(migrations.Migration):
    """Takes two indexes out of the models, and drops them where dbopt has not: on developers' machines and in tests."""

    atomic = False  # CONCURRENTLY cannot run in a transaction

    dependencies = [("integrations", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # What makemigrations would have written: run as they are, these operations would lock the tables.
            state_operations=[
                migrations.RemoveIndex(model_name="githubintegration", name="github_int_org_slug_idx"),
                migrations.RemoveIndex(model_name="jiraintegration", name="jira_int_cloud_id_idx"),
            ],
            database_operations=[
                drop_index("github_int_org_slug_idx", "on integrations_githubintegration (organization_slug)"),
                drop_index("jira_int_cloud_id_idx", "on integrations_jiraintegration (cloud_id)"),
            ],
        )
    ]
