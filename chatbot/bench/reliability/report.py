"""The figures of a run, its goals, and the table for people: a row per fault."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chatbot.bench.frame import Goal, Report
from chatbot.bench.reliability import checks
from chatbot.bench.reliability.catalogue import Row
from chatbot.bench.reliability.logs import Evidence
from chatbot.bench.reliability.rig import Rig

SHOWN = 4  # culprits of a check that are named


def report_of(rig: Rig, rows: Sequence[Row], logs: Evidence) -> Report:
    """What the four logs say of this run."""
    culprits = {name: check(logs) for name, check in checks.CHECKS.items()}
    differing = checks.transcripts_differ(logs)
    tokens, off = checks.token_differences(logs)
    unflagged = checks.unflagged(logs)
    figures: dict[str, Any] = {
        "messages": len(logs.client.marks),
        **{name: len(found) for name, found in culprits.items()},
        "transcripts_equal": not differing,
        "ledger_token_difference": tokens,
        "unflagged_without_usage": len(unflagged),
        "attempts_left_open": logs.books.open_attempts,
        "held_when_idle": logs.books.held,
        "processes_died": sum(rig.deaths.values()),
        "model_calls": len(logs.calls),
        "flagged_lines": sum(line.certainty != "exact" for line in logs.books.ledger.values()),
        "faults_injected": {one.name: rig.injected[one.name] for one in rows},
    }
    goals = [Goal(name, "<=", 0) for name in culprits]
    goals += [
        Goal("transcripts_equal", "==", True),
        Goal("ledger_token_difference", "<=", 0),
        Goal("unflagged_without_usage", "<=", 0),
        Goal("attempts_left_open", "<=", 0),
        Goal("held_when_idle", "<=", 0),
        Goal("processes_died", "<=", 0),
    ]
    told = culprits | {
        "transcripts_equal": differing,
        "ledger_token_difference": off,
        "unflagged_without_usage": unflagged,
    }
    figures["culprits"] = {name: found[:SHOWN] for name, found in told.items() if found}
    by_label = Counter(one.split(":", 1)[0] for found in told.values() for one in found)
    sent = Counter(mark.label for mark in logs.client.marks.values())
    table = []
    for one in rows:
        found, bad = _measured(rig, one, logs, figures, goals)
        if not rig.injected[one.name]:
            bad.append("not injected")
        if one.name in rig.failures:
            bad.append(rig.failures[one.name])
        if by_label[one.name]:
            bad.append(f"{by_label[one.name]} wrong in the logs")
        table.append(
            [
                str(one.number),
                one.name,
                str(rig.injected[one.name]),
                str(sent[one.name]),
                found,
                "\n".join(bad) or "ok",
            ]
        )
    figures["faults_failed"] = [line[1] for line in table if line[-1] != "ok"]
    goals.append(Goal("faults_failed", "==", []))  # type: ignore[arg-type]
    return Report(
        figures=figures,
        goals=goals,
        columns=["row", "fault", "injected", "messages", "measured", "verdict"],
        rows=table,
        notes=_notes(told, logs) + [f"{name} ended by itself" for name in rig.deaths],
    )


def _measured(
    rig: Rig, one: Row, logs: Evidence, figures: dict[str, Any], goals: list[Goal]
) -> tuple[str, list[str]]:
    """The row's own figures, as text, and those that miss their bounds."""
    words, bad = [], []
    for finding in rig.findings[one.name]:
        value = finding.measure(logs)
        value = round(value, 2) if isinstance(value, float) else value
        figures[finding.figure] = value
        words.append(f"{finding.figure} {value}")
        if finding.bound is not None:
            goal = Goal(finding.figure, finding.relation, finding.bound)
            goals.append(goal)
            if not goal.holds(value):
                bad.append(f"{finding.figure} not {finding.relation} {finding.bound}")
    return "\n".join(words), bad


def _notes(told: dict[str, list[str]], logs: Evidence) -> list[str]:
    """The first culprits of every check that found some, and what was noticed besides."""
    notes = [
        f"{len(logs.client.marks)} questions, {len(logs.calls)} calls of the model, "
        f"{sum(map(len, logs.books.events.values()))} events, {len(logs.client.tabs)} pages; "
        f"pages asked again {logs.client.asked_again} times because something was missing."
    ]
    for name, found in told.items():
        if found:
            notes.append(f"{name}: " + "\n    ".join([*found[:SHOWN], f"({len(found)} in all)"]))
    return notes
