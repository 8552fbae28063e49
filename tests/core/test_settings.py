"""Settings: where a value comes from, and what an invalid one is answered with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.settings import FILE, PREFIX, Settings, SettingsError, from_environment, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def write(home: Path, text: str) -> None:
    (home / FILE).write_text(text, "utf-8")


def test_defaults_apply_without_a_file(tmp_path):
    settings = load_settings(tmp_path)
    assert settings == Settings(home=tmp_path)
    assert settings.ledger == tmp_path / "ledger.db"
    assert settings.archive == str(tmp_path / "archive")
    assert settings.rules_path == tmp_path / "rules.toml"
    assert settings.index_path == tmp_path / "index.db"
    assert settings.desk_names == ()


def test_ledger_and_archive_may_be_elsewhere(tmp_path):
    settings = load_settings(tmp_path, ledger_url="postgresql://db/w", archive_url="s3://w/archive")
    assert (settings.ledger, settings.archive) == ("postgresql://db/w", "s3://w/archive")
    settings = load_settings(tmp_path, ledger_url="sqlite:////l/w.db", archive_url="/a://b")
    assert (settings.ledger, settings.archive) == ("sqlite:////l/w.db", "/a:/b")


def test_relative_places_are_in_the_home_folder_wherever_a_command_runs(tmp_path):
    settings = load_settings(tmp_path, ledger_url="sqlite:///kept/w.db", archive_url="kept/archive")
    assert settings.ledger == f"sqlite:///{tmp_path}/kept/w.db"
    assert settings.archive == str(tmp_path / "kept" / "archive")
    settings = load_settings(tmp_path, ledger_url="sqlite+pysqlite:///w.db?timeout=9")
    assert settings.ledger == f"sqlite+pysqlite:///{tmp_path}/w.db?timeout=9"


def test_an_archive_of_an_unknown_user_is_an_error(tmp_path):
    settings = load_settings(tmp_path, archive_url="~nobody-of-this-name/archive")
    with pytest.raises(SettingsError, match="begins with ~ and an unknown user"):
        assert settings.archive


def test_the_environment_overrides_the_file_which_overrides_defaults(tmp_path, monkeypatch):
    assert load_settings(tmp_path).pause == 1.0
    write(tmp_path, "pause = 2\nshards = 3\n")
    assert load_settings(tmp_path).pause == 2.0
    monkeypatch.setenv("WIREWATCH_PAUSE", "0.5")
    settings = load_settings(tmp_path)
    assert (settings.pause, settings.shards) == (0.5, 3)
    assert load_settings(tmp_path, pause=9).pause == 9.0


def test_the_home_comes_from_the_argument_then_environment_then_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings().home == tmp_path / "data" / "wirewatch"
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path / "named"))
    assert load_settings().home == tmp_path / "named"
    assert load_settings(tmp_path / "given").home == tmp_path / "given"


def test_a_home_is_made_absolute_and_its_tilde_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert load_settings(Path("~/wire")).home == tmp_path / "wire"
    assert load_settings(Path("wire")).home == tmp_path / "wire"


@pytest.mark.parametrize(
    ("typed", "patterns"),
    [
        ("*.localhost", ("*.localhost",)),
        (" a.example , b.example,", ("a.example", "b.example")),
        ("", ()),
    ],
)
def test_a_list_in_the_environment_is_split_at_commas(tmp_path, monkeypatch, typed, patterns):
    monkeypatch.setenv("WIREWATCH_ALLOW_HOSTS", typed)
    assert load_settings(tmp_path).allow_hosts == patterns


def test_a_list_in_the_file_is_a_list(tmp_path):
    write(tmp_path, 'allow_hosts = ["*.example", "fd00::1"]\n')
    assert load_settings(tmp_path).allow_hosts == ("*.example", "fd00::1")


def test_variables_of_the_test_suite_are_not_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("WIREWATCH_TEST_ELASTICSEARCH", "http://127.0.0.1:9")
    assert load_settings(tmp_path) == Settings(home=tmp_path)


def test_an_unknown_name_in_the_file_is_an_error_with_a_hint(tmp_path):
    write(tmp_path, "pauze = 2\n")
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert str(error.value) == (
        f"{tmp_path / FILE} sets pauze, which is not a setting; did you mean pause?"
    )


def test_an_unknown_name_in_the_environment_is_an_error_with_a_hint(tmp_path, monkeypatch):
    monkeypatch.setenv("WIREWATCH_PAUZE", "2")
    with pytest.raises(SettingsError, match=r"environment sets WIREWATCH_PAUZE.*WIREWATCH_PAUSE"):
        load_settings(tmp_path)


def test_a_name_unlike_any_setting_gets_no_hint(tmp_path):
    write(tmp_path, "zzzzzz = 2\n")
    with pytest.raises(SettingsError, match=r"sets zzzzzz, which is not a setting$"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "meaning"),
    [
        ("shards", "65", "hourly DAG"),
        ("shards", "many", "hourly DAG"),
        ("pause", "-1", "between two requests"),
        ("page_max_bytes", "0", "largest page"),
        ("pause", "inf", "between two requests"),
        ("lease_seconds", "1e13", "lost worker"),
        ("keep_pages_days", "1000000", "for ever"),
        ("window_days", "1000000", "may join an article"),
    ],
)
def test_an_invalid_value_is_named_with_its_place_and_meaning(
    tmp_path, monkeypatch, name, value, meaning
):
    monkeypatch.setenv(PREFIX + name.upper(), value)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    said = str(error.value)
    assert f"the environment ({PREFIX}{name.upper()}) sets {name} = '{value}'" in said
    assert meaning in said


def test_an_invalid_value_that_is_given_by_name_is_of_the_command_line(tmp_path):
    with pytest.raises(
        SettingsError, match=r"^the command line sets pause = -1: expected 0 or more"
    ):
        load_settings(tmp_path, pause=-1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pause = true", "sets pause = True: expected a number (seconds between two"),
        ('pause = "2"', "sets pause = '2': expected a number"),
        ("shards = true", "sets shards = True: expected a whole number"),
        ('shards = "4"', "sets shards = '4': expected a whole number"),
        ("shards = 4.0", "sets shards = 4.0: expected a whole number"),
        ("allow_ports = [true]", "sets allow_ports = True: expected a whole number"),
        ('allow_ports = ["80"]', "sets allow_ports = '80': expected a whole number"),
        ('retry_ladder = ["5"]', "sets retry_ladder = '5': expected a number"),
        ("allow_ports = 80", "sets allow_ports = 80: expected a list (ports on which"),
        ('headers = "a=b"', "sets headers: expected a table (extra request headers"),
        ('headers = {"a.b" = {C = 3}}', "sets headers.a.b.C: expected text"),
        (
            'headers = {"a.b" = {User-Agent = "x"}}',
            "sets headers.a.b.User-Agent: the header User-Agent cannot be set (extra request",
        ),
        ('proxy = "socks5://a:1"', "sets proxy = 'socks5://a:1': it has the wrong form (http:"),
        (
            'headers = {"https://a.b/" = {C = "x"}}',
            "sets headers.https://a.b/: it has the wrong form (extra request headers for a host",
        ),
        ('contact = "a\\nb"', "sets contact = 'a\\nb': it has the wrong form (your address"),
        ('proxy = "http://a:99999"', "sets proxy = 'http://a:99999': port out of range 0-65535 (h"),
        ('allow_hosts = ["a:80"]', "sets allow_hosts = 'a:80': it has the wrong form (host pat"),
        (
            'desk_hosts = ["https://a"]',
            "sets desk_hosts = 'https://a': it has the wrong form (h",
        ),
        ('proxy = "http://a/b"', "sets proxy = 'http://a/b': it has the wrong form (http:"),
        ('proxy = {ftp = "http://a"}', "sets proxy.ftp: expected 'http' or 'https' (http:"),
        ('proxy = {http = "a"}', "sets proxy.http = 'a': it has the wrong form (http:// or"),
    ],
)
def test_a_value_of_the_wrong_type_in_the_file_is_not_converted(tmp_path, line, said):
    write(tmp_path, line)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert str(error.value).startswith(f"{tmp_path / FILE} {said}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "line",
    [
        "desk_password = 4711",
        "elasticsearch_api_key = [4711]",
        "elasticsearch_admin_key = [4711]",
        'headers = {"a.b" = {Cookie = "s\u00e4=4711"}}',
        'proxy = "me:4711@a:1"',
        'proxy = "socks5://me:4711@a:1"',
        'proxy = "http://me:47/4711@a:1"',
        'proxy = "http://me:47 4711@a:1"',
        'proxy = {http = "ftp://me:4711\'s@a:1"}',
        'archive_url = ["s3://me:4711@a"]',
    ],
)
def test_no_error_shows_a_secret(tmp_path, line):
    write(tmp_path, line)
    with pytest.raises(SettingsError) as error:
        load_settings(tmp_path)
    assert f"sets {line.split()[0]}" in str(error.value)
    assert "4711" not in str(error.value)


def test_settings_as_text_have_no_secret(tmp_path):
    secret = {"desk_password": "4711", "headers": {"a.b": {"Cookie": "4711"}}}
    keys = dict.fromkeys(("elasticsearch_api_key", "elasticsearch_admin_key"), "4711")
    assert "4711" not in repr(load_settings(tmp_path, **secret, **keys))


def test_a_host_of_headers_is_known_in_any_case(tmp_path):
    write(tmp_path, 'headers = {"News.example" = {C = "x"}}')
    assert load_settings(tmp_path).headers == {"news.example": {"C": "x"}}


def test_integers_and_lists_in_the_file_keep_their_types(tmp_path):
    write(tmp_path, "pause = 2\nallow_ports = [80]\nretry_ladder = [5, 6.5]\n")
    settings = load_settings(tmp_path)
    assert (settings.pause, settings.allow_ports, settings.retry_ladder) == (2.0, (80,), (5.0, 6.5))


def test_a_home_folder_cannot_set_another_home(tmp_path):
    write(tmp_path, 'home = "/elsewhere"\n')
    with pytest.raises(SettingsError, match="WIREWATCH_HOME"):
        load_settings(tmp_path)


def test_a_bad_value_overridden_by_the_environment_does_not_matter(tmp_path, monkeypatch):
    write(tmp_path, 'pause = "soon"\n')
    monkeypatch.setenv("WIREWATCH_PAUSE", "3")
    assert load_settings(tmp_path).pause == 3.0


def test_one_setting_can_be_read_without_a_home_folder(monkeypatch):
    assert from_environment("shards") == 4
    monkeypatch.setenv("WIREWATCH_SHARDS", "7")
    monkeypatch.setenv("WIREWATCH_PAUSE", "long")  # other settings are not looked at
    assert from_environment("shards") == 7
    for bad in ("abc", "0", "65", ""):
        monkeypatch.setenv("WIREWATCH_SHARDS", bad)
        said = f"WIREWATCH_SHARDS.* sets shards = '{bad}': expected"
        with pytest.raises(SettingsError, match=said):
            from_environment("shards")


@pytest.mark.parametrize("content", [b"pause = ", b"\xff\xfe"])
def test_invalid_toml_is_an_error_that_names_the_file(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(SettingsError, match=FILE):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "ports"), [("", (80, 443, 8080, 8443)), ("allow_ports = [80, 81]\n", (80, 81))]
)
def test_a_port_must_be_a_number(tmp_path, monkeypatch, text, ports):
    write(tmp_path, text)
    assert load_settings(tmp_path).allow_ports == ports
    monkeypatch.setenv("WIREWATCH_ALLOW_PORTS", "443, 444")
    assert load_settings(tmp_path).allow_ports == (443, 444)
    for bad in ("0", "65536", "http"):
        monkeypatch.setenv("WIREWATCH_ALLOW_PORTS", bad)
        with pytest.raises(SettingsError, match="allow_ports"):
            load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "proxies"),
    [
        ("", {}),
        ('proxy = ""\n', {}),
        (
            'proxy = "http://me:secret@proxy.example:3128"\n',
            dict.fromkeys(("http", "https"), "http://me:secret@proxy.example:3128"),
        ),
        ('[proxy]\nhttps = "http://proxy.example/"\n', {"https": "http://proxy.example/"}),
    ],
)
def test_proxy_is_one_address_or_one_per_scheme(tmp_path, text, proxies):
    write(tmp_path, text)
    assert load_settings(tmp_path).proxy == proxies


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://desk.example", "desk.example"),
        ("http://Desk.example:8090/", "desk.example"),
        ("http://[fd00::1]:8090", "[fd00::1]"),
    ],
)
def test_the_desk_answers_under_the_name_in_its_address(tmp_path, address, name):
    write(tmp_path, f'desk_url = "{address}"\ndesk_hosts = ["*.example"]\n')
    assert load_settings(tmp_path).desk_names == ("*.example", name)


@pytest.mark.parametrize(
    "address",
    ["desk.example", "ftp://desk.example", "https://me:secret@desk.example", "https://a.example/b"],
)
def test_the_desks_address_is_a_sites(tmp_path, address):
    write(tmp_path, f'desk_url = "{address}"\n')
    with pytest.raises(SettingsError, match="sets desk_url"):
        load_settings(tmp_path)


def test_an_outlet_may_have_its_own_headers(tmp_path):
    write(tmp_path, '[headers."news.example"]\nAuthorization = "Bearer x"\nX-Reader = "desk"\n')
    assert load_settings(tmp_path).headers == {
        "news.example": {"Authorization": "Bearer x", "X-Reader": "desk"}
    }


@pytest.mark.parametrize(
    "field",
    [
        'Host = "inside.example"',
        'transfer-encoding = "chunked"',
        'User-Agent = "Mozilla/5.0"',
        'X = "a\\r\\nHost: b"',
        '"X Y" = "a"',
        'X = "caf\u00e9"',
    ],
)
def test_a_header_that_may_not_be_set_is_an_error(tmp_path, field):
    write(tmp_path, f'[headers."news.example"]\n{field}\n')
    with pytest.raises(SettingsError, match="headers"):
        load_settings(tmp_path)


def test_a_file_may_start_with_a_byte_order_mark(tmp_path):
    write(tmp_path, "\ufeffpause = 2\n")
    assert load_settings(tmp_path).pause == 2


def test_a_home_of_an_unknown_user_is_an_error():
    with pytest.raises(SettingsError, match="~nobody-of-this-name/news begins with"):
        load_settings(Path("~nobody-of-this-name/news"))


def test_every_setting_says_what_it_means():
    assert all(field.description for field in Settings.model_fields.values())
