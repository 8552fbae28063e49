"""Fixtures for every folder of tests, and settings for property tests."""

from elastic_server import elasticsearch_url, pytest_unconfigure
from hypothesis import settings
from postgres_server import postgres_url
from secured_server import secured

from demo.environment import drop_settings

__all__ = ["elasticsearch_url", "postgres_url", "pytest_unconfigure", "secured"]

drop_settings()

# A test's duration says more about the machine than about the code: bench/ measures speed.
settings.register_profile("wirewatch", deadline=None)
settings.load_profile("wirewatch")
