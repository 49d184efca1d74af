# As makemigrations (Django 3.2) wrote it.

from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('teams', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PRSurvey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('display_name', models.CharField(max_length=255)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='WeeklyMetrics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week_start', models.DateField()),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='metrics.teammember')),
            ],
        ),
        migrations.CreateModel(
            name='PullRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merged_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='metrics.teammember')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='PRSurveyReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='metrics.teammember')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='metrics.prsurvey')),
            ],
        ),
        migrations.AddField(
            model_name='prsurvey',
            name='pull_request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='metrics.pullrequest'),
        ),
        migrations.AddField(
            model_name='prsurvey',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team'),
        ),
        migrations.CreateModel(
            name='PRReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pull_request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='metrics.pullrequest')),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='metrics.teammember')),
            ],
        ),
        migrations.CreateModel(
            name='PRFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=500)),
                ('pull_request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='metrics.pullrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Commit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('github_sha', models.CharField(max_length=40)),
                ('committed_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='metrics.teammember')),
                ('pull_request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='metrics.pullrequest')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='AIUsageDaily',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('source', models.CharField(max_length=20)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='metrics.teammember')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.AddIndex(
            model_name='prsurvey',
            index=models.Index(fields=['pull_request'], name='pr_survey_pr_idx'),
        ),
        migrations.AddIndex(
            model_name='prsurvey',
            index=models.Index(fields=['team', 'created_at'], name='pr_survey_team_created_idx'),
        ),
        migrations.AddIndex(
            model_name='commit',
            index=models.Index(fields=['author', 'committed_at'], name='commit_author_date_idx'),
        ),
        migrations.AddIndex(
            model_name='commit',
            index=models.Index(fields=['pull_request'], name='commit_pr_idx'),
        ),
        migrations.AddIndex(
            model_name='aiusagedaily',
            index=models.Index(fields=['member', 'date'], name='ai_usage_member_date_idx'),
        ),
    ]
