"""The compose file and what it names fit together, as far as this shows without a Docker engine.

The schema below is stricter than the Compose Specification: it knows only the keys that are used,
and requires what we require of every service.
"""

from __future__ import annotations

import graphlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from sqlalchemy import make_url
from typer.testing import CliRunner

from core.settings import PREFIX, Settings
from demo.airflow import PARTS
from search.elastic.provision import KEY_FILE, PASSWORDS, rights
from wirewatch.cli import app

ROOT = Path(__file__).parent.parent
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
ENTRYPOINT = (ROOT / "scripts/entrypoint.sh").read_text("utf-8")
DATABASES = (ROOT / "scripts/databases.sql").read_text("utf-8")
GUIDE = (ROOT / "docs/operate.md").read_text("utf-8")

TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT, "minItems": 1}
SPAN = {"type": "string", "pattern": r"^\d+(s|m)$"}
PINNED = r"^([a-z]+/)?[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)*$"

SERVICE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image", "restart", "cap_drop", "security_opt", "logging"],
    "properties": {
        "image": {"type": "string", "pattern": PINNED},
        "build": {"const": "."},
        "pull_policy": {"enum": ["never", "missing"]},
        "user": {"enum": ["postgres", "redis"]},
        "init": {"type": "boolean"},
        "stop_grace_period": SPAN,
        "restart": {"type": "string", "pattern": r"^(no|unless-stopped|on-failure:\d)$"},
        "cap_drop": {"const": ["ALL"]},
        "security_opt": TEXTS,
        "read_only": {"const": True},
        "tmpfs": {"enum": [["/tmp"], ["/tmp", "/run/postgresql"]]},
        "shm_size": {"const": "256m"},
        "logging": {
            "const": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}
        },
        "profiles": TEXTS,
        "entrypoint": TEXTS,
        "command": TEXTS,
        # Only strings: YAML turns a bare false or 8 into something that a variable cannot hold.
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "mem_limit": {"type": "string", "pattern": r"^(\d+[mg]|\$\{\w+:-\d+[mg]\})$"},
        "ulimits": {"type": "object", "additionalProperties": {"type": "integer"}},
        "ports": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"},
        },
        "volumes": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^(\./)?[\w./-]+:/[\w./-]+(:ro)?$"},
        },
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {"enum": ["service_healthy", "service_completed_successfully"]}
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test", "interval", "timeout", "retries", "start_period"],
            "properties": {
                "test": {
                    "type": "array",
                    "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}],
                    "items": TEXT,
                    "minItems": 2,
                },
                "interval": SPAN,
                "timeout": SPAN,
                "start_period": SPAN,
                "retries": {"type": "integer", "minimum": 1},
            },
        },
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "services", "volumes"],
    "properties": {
        "name": {"const": "wirewatch"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": "null"}},
    },
    "patternProperties": {"^x-": {}},
}


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text("utf-8"))


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def ours() -> dict[str, dict[str, Any]]:
    return {
        name: each for name, each in services().items() if each["image"].startswith("wirewatch:")
    }


def environment(prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Service, name and value of each variable."""
    for service, each in services().items():
        for name, value in each.get("environment", {}).items():
            if name.startswith(prefix):
                yield service, name, value


def filled(value: str) -> str:
    """A value with its variables replaced."""
    defaults = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
    return re.sub(r"\$\{\w+:\?[^}]+\}", "secret", defaults)


def mounts(service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Source and target of each mount."""
    for mount in service.get("volumes", []):
        yield mount.split(":")[0], mount.split(":")[1]


def programs() -> list[list[str]]:
    """The command lines of our image, including those of health checks and of the guide."""
    found = [
        [*each.get("entrypoint", ["entrypoint"])[1:], *each["command"]] for each in ours().values()
    ]
    checks = [each["healthcheck"]["test"] for each in ours().values() if "healthcheck" in each]
    found += [test[1:] for test in checks if test[0] == "CMD"]
    return found + [line for _, line in guide_commands() if line]


def guide_commands() -> list[tuple[str, list[str]]]:
    """Each service that the guide runs something in, with the command if the image is ours."""
    found = []
    text = GUIDE.replace("\\\n", " ")
    for verb, rest in re.findall(r"docker compose (run|exec) ([^`\n#]+)", text):
        words = shlex.split(rest.partition("<")[0].partition(">")[0])
        options: list[str] = []
        while words[0].startswith("-"):
            option = words.pop(0)
            options += [option, words.pop(0)] if option == "--entrypoint" else [option]
        service, *line = words
        each = services()[service]
        if verb == "run" and "--entrypoint" in options:
            line = [options[options.index("--entrypoint") + 1], *line]
        elif verb == "run":
            line = [*each.get("entrypoint", ["entrypoint"])[1:], *(line or each["command"])]
        found.append((service, line if service in ours() else []))
    return found


def copied() -> dict[str, str]:
    """What the Dockerfile copies from the project: source to target."""
    lines = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) (\S+)$", DOCKERFILE, re.MULTILINE)
    return {source: target for sources, target in lines for source in sources.split()}


