"""`evidence-requests` of `caseledger list`, and `evidence-request` of `show` and `audit`."""

# ruff: noqa: FBT002, PLC0415 - one argument an option; what a command needs is loaded when it runs
from enum import StrEnum
from typing import Annotated

import typer

from caseledger.cli.options import LIMIT_DEFAULT, After, AsJson, AsOf, Limit, Platform

Document = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="Number of the authority's document, or the UUID of the request.")
]
Authority = Annotated[
    str | None,
    typer.Option("--authority", metavar="NAME", help="Whose document it is, where several have this number."),
]


class RequestState(StrEnum):
    """How an evidence request stands."""

    RECEIVED = "received"
    SENT = "sent"


def listed(
    platform: Platform = None,
    state: Annotated[RequestState | None, typer.Option("--state", help="Only in this state.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Evidence requests of authorities in the order in which they were received, with their clocks."""
    from caseledger.cli import evidence_request_views as views
    from caseledger.cli.list_views import Asked

    views.requests(state and state.value, page=Asked(platform, limit, after, as_json))


def shown(document: Document, authority: Authority = None, platform: Platform = None, as_json: AsJson = False) -> None:
    """An evidence request: what was asked for, by when it is due, and what was sent."""
    from caseledger.cli import evidence_request_views as views

    views.request(document, authority, platform, as_json=as_json)


def audited(
    document: Document,
    authority: Authority = None,
    as_of: AsOf = None,
    platform: Platform = None,
    as_json: AsJson = False,
) -> None:
    """Every event of an evidence request."""
    from caseledger.cli import audit_views

    audit_views.evidence_request((document, authority), platform, as_of, as_json=as_json)
