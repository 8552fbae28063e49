"""Shared by the tasks of all DAGs: how they are retried, what they log, who hears of a failure.

Only the DAG files import this; nothing else of wirewatch needs Airflow.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowTaskTimeout, AirflowTimetableInvalid

from core.settings import Settings, SettingsError, from_environment, home_folder

if TYPE_CHECKING:
    from alert.operators import Failure
    from wirewatch.house import House

log = logging.getLogger("wirewatch.dags")

FAILED = "failed"
"""The key of what a task leaves for others (XCom) when it has failed: when, and why."""

SETTLED_SECONDS = 3.0
"""How long a failed task waits for others that fail at the same time to leave theirs."""

RETRIES = ExceptionRetryPolicy(
    rules=[
        # By name: importing them here would load half of wirewatch whenever a DAG is parsed. The
        # first that matches counts.
        RetryRule(
            exception=[
                "core.index.IndexUnavailableError",
                "core.ledger.ledger.LedgerUnavailableError",
            ],
            retry_delay=timedelta(minutes=2),
            reason="It does not answer; it may be starting",
        ),
        RetryRule(
            exception=[
                "core.settings.SettingsError",
                "alert.checks.RulesError",
                "core.ledger.ledger.LedgerError",
                "core.archive.ArchiveError",
            ],
            action=RetryAction.FAIL,
            reason="A person has to fix this; the message says what and where",
        ),
    ]
)
"""What is worth a retry. Anything not named here, such as a lost database connection, is retried
after `retry_delay`."""


def progress(stage: str, done: int, total: int) -> None:
    """Progress in a task's log: a line for each tenth."""
    if done == total or done % max(1, total // 10) == 0:
        log.info("%s: %s of %s", stage, done, total)


def tell_operators(context: Mapping[str, Any]) -> None:
    """Tell the operators' channels in `rules.toml` that a task has failed for good.

    Of the parts of a mapped task, the first tells: if the index is full, dozens fail alike. So does
    the first of several tasks that fail for the same reason, such as a ledger that does not answer;
    but that one task takes too long says nothing about another. A channel that does not accept the
    message is named in the task's log: Airflow shows the failure too. Of what is wrong in
    `rules.toml`, the stage `deliver` tells them, once and not with every run.
    """
    from alert.checks import RulesError
    from alert.operators import Failure

    task = context["task_instance"]
    error = context.get("exception")
    # Without one, its process was lost, which the run tells.
    if error is None or _failed(task, [task.task_id]):
        return
    reason = _reason(error, context["task"].execution_timeout)
    mine = [time.time(), task.task_id, reason]
    task.xcom_push(key=FAILED, value=mine)
    time.sleep(SETTLED_SECONDS)
    is_own = isinstance(error, AirflowTaskTimeout)
    is_told = any(
        one < mine and (one[1] == task.task_id or (one[2] == reason and not is_own))
        for one in _failed(task, context["dag"].task_ids)
    )
    if is_told or isinstance(error, RulesError):
        return
    _tell(
        Failure(
            dag=task.dag_id,
            task=task.task_id,
            run=task.run_id,
            error=reason,
            log_url=task.log_url,
        )
    )


def _failed(task: Any, names: Collection[str]) -> list[list[Any]]:
    """When and why tasks of this run have failed, with their names: all parts of each."""
    found = task.xcom_pull(task_ids=list(names), key=FAILED, run_id=task.run_id)
    return [one for one in found if one]


def _reason(error: BaseException, longest: timedelta) -> str:
    """Why a task failed, in words, and never "": a `MemoryError` says nothing. Of a task that took
    too long, Airflow says only "Timeout", and a database's error quotes the statement with its
    data."""
    from sqlalchemy.exc import DBAPIError

    from core.ledger.ledger import in_words

    if isinstance(error, AirflowTaskTimeout):
        return f"it took longer than {longest} (h:mm:ss)"
    if isinstance(error, DBAPIError):
        return f"cannot use the ledger: {in_words(error)}"
    return str(error) or type(error).__name__


def tell_operators_of_run(context: Mapping[str, Any]) -> None:
    """Tell them of a failed run what its tasks could not: that it took too long, so that Airflow
    skips the unfinished ones; or that a task's process was killed or never began, which ends it
    without a word."""
    from alert.operators import Failure

    dag, run = context["dag"], context["run_id"]
    if context["reason"] == "timed_out":
        error = f"it took longer than {dag.dagrun_timeout} (h:mm:ss), so Airflow skipped the rest"
        _tell(Failure(dag=dag.dag_id, run=run, error=error))
        return
    task = context["task_instance"]
    for name in dag.task_ids:
        states = task.get_task_states(dag_id=dag.dag_id, task_ids=[name], run_ids=[run])
        if "failed" in states.get(run, {}).values() and not _failed(task, [name]):
            error = (
                "its process was killed or lost, most often because memory ran out; or no worker "
                "took it in time"
            )
            _tell(Failure(dag=dag.dag_id, task=name, run=run, error=error))


def _tell(failure: Failure) -> None:
    from alert import delivery, operators
    from alert.channels import TERMINAL, Terminal
    from alert.outcomes import Failed, Outcome
    from core.clock import utc_now

    with _house() as house:
        # Not the house's clock, which opens the ledger: that may be what failed.
        now = utc_now()
        message = operators.failure_message(failure, now)
        named = {TERMINAL: Terminal(), **house.rules.channels}

        def settle(channel: str, _: object, outcome: Outcome) -> bool:
            if isinstance(outcome, Failed):
                log.error("%s did not accept news of this failure: %s", channel, outcome.reason)
            return True

        for channel in house.rules.operators:
            if channel not in named:
                why = house.rules.why_unusable(channel)
                log.error("%s cannot get news of this failure: %s", channel, why)
        delivery.send_in_parallel(
            {channel: [message] for channel in house.rules.operators if channel in named},
            lambda channel, told: delivery.send(told, named[channel], now),
            settle,
            seconds=house.settings.deliver_timeout,
        )


def _house() -> House:
    """The house; with the settings' defaults if these are what failed: `rules.toml` says who hears
    of it."""
    from wirewatch.house import House

    try:
        return House.open()
    except SettingsError:
        return House(Settings(home=home_folder()))


def scheduled(cron: str) -> str | None:
    """A schedule; None if `WIREWATCH_SCHEDULE=none` says that DAGs run only when triggered."""
    return None if from_environment("schedule") == "none" else cron


def own_schedule() -> str | None:
    """The schedule that `WIREWATCH_SCHEDULE` names; None if DAGs run only when triggered.

    Raises:
        SettingsError: it is not a schedule.
    """
    cron: str = from_environment("schedule")
    if cron == "none":
        return None
    if cron in ("@once", "@continuous"):  # Airflow's own, not cron
        return cron
    try:
        CronTriggerTimetable(cron, timezone="UTC").validate()
    except AirflowTimetableInvalid as error:
        raise SettingsError(
            f"the environment (WIREWATCH_SCHEDULE) sets schedule = {cron!r}: should be a cron "
            f"expression such as '0 * * * *', @hourly, or none ({error})"
        ) from error
    return cron


DEFAULTS: dict[str, Any] = {
    "owner": "newsroom",
    "retries": 2,
    "retry_delay": timedelta(seconds=20),
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": tell_operators,
}
"""`default_args` of every DAG."""

OF_EVERY_DAG: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "on_failure_callback": tell_operators_of_run,
    "tags": ["wirewatch"],
}
"""What every DAG is declared with."""
