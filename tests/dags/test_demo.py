"""`make demo ONCE=1`: a real Airflow runs the DAG twice, and leaves no process behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from loopback import Reply, Request, loopback
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)

from core.records import State
from core.settings import load_settings
from wirewatch.house import House

ROOT = Path(__file__).parents[2]


@pytest.mark.airflow
@pytest.mark.timeout(600)
def test_demo_runs_the_hourly_dag_in_a_real_airflow(tmp_path: Path) -> None:
    another = f"sqlite:///{tmp_path}/another.db"
    elsewhere = {
        "WIREWATCH_LEDGER_URL": another,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": another,
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
    }
    with loopback(lambda _: Reply()) as collector:
        metrics = {
            "AIRFLOW__METRICS__OTEL_ON": "True",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url(host="127.0.0.1"),
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        }
        done = subprocess.run(
            [sys.executable, "-m", "demo", "--once", "--folder", str(tmp_path)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | elsewhere | metrics,
        )
    assert done.returncode == 0, done.stdout + done.stderr + _log(tmp_path)
    assert not list(tmp_path.glob("another.db*"))
    assert done.stdout.count("ran in Airflow") == 2
    said = re.sub(r"[│\s]+", " ", done.stdout)
    total, *parts = map(
        int, re.findall(r"(\d+) (?:seen|indexed|duplicate|rejected|quaran)", _sum(said))
    )
    assert total == sum(parts) > 80
    assert "stories about surveillance, with score and evidence" in said
    assert re.search(r"\d+ alerts, one for each story, and (1 update|\d+ updates)\b", said)
    with House(load_settings(tmp_path / "home")) as house:
        accounting = house.account()
        assert accounting.waiting == 0
        assert accounting.count(State.DUPLICATE) == 5
    gauges = _gauges(collector.log)
    assert gauges["airflow.wirewatch.entries.indexed"] == accounting.count(State.INDEXED)
    assert len(gauges) > len(State)  # Airflow sends its own gauges too
    left = [one for one in psutil.process_iter(["cmdline"]) if _is_ours(one, tmp_path)]
    assert left == []


def _sum(said: str) -> str:
    found = re.search(r"\d+ seen = .*? quarantined", said)
    assert found, said
    return found.group()


def _gauges(log: list[Request]) -> dict[str, float]:
    """The last value of each gauge sent to an OpenTelemetry collector."""
    values = {}
    for request in log:
        sent = ExportMetricsServiceRequest.FromString(request.body)
        for resource in sent.resource_metrics:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.gauge.data_points:
                        values[metric.name] = point.as_double or point.as_int
    return values


def _is_ours(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get("AIRFLOW_HOME", "").startswith(str(folder))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _log(folder: Path) -> str:
    log = folder / "airflow" / "airflow.log"
    return log.read_text("utf-8", "replace")[-5000:] if log.exists() else ""
