"""Fixtures for every folder of tests, and how properties are tested."""

from elastic_server import elasticsearch_url, pytest_unconfigure
from hypothesis import settings
from postgres_server import postgres_url
from secured_server import secured

__all__ = ["elasticsearch_url", "postgres_url", "pytest_unconfigure", "secured"]

# How long a test takes says more of the machine than of the code: speed is measured in bench/.
settings.register_profile("wirewatch", deadline=None)
settings.load_profile("wirewatch")
