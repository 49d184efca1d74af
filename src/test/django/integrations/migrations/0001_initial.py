# As makemigrations (Django 3.2) wrote it.

from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('users', '0001_initial'),
        ('teams', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IntegrationCredential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=50)),
                ('connected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='users.customuser')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='JiraIntegration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cloud_id', models.CharField(db_index=True, max_length=100)),
                ('sync_status', models.CharField(max_length=20)),
                ('last_sync_at', models.DateTimeField(null=True)),
                ('credential', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='integrations.integrationcredential')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.CreateModel(
            name='GitHubIntegration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organization_slug', models.CharField(db_index=True, max_length=100)),
                ('sync_status', models.CharField(max_length=20)),
                ('last_sync_at', models.DateTimeField(null=True)),
                ('credential', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to='integrations.integrationcredential')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='teams.team')),
            ],
        ),
        migrations.AddIndex(
            model_name='jiraintegration',
            index=models.Index(fields=['cloud_id'], name='jira_int_cloud_id_idx'),
        ),
        migrations.AddIndex(
            model_name='jiraintegration',
            index=models.Index(fields=['sync_status', 'last_sync_at'], name='jira_int_sync_status_idx'),
        ),
        migrations.AddIndex(
            model_name='githubintegration',
            index=models.Index(fields=['organization_slug'], name='github_int_org_slug_idx'),
        ),
        migrations.AddIndex(
            model_name='githubintegration',
            index=models.Index(fields=['sync_status', 'last_sync_at'], name='github_int_sync_status_idx'),
        ),
    ]
