import django.db.models.deletion
from django.db import migrations, models

from concurrently import drop_index


class Migration(migrations.Migration):
    """Takes four indexes out of the models, and drops them where dbopt has not: on developers' machines and in tests."""

    atomic = False  # CONCURRENTLY cannot run in a transaction

    dependencies = [("metrics", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            # What makemigrations would have written. Run as they are, these operations would lock the tables, and the
            # two AlterFields would drop the foreign keys and check every row to add them again.
            state_operations=[
                migrations.RemoveIndex(model_name="commit", name="commit_pr_idx"),
                migrations.RemoveIndex(model_name="prsurvey", name="pr_survey_pr_idx"),
                migrations.AlterField(
                    model_name="aiusagedaily",
                    name="member",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="metrics.teammember"
                    ),
                ),
                migrations.AlterField(
                    model_name="commit",
                    name="author",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="metrics.teammember",
                    ),
                ),
            ],
            database_operations=[
                drop_index("commit_pr_idx", "on metrics_commit (pull_request_id)"),
                drop_index("pr_survey_pr_idx", "on metrics_prsurvey (pull_request_id)"),
                drop_index("metrics_aiusagedaily_member_id_0274ee1d", "on metrics_aiusagedaily (member_id)"),
                drop_index("metrics_commit_author_id_67f38a6f", "on metrics_commit (author_id)"),
            ],
        )
    ]
