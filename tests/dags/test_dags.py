"""The DAG files parse in a real Airflow and describe themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.ledger import Ledger

ROOT = Path(__file__).parents[2]
LAST = "all_went_well"

# In a separate process: on import, Airflow reads its settings and writes to its home.
PARSE = """
import json, sys
from types import SimpleNamespace
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowSkipException
from wirewatch.maintenance import projection
bag = DagBag(sys.argv[1])
report = SimpleNamespace(same=7, agrees=False, told="1 article is missing")
projection.check = lambda house: report
def raised(dag, task, **asked):
    try:
        bag.dags[dag].get_task(task).python_callable(**asked)
    except Exception as error:
        return [type(error).__name__, str(error)]
def dry(task):
    context = {"params": {"dry_run": True}}
    try:
        hook = of(task, "pre_execute" if task.is_mapped else "_pre_execute_hook")
        return hook is None or hook(context) is None
    except AirflowSkipException:
        return False
def of(task, name):
    return task.partial_kwargs.get(name) if task.is_mapped else getattr(task, name)
print("RESULT " + json.dumps({
    "errors": bag.import_errors,
    "raised": [
        raised("maintain_daily", "index_check"),
        raised("digest_daily", "digest", params={"digest": "morning"}),
        raised("news_hourly", "plan", params={"feed": "https://none.example/feed"}),
        raised("news_hourly", "plan", params={"segment": "20261130T0815"}),
        raised("news_hourly", "deliver"),
    ],
    "dags": {
        dag.dag_id: {
            "doc": bool(dag.doc_md),
            "tags": sorted(dag.tags),
            "max_active_runs": dag.max_active_runs,
            "catchup": dag.catchup,
            "schedule": dag.schedule,
            "longest": dag.dagrun_timeout.total_seconds(),
            "tells": bool(dag.on_failure_callback),
            "params": sorted(dag.params),
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "tells": bool(of(task, "on_failure_callback")),
                    "policy": bool(of(task, "retry_policy")),
                    "retries": of(task, "retries"),
                    "longest": of(task, "execution_timeout").total_seconds(),
                    "rule": of(task, "trigger_rule"),
                    "pool": of(task, "pool"),
                    "together": of(task, "max_active_tis_per_dagrun"),
                    "weight": task.priority_weight,
                    "dry": dry(task),
                    "mapped": type(task).__name__ == "DecoratedMappedOperator",
                    "after": sorted(task.upstream_task_ids),
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict:
    import json

    home = tmp_path_factory.mktemp("airflow")
    (home / "wirewatch").mkdir()
    (home / "wirewatch" / "rules.toml").write_text('[[rule]]\nname = "r"\nquery = " "\n')
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(ROOT / "dags")],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "WIREWATCH_HOME": str(home / "wirewatch"),
            "WIREWATCH_POOL": "polite",
            "WIREWATCH_SCHEDULE": "@hourly",
        },
    )
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return json.loads(line.removeprefix("RESULT "))


@pytest.mark.airflow
def test_every_dag_parses_and_has_a_description(parsed: dict) -> None:
    assert parsed["errors"] == {}
    assert set(parsed["dags"]) == {path.stem for path in (ROOT / "dags").glob("*.py")}
    for dag in parsed["dags"].values():
        assert dag["doc"]
        assert "wirewatch" in dag["tags"]
        assert dag["max_active_runs"] == 1
        assert not dag["catchup"]
        assert {task["owner"] for task in dag["tasks"].values()} == {"newsroom"}


@pytest.mark.airflow
def test_the_hourly_dag_has_a_task_for_each_stage(parsed: dict) -> None:
    tasks = parsed["dags"]["news_hourly"]["tasks"]
    stages = {path.stem for path in (ROOT / "wirewatch" / "stages").glob("[!_]*.py")}
    assert stages <= set(tasks)
    mapped = {name for name, task in tasks.items() if task["mapped"]}
    assert mapped == {"poll", "fetch", "extract", "index"}
    asking = {name for name, task in tasks.items() if task["pool"] == "polite"}
    assert asking == {"poll", "fetch"}
    # How many run at once is for Airflow's settings to say.
    assert {task["together"] for task in tasks.values()} == {None}
    assert {name: task["after"] for name, task in tasks.items() if name != LAST} == {
        "plan": [],
        "poll": ["plan"],
        "fetch": ["poll"],
        "pages": ["fetch"],
        "extract": ["pages"],
        "link": ["extract"],
        "articles": ["link"],
        "index": ["articles"],
        "reindex": ["index"],
        "match": ["link"],
        "deliver": ["match"],
        "account": ["deliver", "reindex"],
    }


@pytest.mark.airflow
def test_a_task_that_fails_stops_no_other_and_the_run_does_not_pass_for_good(parsed: dict) -> None:
    tasks = parsed["dags"]["news_hourly"]["tasks"]
    last = tasks.pop(LAST)
    assert {task["rule"] for task in tasks.values()} == {"all_done"}
    assert last["rule"] == "none_failed"
    # If one of the other two fails, the task that is mapped over its result cannot begin, and has
    # failed for Airflow as well.
    assert set(last["after"]) == tasks.keys() - {"pages", "articles"}


@pytest.mark.airflow
def test_each_dag_has_its_time_and_ends_in_time(parsed: dict) -> None:
    schedules = {name: dag["schedule"] for name, dag in parsed["dags"].items()}
    assert schedules == {
        "news_hourly": "@hourly",
        "digest_daily": "*/15 * * * *",
        "maintain_daily": "17 4 * * *",
    }
    for dag in parsed["dags"].values():
        for name, task in dag["tasks"].items():
            assert 20 * 60 <= task["longest"] < dag["longest"] <= 6 * 3600, name


@pytest.mark.airflow
def test_manual_run_can_name_a_feed_or_segment_or_be_a_dry_run(parsed: dict) -> None:
    assert parsed["dags"]["news_hourly"]["params"] == ["dry_run", "feed", "segment"]


@pytest.mark.airflow
def test_only_the_plan_runs_in_a_dry_run_even_if_it_fails(parsed: dict) -> None:
    tasks = parsed["dags"]["news_hourly"]["tasks"]
    assert {name for name, task in tasks.items() if task["dry"]} == {"plan"}


@pytest.mark.airflow
def test_a_digest_gets_the_next_free_slot_and_its_run_has_time_to_wait_for_one(
    parsed: dict,
) -> None:
    """Each of the hourly tasks may take all of an hour, and all slots. A task's weight for Airflow
    is its own and that of all behind it."""
    news, digests = (parsed["dags"][name] for name in ("news_hourly", "digest_daily"))
    digest = digests["tasks"]["digest"]
    assert digest["weight"] > sum(task["weight"] for task in news["tasks"].values())
    waited = max(task["longest"] for task in news["tasks"].values())
    assert digests["longest"] >= waited + (1 + digest["retries"]) * digest["longest"]


@pytest.mark.airflow
def test_upkeep_tasks_do_not_depend_on_each_other(parsed: dict) -> None:
    tasks = parsed["dags"]["maintain_daily"]["tasks"]
    assert set(tasks) == {"feed_health", "archive", "index_check"}
    assert not any(task["after"] for task in tasks.values())


@pytest.mark.airflow
def test_what_a_person_has_to_fix_is_not_tried_again(parsed: dict) -> None:
    fail = "AirflowFailException"  # with which Airflow does not retry
    *raised, (kind, said) = parsed["raised"]
    assert (kind, "rules.toml, rule 'r' has no query" in said) == ("RulesError", True)
    assert raised == [
        [fail, "1 article is missing; `wirewatch index check --mend` mends it"],
        [fail, "rules.toml has no digest 'morning'; it has: none"],
        [
            fail,
            "https://none.example/feed is not on the feed list; see `wirewatch feeds list`",
        ],
        [fail, "no file of the archive has the id '20261130T0815'"],
    ]


MISSET = """
import os
from core.settings import SettingsError
from wirewatch.airflow import own_schedule
for value in ("none", "@once", "@daily", "7 * * * *"):
    os.environ["WIREWATCH_SCHEDULE"] = value
    print(own_schedule())
os.environ["WIREWATCH_SCHEDULE"] = "hourly"
try:
    own_schedule()
except SettingsError as error:
    print(error)
os.environ |= {"WIREWATCH_SCHEDULE": "none", "WIREWATCH_SHARDS": "abc"}
try:
    import dags.news_hourly
except SettingsError as error:
    print(error)
"""


@pytest.mark.airflow
def test_invalid_environment_setting_is_named_when_the_dag_is_parsed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISSET],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    *fit, schedule, shards = done.stdout.splitlines()
    assert fit == ["None", "@once", "@daily", "7 * * * *"]
    assert "(WIREWATCH_SCHEDULE) sets schedule = 'hourly': should be a cron expression" in schedule
    assert "(WIREWATCH_SHARDS) sets shards = 'abc': expected a whole number" in shards


@pytest.mark.airflow
def test_every_task_has_a_failure_callback_and_a_retry_policy(parsed: dict) -> None:
    for dag in parsed["dags"].values():
        assert dag["tells"]
        for name, task in dag["tasks"].items():
            assert task["tells"], name
            assert task["policy"], name
            assert task["retries"] == 2, name


TELL = """
import sys, threading
from datetime import timedelta
from types import SimpleNamespace
from airflow.sdk.exceptions import AirflowTaskTimeout
from sqlalchemy.exc import OperationalError
from alert.checks import RulesError
import wirewatch.airflow
from wirewatch.airflow import RETRIES, tell_operators, tell_operators_of_run
from core.ledger import Ledger, LedgerError
from core.index import IndexUnavailableError
wirewatch.airflow.SETTLED_SECONDS = 0
told = []
class Task:
    dag_id, run_id, log_url = "news_hourly", "r1", "http://airflow.example/log"
    def __init__(self, task_id, barrier):
        self.task_id, self.barrier = task_id, barrier
    def xcom_push(self, key, value):
        told.append((self.task_id, key, value))
        self.barrier.wait()
    def xcom_pull(self, task_ids, key, run_id):
        found = [why for task, known, why in told if task in task_ids and known == key]
        self.barrier.wait()
        return found or [None]
    def get_task_states(self, dag_id, task_ids, run_ids):
        state = "success" if task_ids == ["poll"] else "failed"
        return {run_ids[0]: {"of any part": state}}
dag = SimpleNamespace(
    dag_id="news_hourly",
    dagrun_timeout=timedelta(hours=3),
    task_ids=["poll", "fetch", "extract", "link", "index", "match", "deliver", "account", "tidy"],
)
dag.task_ids.append("plan")
def failed(task, error, barrier=threading.Barrier(1)):
    hour = SimpleNamespace(execution_timeout=timedelta(hours=1))
    tell_operators(
        {"task_instance": Task(task, barrier), "task": hour, "dag": dag, "exception": error}
    )
failed("link", LedgerError("it is newer"))
failed("match", LedgerError("it is newer"))
failed("tidy", RulesError("rule 'r': the stage has told of it"))
failed("poll", AirflowTaskTimeout("Timeout, PID: 7"))
failed("deliver", AirflowTaskTimeout("Timeout, PID: 8"))
for part in range(2):
    failed("account", MemoryError())
sides = threading.Barrier(3)
at_once = [
    threading.Thread(target=failed, args=("plan", OSError("at once"), sides)) for part in range(3)
]
for one in at_once:
    one.start()
for one in at_once:
    one.join()
failed("fetch", OperationalError("INSERT", {"title": "a headline"}, Exception("disk full")))
for part in range(3):
    failed("index", IndexUnavailableError(f"part {part}"))
failed("extract", None)
for reason in ("task_failure", "timed_out"):
    last = Task("link", threading.Barrier(1))
    context = {"dag": dag, "run_id": reason, "reason": reason, "task_instance": last}
    tell_operators_of_run(context)
def opening(url):
    try:
        Ledger(url)
    except LedgerError as error:
        return error
newer = opening("sqlite:///" + sys.argv[1])
away = opening("postgresql+psycopg://127.0.0.1:9/none")
for error in (newer, RulesError("no such rule"), away, IndexUnavailableError(), OSError()):
    print(RETRIES.evaluate(error, 1, 2).action.value)
"""


@pytest.mark.airflow
def test_operators_are_notified_of_a_failed_task(tmp_path: Path) -> None:
    """Also of a ledger that none of their messages can be recorded in; once for all parts of a
    mapped task, even if they fail at the same time, and for tasks that fail for the same reason,
    except that each that takes too long is named; and of a process that was killed. An operators'
    channel that cannot be used keeps it from no other."""
    rules = 'operators = ["room", "terminal"]\n[channels]\nroom = "$NOT_SET"'
    (tmp_path / "rules.toml").write_text(rules)
    ledger = tmp_path / "wirewatch.db"
    with Ledger(ledger).write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    done = subprocess.run(
        [sys.executable, "-c", TELL, str(ledger)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "WIREWATCH_HOME": str(tmp_path),
            "WIREWATCH_LEDGER_URL": f"sqlite:///{ledger}",
        },
    )
    assert done.returncode == 0, done.stderr
    assert "[airflow] news_hourly: the task link failed" in done.stdout
    assert "http://airflow.example/log" in done.stdout
    lines = [line for line in done.stdout.splitlines() if line.startswith(("[airflow]", "Why"))]
    assert list(zip(lines[::2], lines[1::2], strict=True)) == [
        (f"[airflow] news_hourly: {what}", f"Why: {why}")
        for what, why in (
            ("the task link failed", "it is newer"),
            ("the task poll failed", "it took longer than 1:00:00 (h:mm:ss)"),
            ("the task deliver failed", "it took longer than 1:00:00 (h:mm:ss)"),
            ("the task account failed", "MemoryError"),
            ("the task plan failed", "at once"),
            ("the task fetch failed", "cannot use the ledger: disk full"),
            ("the task index failed", "part 0"),
            (
                "the task extract failed",
                "its process was killed or lost, most often because memory ran out; or no worker "
                "took it in time",
            ),
            (
                "a run was stopped",
                "it took longer than 3:00:00 (h:mm:ss), so Airflow skipped the rest",
            ),
        )
    ]
    assert done.stdout.split()[-5:] == ["fail", "fail", "retry", "retry", "default"]


TELL_OF_SETTINGS = """
from datetime import timedelta
from types import SimpleNamespace
import wirewatch.airflow
from core.settings import SettingsError, load_settings
from wirewatch.airflow import tell_operators
wirewatch.airflow.SETTLED_SECONDS = 0
task = SimpleNamespace(
    dag_id="news_hourly", task_id="plan", run_id="r1", log_url="",
    xcom_push=lambda key, value: None, xcom_pull=lambda task_ids, key, run_id: [],
)
try:
    load_settings()
except SettingsError as error:
    tell_operators({
        "task_instance": task,
        "task": SimpleNamespace(execution_timeout=timedelta(hours=1)),
        "dag": SimpleNamespace(task_ids=["plan"]),
        "exception": error,
    })
"""


@pytest.mark.airflow
def test_operators_are_notified_of_a_mistake_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "wirewatch.toml").write_text("pausee = 1")
    (tmp_path / "rules.toml").write_text('operators = ["terminal"]')
    done = subprocess.run(
        [sys.executable, "-c", TELL_OF_SETTINGS],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "WIREWATCH_HOME": str(tmp_path),
        },
    )
    assert done.returncode == 0, done.stderr
    assert "[airflow] news_hourly: the task plan failed" in done.stdout
    assert "wirewatch.toml sets pausee, which is not a setting" in done.stdout