def test_compose_file_fits_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(compose(), SCHEMA, jsonschema.Draft202012Validator)


def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    command = ["docker", "compose"]
    docker = shutil.which("docker")
    if not docker or subprocess.run([*command, "version"], capture_output=True).returncode:
        pytest.skip("no docker compose here")
    env = tmp_path / ".env"
    example = (ROOT / ".env.example").read_text("utf-8")
    env.write_text(re.sub(r"(?m)^(\w+)=$", r"\1=secret", example))
    done = subprocess.run(
        [*command, "--env-file", env, "-f", COMPOSE, "--profile", "*", "config", "--quiet"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_env_example_lists_exactly_the_variables_used() -> None:
    text = re.sub(r"(?m)^\s*#.*$", "", COMPOSE.read_text("utf-8"))
    used = re.findall(r"(?<!\$)\$\{?(\w+)(:[?-][^}]+)?", text)
    example = (ROOT / ".env.example").read_text("utf-8")
    needed = {name for name, rest in used if not rest.startswith(":-")}
    assert needed == set(re.findall(r"(?m)^(\w+)=", example))
    # Variables with a default are listed there as comments.
    optional = {name for name, rest in used if rest.startswith(":-")}
    offered = set(re.findall(r"(?m)^# ([A-Z_]+)=", example))
    assert optional == offered - {"COMPOSE_PROFILES"}  # which Compose itself reads
    # Each has either a default or a message for when it is not set.
    assert [name for name, rest in used if not rest] == []


def test_env_example_shows_the_defaults() -> None:
    examples = {
        *("DESK_URL", "AIRFLOW_URL", "KIBANA_URL", "OTEL_ON", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        *("COMPOSE_PROFILES", "AIRFLOW_EXECUTOR", "AIRFLOW_PARALLELISM", "WIREWATCH_ARCHIVE_URL"),
        "AWS_ENDPOINT_URL",
    }
    example = (ROOT / ".env.example").read_text("utf-8")
    shown = dict(re.findall(r"(?m)^# ([A-Z_]+)=(.*)$", example))
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", COMPOSE.read_text("utf-8")))
    own = shown.keys() - examples
    assert "TASKS_MEMORY" in own
    assert {name: shown[name] for name in own} == {name: defaults[name] for name in own}


def test_mounted_files_and_volumes_exist() -> None:
    found = [source for each in services().values() for source, _ in mounts(each)]
    files = {source for source in found if source.startswith(".")}
    assert files
    assert [source for source in files if not (ROOT / source).is_file()] == []
    assert set(found) - files == set(compose()["volumes"])


def test_docs_say_what_each_volume_holds() -> None:
    state = GUIDE.partition("## State")[2].partition("\n## ")[0]
    assert [one for one in compose()["volumes"] if f"`{one}`" not in state] == []


def test_volumes_of_our_services_belong_to_our_user() -> None:
    made = re.search(r"install -d -o wirewatch.+?(?=\nCOPY)", DOCKERFILE, re.DOTALL)
    assert made
    targets = {target for each in ours().values() for _, target in mounts(each)}
    assert targets
    assert targets - set(made[0].split()) == set()


def test_service_dependencies_can_be_met() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            healthy = how["condition"] == "service_healthy"
            assert healthy == ("healthcheck" in services()[other]), (name, other)
            # A service that always restarts never completes.
            assert healthy == (services()[other]["restart"] == "unless-stopped"), (name, other)
            # A service waits forever for one that none of its own profiles starts.
            assert set(services()[other].get("profiles", [])) <= set(service.get("profiles", []))
    order = {name: each.get("depends_on", {}).keys() for name, each in services().items()}
    assert list(graphlib.TopologicalSorter(order).static_order())


def test_every_host_is_a_service() -> None:
    texts = [filled(value) for _, _, value in environment()]
    texts += [word for each in services().values() for word in each.get("command", [])]
    hosts = {urlsplit(text).hostname for text in texts if "://" in text}
    assert {"airflow-apiserver", "elasticsearch", "kibana", "postgres"} <= hosts
    assert hosts - {"localhost"} <= set(services())


def test_every_wirewatch_variable_is_a_setting() -> None:
    named = {name for _, name, _ in environment(PREFIX)}
    named |= set(re.findall(rf"\b{PREFIX}\w+", ENTRYPOINT + DOCKERFILE))
    assert f"{PREFIX}ELASTICSEARCH_API_KEY" in named
    assert named - {PREFIX + field.upper() for field in Settings.model_fields} == set()


def test_each_web_page_can_have_another_address_behind_a_proxy() -> None:
    for page, variable, own in (
        ("desk", "WIREWATCH_DESK_URL", "DESK_URL"),
        ("airflow-apiserver", "AIRFLOW__API__BASE_URL", "AIRFLOW_URL"),
        ("kibana", "SERVER_PUBLICBASEURL", "KIBANA_URL"),
    ):
        (port,) = services()[page]["ports"]
        published = port.split(":")[1]
        assert {value for _, _, value in environment(variable)} == {
            f"${{{own}:-http://localhost:{published}}}"
        }
    # Those that tell of failed tasks link to their logs.
    telling = {name for name, _, _ in environment("AIRFLOW__API__BASE_URL")}
    assert {"airflow-scheduler", "airflow-worker", "airflow-dag-processor"} <= telling


def test_databases_in_urls_are_created_by_postgres() -> None:
    urls = {value for _, _, value in environment() if value.startswith("postgresql")}
    assert len(urls) == 2
    for value in urls:
        url = make_url(filled(value))
        assert f"CREATE DATABASE {url.database} OWNER {url.username};" in DATABASES
        password = re.search(rf"CREATE ROLE {url.username} LOGIN PASSWORD :'(\w+)'", DATABASES)
        assert password
        (secret,) = re.findall(r"\$\{(\w+):", value)
        assert f"\\getenv {password[1]} {secret}\n" in DATABASES
        assert secret in services()["postgres"]["environment"]
        assert url.get_dialect().import_dbapi()


def test_each_key_is_mounted_only_where_it_is_needed() -> None:
    path = re.search(r"^keys=(\S+)$", ENTRYPOINT, re.MULTILINE)
    assert path
    assert services()["elasticsearch-provision"]["command"][-1] == path[1]
    having = {
        key: {
            name
            for name, each in services().items()
            if (f"{key}-key", f"{path[1]}/{key}") in mounts(each)
        }
        for key in rights("any", "work")
    }
    minting = {"elasticsearch-provision"}
    assert having == {
        "writer": {
            *minting,
            "airflow-scheduler",
            "airflow-worker",
            "wirewatch",
            "wirewatch-admin",
        },
        "reader": {*minting, "desk"},
        "provisioner": {*minting, "wirewatch-admin"},
    }
    assert f"/$name/{KEY_FILE}" in ENTRYPOINT


def test_only_provisioning_has_the_superusers_password() -> None:
    knowing = {service for service, name, _ in environment("ELASTIC_PASSWORD")}
    assert knowing == {"elasticsearch", "elasticsearch-provision"}
    assert set(PASSWORDS) <= set(services()["elasticsearch-provision"]["environment"])


def test_elasticsearch_kibana_and_client_have_one_version() -> None:
    server = services()["elasticsearch"]["image"].removeprefix("elasticsearch:")
    assert services()["kibana"]["image"] == f"kibana:{server}"
    assert version("elasticsearch").split(".")[:2] == server.split(".")[:2]


def test_one_service_builds_our_image_and_none_pulls_it() -> None:
    building = {name for name, each in ours().items() if "build" in each}
    assert len(building) == 1
    assert {name for name, each in ours().items() if each["pull_policy"] != "never"} == building
    # `docker compose run wirewatch` starts its dependencies, so the image is built then.
    waiting, seen = ["wirewatch"], set()
    while waiting:
        seen.add(one := waiting.pop())
        waiting += services()[one].get("depends_on", {})
    assert building <= seen


def test_services_that_read_the_dags_share_their_settings() -> None:
    # One service reads a DAG, and the one that runs its tasks reads it again.
    reads = [*(ROOT / "dags").glob("*.py"), ROOT / "wirewatch" / "airflow.py"]
    source = "".join(file.read_text("utf-8") for file in reads)
    named = re.findall(r'from_environment\("(\w+)"\)', source)
    shape = {f"WIREWATCH_{name.upper()}" for name in named}
    assert len(shape) == 3
    reading = ("airflow-dag-processor", "airflow-scheduler", "airflow-worker")
    for name in shape:
        assert len({services()[one]["environment"][name] for one in reading}) == 1


def test_no_other_limit_of_airflow_keeps_tasks_from_its_parallelism() -> None:
    limits = {value for _, _, value in environment("AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG")}
    assert limits == {value for _, _, value in environment("AIRFLOW__CORE__PARALLELISM")}


def test_a_task_may_wait_for_a_worker_as_long_as_another_may_take() -> None:
    source = (ROOT / "wirewatch" / "airflow.py").read_text("utf-8")
    (hours,) = re.findall(r'"execution_timeout": timedelta\(hours=(\d+)\)', source)
    wait, handed_on = (
        int(services()["airflow-scheduler"]["environment"][f"AIRFLOW__{name}_TIMEOUT"])
        for name in ("SCHEDULER__TASK_QUEUED", "CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY")
    )
    # Before that, Celery must not hand it to another worker as well.
    assert int(hours) * 3600 <= wait < handed_on


def test_what_tells_operators_of_a_failed_task_has_time_to() -> None:
    longest = Settings.model_fields["deliver_timeout"].default
    for name in ("CORE__TASK_SUCCESS_OVERTIME", "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT"):
        (left,) = {value for _, _, value in environment(f"AIRFLOW__{name}")}
        assert float(left) >= longest + 20  # to load it, and to let others speak first


def test_services_that_notify_operators_have_the_rules_and_the_ledger() -> None:
    # If a task's process was lost, Airflow lets the DAG processor notify.
    home = ("wirewatch-home", "/var/lib/wirewatch")
    for name in ("airflow-dag-processor", "airflow-scheduler", "airflow-worker"):
        assert home in mounts(services()[name])
        assert f"{PREFIX}LEDGER_URL" in services()[name]["environment"]


def test_airflow_has_the_parts_that_run_our_tasks_in_the_demo_too() -> None:
    running = {
        each["command"][1]
        for each in ours().values()
        if each["command"][0] == "airflow" and "profiles" not in each
    }
    assert running == set(PARTS)


def test_memory_limits_fit_into_ten_gigabytes() -> None:
    limits = [
        filled(each["mem_limit"])
        for each in services().values()
        if "profiles" not in each and "mem_limit" in each
    ]
    megabytes = [int(limit[:-1]) * {"m": 1, "g": 1024}[limit[-1]] for limit in limits]
    assert len(megabytes) == 4
    assert sum(megabytes) <= 8 * 1024


def test_stores_and_running_tasks_may_end_before_docker_kills_them() -> None:
    data = {volume for volume in compose()["volumes"] if volume.endswith("-data")}
    stores = {name for name, each in services().items() if data & {one for one, _ in mounts(each)}}
    assert len(stores) == len(data)
    patient = {name for name, each in services().items() if "stop_grace_period" in each}
    assert patient == stores | {"airflow-scheduler", "airflow-worker"}


def test_busybox_health_checks_use_an_ip_address() -> None:
    # BusyBox wget and nc try only a name's first address, and localhost's may be ::1.
    checks = [each["healthcheck"] for each in services().values() if "healthcheck" in each]
    asking = [one["test"][-1] for one in checks if re.search(r"\b(wget|nc) ", one["test"][-1])]
    assert asking
    assert [test for test in asking if "localhost" in test] == []


def test_our_image_has_our_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {each["image"] for each in ours().values()} == {f"wirewatch:{project['version']}"}


def test_dockerfile_copies_existing_files_and_every_package() -> None:
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line.strip("!/") for line in ignore if line.startswith("!")}
    assert {source.split("/")[0] for source in copied()} - let_in == set()
    packages = {f"{file.parent.name}/" for file in ROOT.glob("[a-z]*/__init__.py")}
    assert packages
    assert packages <= set(copied())


def test_dockerfile_builds_on_one_pinned_image() -> None:
    # Only one: packages must run with the Python and the C library they were installed for.
    (base,) = set(re.findall(r"(?m)^FROM (\S+)", DOCKERFILE))
    assert re.match(PINNED, base)


def test_image_installs_the_lock_with_the_same_uv_and_extras() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (uv,) = re.findall(r"(?m)^UV_VERSION := (\S+)$", makefile)
    assert f"pip install uv=={uv} " in DOCKERFILE
    lock = re.search(r"pip compile (?:.*\\\n)+.*--output-file requirements\.lock", makefile)
    install = re.search(r"uv pip install --require-hashes (?:.*\\\n)+.*", DOCKERFILE)
    assert lock
    assert install
    extras = re.findall(r"--extra (\w+)", lock[0])
    assert extras
    assert extras == re.findall(r"--extra (\w+)", install[0])
    assert "--constraints requirements.lock" in install[0]


def test_image_runs_as_a_user_through_its_entry_point() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (\w+)$", final, re.MULTILINE)[1] != "root"  # type: ignore[index]
    (entry,) = re.findall(r'^ENTRYPOINT \["(\w+)"\]$', final, re.MULTILINE)
    assert copied()["scripts/entrypoint.sh"] == f"/usr/local/bin/{entry}"
    assert (ROOT / "scripts/entrypoint.sh").stat().st_mode & 0o111


def test_our_services_write_only_into_volumes() -> None:
    assert all(each["read_only"] and each["tmpfs"] for each in ours().values())
    logs = {
        target
        for name, each in ours().items()
        if each["command"][0] == "airflow"
        for source, target in mounts(each)
        if source == "airflow-logs"
    }
    (home,) = re.findall(r"AIRFLOW_HOME=(\S+)", DOCKERFILE)
    assert logs == {f"{home}/logs"}
    # Without that file Airflow would try to create it, and could not.
    assert f"touch {home}/airflow.cfg" in DOCKERFILE


def test_the_dags_are_where_airflow_looks() -> None:
    folders = {value for _, _, value in environment("AIRFLOW__CORE__DAGS_FOLDER")}
    assert folders == {copied()["dags/"].rstrip("/")}


def test_our_programs_exist() -> None:
    for program, *arguments in programs():
        if program == "wirewatch":
            # A wrong command or option is refused before the help is printed.
            assert CliRunner().invoke(app, [*arguments, "--help"]).exit_code == 0, arguments
        elif program == "python" and arguments[0] == "-m":
            assert importlib.util.find_spec(arguments[1]), arguments
        elif program == "python" and arguments[0] == "-c":
            compile(arguments[1], "healthcheck", "exec")
        elif program == "python":
            folder, name = Path(arguments[0]).parent, Path(arguments[0]).name
            (workdir,) = re.findall(r"^WORKDIR (/opt/\S+)$", DOCKERFILE, re.MULTILINE)
            assert f"{workdir}/{folder}/" in copied().values()
            assert (ROOT / folder / name).is_file()
        else:
            # The last five are part of every Debian.
            assert program in {"airflow", "cat", "find", "rm", "tar", "tee"}


def test_guide_runs_index_commands_with_the_admin_key() -> None:
    assert guide_commands()
    for service, line in guide_commands():
        if line[:2] == ["wirewatch", "index"]:
            assert service == "wirewatch-admin", line


ASK_AIRFLOW = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
for line in json.load(sys.stdin):
    get_parser().parse_args(line)  # exits with a usage message where a word is wrong
sections = conf.configuration_description.items()
print(json.dumps({name: list(section["options"]) for name, section in sections}))
"""


@pytest.mark.airflow
def test_airflow_accepts_its_options_and_commands(tmp_path: Path) -> None:
    if importlib.util.find_spec("airflow") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Airflow, which CI must have")
        pytest.skip("no Airflow here")
    lines = [arguments for program, *arguments in programs() if program == "airflow"]
    assert len(lines) >= 6
    # In a separate process and home: importing Airflow writes its configuration file.
    done = subprocess.run(
        [sys.executable, "-c", ASK_AIRFLOW],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
        input=json.dumps(lines),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    known = json.loads(done.stdout.splitlines()[-1])
    named = {name for _, name, _ in environment("AIRFLOW__")}
    assert len(named) > 10
    for name in named:
        _, section, option = name.lower().split("__")
        assert option in known.get(section, []), name
