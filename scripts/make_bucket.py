"""One-shot: make the archive's bucket, if the archive is in an S3 store and has none yet."""

from __future__ import annotations

import fsspec

from core.settings import load_settings


def make(archive: str) -> None:
    """Make the bucket of an archive's URL; does nothing for a folder."""
    filesystem, path = fsspec.core.url_to_fs(archive)
    if archive.startswith("s3://"):
        filesystem.makedirs(path.partition("/")[0], exist_ok=True)


if __name__ == "__main__":
    make(load_settings().archive)
