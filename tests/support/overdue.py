"""Reports of years ago: their cases are overdue as soon as they are opened."""

KR = "36kr-jiangsu"
MISSED = "case.deadline_missed.v1"


def report(number: int, **more: object) -> dict[str, object]:
    """One of these, as the fields of `file_report`, each about another subject; `more` are further fields."""
    return {
        "platform": KR,
        "at": f"2021-03-{1 + number % 20:02}T{number % 24:02}:00:00+08:00",
        "report": f"r-{number}",
        "source": "user",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number}"},
        "content": f"c-{number}",
        "codes": ["3.2.8"],
        **more,
    }


def command(number: int) -> dict[str, object]:
    """The same as a line of `run`."""
    return report(number, command="file_report")
