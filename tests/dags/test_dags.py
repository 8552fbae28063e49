"""The DAG files parse in the real Airflow, and say what they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# In a process of its own: Airflow reads its settings when it is imported, and writes to its home.
PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
print("RESULT " + json.dumps({
    "errors": bag.import_errors,
    "dags": {
        dag.dag_id: {
            "doc": bool(dag.doc_md),
            "tags": sorted(dag.tags),
            "max_active_runs": dag.max_active_runs,
            "catchup": dag.catchup,
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "mapped": type(task).__name__ == "DecoratedMappedOperator",
                    "downstream": sorted(task.downstream_task_ids),
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
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(ROOT / "dags")],
        capture_output=True,
        text=True,
        env={**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"},
    )
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    return json.loads(line.removeprefix("RESULT "))


@pytest.mark.airflow
def test_every_dag_parses_and_explains_itself(parsed: dict) -> None:
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
    for name in stages:
        assert "all_went_well" in tasks[name]["downstream"], name
