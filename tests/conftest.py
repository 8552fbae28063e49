"""Fixtures for every folder of tests."""

from elastic_server import elasticsearch_url, pytest_unconfigure

__all__ = ["elasticsearch_url", "pytest_unconfigure"]
