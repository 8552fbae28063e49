"""Settings, read from the environment and from `wirewatch.toml` in the home folder.

A value is looked up in the environment (`WIREWATCH_PAUSE=2`), then in that file (`pause = 2`), then
in the defaults below. An unknown name or a value that does not fit is an error that says where it
stands and what was expected.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import WirewatchError
from core.handwritten import read_text, read_toml
from core.refusals import reason
from core.setting_values import (
    CENTURY,
    YEAR,
    DeskUrl,
    HeaderName,
    HeaderValue,
    HostName,
    Patterns,
    Ports,
    Proxies,
    Seconds,
    without_credentials,
)

PREFIX = "WIREWATCH_"
FILE = "wirewatch.toml"
TEST_PREFIX = f"{PREFIX}TEST_"
"""Variables of the test suite; they are not settings."""


class SettingsError(WirewatchError):
    """A setting is unknown or has a value that does not fit; the text names it and its place."""


class Settings(BaseModel):
    """Everything that can be set. Times are in seconds, sizes in bytes, unless a name says
    otherwise. With `repr=False` a value is a secret, which no error shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="folder that holds everything of one person or newsroom")
    ledger_url: str = Field(
        "",
        description="SQLAlchemy URL of the ledger; SQLite's relative files are in the home folder, "
        "where it is if empty",
    )
    archive_url: str = Field(
        "",
        description="fsspec URL or folder of the archive; relative ones are in the home folder, "
        "where it is if empty",
    )
    elasticsearch_url: str = Field(
        "", description="URL of Elasticsearch; if empty, the embedded index in the home folder"
    )
    elasticsearch_api_key: str = Field(
        "",
        repr=False,
        description="the writer's or the reader's API key, encoded, if the server needs one",
    )
    elasticsearch_admin_key: str = Field(
        "",
        repr=False,
        description="the provisioner's API key, to prepare, rebuild and mend the index",
    )
    elasticsearch_ca: str = Field(
        "",
        description="certificate of the authority that signed the server's, if not a public one",
    )
    elasticsearch_alias: str = Field("wirewatch-articles", description="alias of the indices")
    elasticsearch_operations: str = Field(
        "wirewatch-operations",
        description="index that reports to Kibana how passes and feeds are doing",
    )
    contact: str = Field(
        "",
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="your address, sent in the User-Agent so that site owners can reach you",
    )
    allow_hosts: Patterns = Field(
        (), description="host patterns that may resolve to private addresses, at any port"
    )
    allow_ports: Ports = Field(
        (80, 443, 8080, 8443), description="ports on which sites may be requested"
    )
    proxy: Proxies = Field(
        "",
        validate_default=True,
        description="http:// or https:// URL of a proxy; with one, the proxy has to refuse hosts "
        "that resolve to private addresses",
    )
    headers: dict[HostName, dict[HeaderName, HeaderValue]] = Field(
        {},
        repr=False,
        description="extra request headers for a host and its subdomains, by https or to "
        'allow_hosts, only in the file: {"news.example" = {Cookie = "a=b"}}',
    )
    schedule: str = Field(
        "@hourly", description="when the hourly DAG runs; set it in the environment"
    )
    shards: int = Field(
        4,
        ge=1,
        le=64,
        description="parts of the hourly DAG that run in parallel; set it in the environment",
    )
    pool: str = Field(
        "default_pool",
        description="Airflow pool of the tasks that contact sites; set it in the environment",
    )
    concurrency: int = Field(64, ge=1, description="sites that one process requests in parallel")
    pause: float = Field(1.0, ge=0, le=YEAR, description="seconds between two requests to one site")
    connect_timeout: float = Field(
        10.0, gt=0, le=YEAR, description="seconds allowed for opening a connection"
    )
    read_timeout: float = Field(
        20.0, gt=0, le=YEAR, description="seconds allowed between two packets of an answer"
    )
    total_timeout: float = Field(
        60.0,
        gt=0,
        le=YEAR,
        description="seconds allowed for a whole answer, including redirects but not pauses",
    )
    feed_max_bytes: int = Field(
        20_000_000, gt=0, description="largest feed accepted, in bytes after decompression"
    )
    page_max_bytes: int = Field(
        10_000_000, gt=0, description="largest page accepted, in bytes after decompression"
    )
    poll_every: float = Field(
        # Five minutes under the hour: an hourly schedule must not miss a feed by seconds.
        3300.0,
        ge=0,
        le=YEAR,
        description="seconds between polls of a feed that does not say how often",
    )
    poll_min: float = Field(
        600.0, ge=0, le=YEAR, description="fewest seconds between two polls of a feed"
    )
    poll_max: float = Field(
        86_400.0, ge=0, le=YEAR, description="most seconds between two polls of a healthy feed"
    )
    retry_ladder: Seconds = Field(
        (300.0, 1200.0, 3600.0, 14_400.0, 43_200.0, 86_400.0),
        description="seconds before each retry of a page that may work later",
    )
    extract_processes: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="processes that read pages and large feeds; if not set, one per core; 0: read "
        "them in the main process, without limits",
    )
    extract_timeout: float = Field(
        30.0,
        gt=0,
        le=YEAR,
        description="seconds of processor time that reading one page or large feed may take",
    )
    extract_max_bytes: int = Field(
        2_000_000_000, gt=0, description="bytes of memory that reading one of them may take"
    )
    segment_items: int = Field(200, ge=1, le=5_000, description="most items in one archive file")
    keep_pages_days: float = Field(
        30.0,
        ge=0,
        le=CENTURY,
        description="days that fetched pages are kept for people to look at; 0: for ever, like "
        "articles",
    )
    window_days: float = Field(
        60.0,
        gt=0,
        le=CENTURY,
        description="days in which later articles may join an article's story",
    )
    copy_days: float = Field(
        7.0,
        gt=0,
        le=CENTURY,
        description="days in which edited copies of an article are recognised",
    )
    thread: Literal["topic", "all"] = Field(
        "topic", description="what is put into stories: articles on topic, or all articles"
    )
    deliver_timeout: float = Field(
        60.0,
        gt=0,
        le=YEAR,
        description="seconds of a pass in which a channel begins messages, and for each answer",
    )
    desk_password: str = Field(
        "",
        repr=False,
        description="password for the desk; needed before other machines may reach it",
    )
    desk_url: DeskUrl = Field(
        "",
        description="address at which readers open the desk, as https://desk.example.org; alerts "
        "and digests link to it",
    )
    desk_hosts: Patterns = Field(
        (),
        description="host names of the desk, besides localhost and that of desk_url; one may begin "
        "with `*.`",
    )
    lease_seconds: float = Field(
        120.0,
        gt=0,
        le=86_400 * 30,
        description="seconds after which others may take over a lost worker's work",
    )

    @property
    def ledger(self) -> str | Path:
        """The ledger's SQLAlchemy URL, or its file in the home folder."""
        if not self.ledger_url:
            return self.home / "ledger.db"
        relative = re.fullmatch(r"(sqlite(?:\+\w+)?:///)((?!file:)[^/:?].*)", self.ledger_url)
        return f"{relative[1]}{self.home}/{relative[2]}" if relative else self.ledger_url

    @property
    def archive(self) -> str:
        """The archive's fsspec URL, or its folder, the same in whatever folder a command runs.

        Raises:
            SettingsError: it begins with ~ and an unknown user.
        """
        if "://" in self.archive_url and not self.archive_url.startswith("/"):
            return self.archive_url
        return str(self.home / _expanded(Path(self.archive_url or "archive")))

    @property
    def rules_path(self) -> Path:
        """The file of the readers' rules."""
        return self.home / "rules.toml"

    @property
    def desk_names(self) -> tuple[str, ...]:
        """Patterns of the host names under which readers reach the desk."""
        name = urlsplit(self.desk_url).hostname
        if not name:
            return self.desk_hosts
        return (*self.desk_hosts, f"[{name}]" if ":" in name else name)

    @property
    def index_path(self) -> Path:
        """The embedded index's file."""
        return self.home / "index.db"


