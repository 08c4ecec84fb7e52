"""Keeping time as a process does: looks by the clock on the wall, counted, until told to end."""

from caseledger.application.keeping import Kept
from caseledger.bootstrap import Caseledger
from caseledger.processes.lifecycle import Running
from caseledger.processes.meters import Meters
from caseledger.timekeeping import Platforms, Tell, Watch


def keep_time(
    caseledger: Caseledger, running: Running, meters: Meters, platforms: Platforms, every_s: float, tell: Tell
) -> None:
    """Look again and again until told to end, which ends it between two commands."""
    watch = Watch(caseledger, platforms, running, counted(tell, running, meters))
    while not running.is_set():
        for platform in platforms():
            meters.time(platform)  # counts from 0 on
        watch.look()
        running.turned()
        running.wait(every_s)


def counted(tell: Tell, running: Running, meters: Meters) -> Tell:
    """Tell, count, and say that the loop turns: after days of standstill, one look takes long."""

    def told(kept: Kept) -> None:
        tell(kept)
        meter = meters.time(kept.request.platform)
        name = kept.request.command.NAME
        if kept.refusal is None:
            meter.kept(name)
        else:
            meter.refused(name)
        running.turned()

    return told
