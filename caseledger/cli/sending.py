"""The work behind `caseledger send`: lines are read as reports, and put onto the topic in batches."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, Final, cast

from caseledger.application.lines import LINE_BYTES_MAX, LineFault, LineRefused, request_of
from caseledger.application.requests import Request
from caseledger.bootstrap import start
from caseledger.cli.output import json_text
from consumers.inbound import AVRO_REPORT, CONTENT_TYPE, JSON_REPORT
from consumers.lines import Line, lines_of
from consumers.loop import batches
from consumers.messages import Outgoing, Sink
from consumers.report import avro_of
from domain.commands import FileReport
from schemas.topics import TopicKind, topic_name

BATCH_LINES_MAX: Final = 1_000
COMMAND: Final = "file_report"


def send_lines(file: str, platform: str | None, *, avro: bool, as_json: bool) -> int:
    """Send the reports of a file, or of standard input for `-`; how many lines were bad."""
    with start(terminal=sys.stderr.isatty()) as caseledger, closing(caseledger.sink("send")) as sink:
        sending = _Sending(sink, platform or caseledger.settings.platform, avro=avro)
        try:
            if file == "-":
                sending.read(sys.stdin.buffer)
            else:
                with Path(file).open("rb") as stream:
                    sending.read(stream)
        finally:
            sending.finish(as_json=as_json)
    return sending.counts["bad"]


class _Sending:
    """Counts what was sent and what was not."""

    def __init__(self, sink: Sink, platform: str | None, *, avro: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._sink = sink
        self._platform = platform
        self._avro = avro

    def read(self, stream: BinaryIO) -> None:
        """Send every line, batch by batch."""
        for lines in batches(lines_of(stream, LINE_BYTES_MAX), BATCH_LINES_MAX):
            self._send(lines)

    def finish(self, *, as_json: bool) -> None:
        """Say what it came to."""
        told = {"sent": self.counts["sent"], "bad": self.counts["bad"]}
        text = json_text(told) if as_json else f"{told['sent']} sent and acknowledged, {told['bad']} bad"
        sys.stdout.write(text + "\n")

    def _send(self, lines: Sequence[Line]) -> None:
        messages = [message for line in lines if not line.blank and (message := self._message(line)) is not None]
        self._sink.put(messages)
        self.counts["sent"] += len(messages)

    def _message(self, line: Line) -> Outgoing | None:
        try:
            data = _data(line)
            request = request_of(data, command=COMMAND, platform=self._platform, known=(COMMAND,))
        except LineRefused as refusal:
            self.counts["bad"] += 1
            faults = [asdict(fault) for fault in refusal.faults]
            sys.stderr.write(json.dumps({"line": line.number, "faults": faults}, ensure_ascii=False) + "\n")
            return None
        return self._outgoing(request, data)

    def _outgoing(self, request: Request, data: bytes) -> Outgoing:
        command = cast("FileReport", request.command)
        topic = topic_name(request.platform, TopicKind.REPORTS)
        key = f"{command.subject.type}/{command.subject.id}".encode()
        if not self._avro:
            return Outgoing(topic, key, data, ((CONTENT_TYPE, JSON_REPORT.encode()),))
        return Outgoing(topic, key, avro_of(command, _envelope(request)), ((CONTENT_TYPE, AVRO_REPORT.encode()),))


def _data(line: Line) -> bytes:
    if line.data is None:
        reason = f"{line.length} bytes; a line has at most {LINE_BYTES_MAX}"
        raise LineRefused(LineFault("", "line_too_long", reason))
    return line.data


def _envelope(request: Request) -> dict[str, object]:
    return {
        "at": request.at,
        "platform": request.platform,
        "actor": request.actor,
        "actor_role": request.role,
        "command_id": request.command_id,
        "correlation_id": request.correlation_id,
    }