def default_home() -> Path:
    """The user's data folder, in the platform's usual place."""
    return Path(platformdirs.user_data_dir("wirewatch", appauthor=False))


def home_folder(home: Path | None = None) -> Path:
    """The home folder: the given one, else `WIREWATCH_HOME`, else the user's data folder.

    Raises:
        SettingsError: it begins with ~ and an unknown user.
    """
    return _expanded(home or Path(os.environ.get(f"{PREFIX}HOME") or default_home())).absolute()


def _expanded(folder: Path) -> Path:
    try:
        return folder.expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"{folder} begins with ~ and an unknown user; give the folder's full path, or put ./ "
            "before a ~ that is part of its name"
        ) from error


def load_settings(home: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings of a home folder.

    Args:
        home: as for `home_folder`.
        overrides: values that win over file and environment, by name.

    Raises:
        SettingsError: a name is unknown, a value does not fit, or the file is not TOML.
    """
    environment = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in os.environ.items()
        if key.startswith(PREFIX) and not key.startswith(TEST_PREFIX)
    }
    folder = home_folder(home)
    file = folder / FILE
    from_file = _read_file(file)
    _check_names(from_file, str(file), spell=str)
    if "home" in from_file:
        raise SettingsError(
            f"{file} sets home, but this file is read from the home folder; remove that line, "
            "and choose another home folder with --home or WIREWATCH_HOME"
        )
    _check_names(environment, "the environment", spell=lambda name: PREFIX + name.upper())
    above = {**environment, **overrides, "home": folder}
    of_file = {name: value for name, value in from_file.items() if name not in above}
    try:
        # Environment variables are text, from which numbers are parsed. The file has types of its
        # own: neither `true` nor "4" is a number there.
        Settings.model_validate({**of_file, "home": folder}, strict=True)
        return Settings(**of_file, **above)
    except ValidationError as error:
        raise SettingsError(_explain(error, from_file, environment, file)) from None


def from_environment(name: str) -> Any:
    """One setting from the environment, else its default: for use before there is a home folder to
    read, as when Airflow reads a DAG.

    Raises:
        SettingsError: the value does not fit.
    """
    value = os.environ.get(PREFIX + name.upper())
    set_here = {} if value is None else {name: value}
    folder = default_home()
    try:
        return getattr(Settings(home=folder, **set_here), name)
    except ValidationError as error:
        raise SettingsError(_explain(error, {}, set_here, folder / FILE)) from None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return read_toml(read_text(file, SettingsError), str(file), SettingsError)
    except FileNotFoundError:
        return {}


def _check_names(values: dict[str, Any], place: str, spell: Callable[[str], str]) -> None:
    known = list(Settings.model_fields)
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {spell(near[0])}?" if near else ""
            raise SettingsError(f"{place} sets {spell(name)}, which is not a setting{hint}")


def _explain(
    error: ValidationError, from_file: dict[str, Any], environment: dict[str, Any], file: Path
) -> str:
    lines = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        if name in environment:
            place = f"the environment ({PREFIX}{name.upper()})"
        elif name in from_file:
            place = str(file)
        else:
            place = "the command line"
        # A fault in a table is told with its key; of a list, the element is enough.
        within = [part for part in problem["loc"][1:] if isinstance(part, str)]
        at = name
        if place == str(file) and isinstance(from_file[name], dict):
            at = ".".join([name, *(part for part in within if part != "[key]")])
        field = Settings.model_fields[name]
        is_shown = field.repr and within[-1:] != ["[key]"]
        given = f" = {without_credentials(repr(problem['input']))}" if is_shown else ""
        lines.append(f"{place} sets {at}{given}: {reason(problem)} ({field.description})")
    # A proxy's URL stands for two, which are wrong for the same reason.
    return "\n".join(dict.fromkeys(lines))
