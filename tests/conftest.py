"""Fixtures for every folder of tests."""

from elastic_server import elasticsearch_url, pytest_unconfigure
from postgres_server import postgres_url
from secured_server import secured

__all__ = ["elasticsearch_url", "postgres_url", "pytest_unconfigure", "secured"]
