"""The least that Django needs. The address comes from DATABASE_URL, as on Heroku: postgres://user:password@host:port/name."""

import os
from urllib.parse import unquote, urlsplit

_address = urlsplit(os.environ["DATABASE_URL"])

SECRET_KEY = "an example has no secrets"
INSTALLED_APPS = ["users", "teams", "integrations", "metrics"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _address.hostname,
        "PORT": _address.port or 5432,
        "NAME": unquote(_address.path[1:]),
        "USER": unquote(_address.username),
        "PASSWORD": unquote(_address.password),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
