from django.db import models


class Team(models.Model):
    """The tenant: every other row belongs to one."""

    name = models.CharField(max_length=100)
