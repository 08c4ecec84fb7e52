"""Checks every single value of a pack against the vocabulary it comes from."""

from collections.abc import Collection, Iterable
from typing import Final
from zoneinfo import ZoneInfo

from domain.policy import vocabulary as words
from domain.policy.durations import AT_ONCE, NotADuration, parse_duration
from domain.policy.faults import FaultCode, FaultList, listed, show
from domain.policy.kinds import KINDS, RECORD_KINDS, MeasureRole
from domain.policy.measures import BadMeasure, Measure, parse_measure
from domain.policy.shape import CountTable, PackFile, RewardsTable, WhenTable

BOUNDS: Final = ("at_least", "exactly", "at_most")


class ValueChecks:
    """The checks that several tables share; each notes its faults under the path it is given."""

    def __init__(self, file: PackFile, faults: FaultList) -> None:
        """Keep what values are looked up in."""
        self._faults = faults
        self.subjects = tuple(file.subjects)
        self.codes = frozenset(violation.code for violation in file.violation)
        self.classes = frozenset(violation.class_ for violation in file.violation)

    def value(self, path: str, value: object, allowed: Collection[object]) -> None:
        """One value of a closed vocabulary; None is an absent key."""
        if value is not None and value not in allowed:
            reason = f"{show(value)} is not known here; allowed: {listed(allowed)}"
            self._faults.add(path, FaultCode.UNKNOWN_VALUE, reason)

    def values(self, path: str, values: Iterable[object] | None, allowed: Collection[object]) -> None:
        """A list of such values."""
        for place, value in enumerate(values or ()):
            self.value(f"{path}[{place}]", value, allowed)

    def code(self, path: str, code: str | None) -> None:
        """A violation code of this pack."""
        if code is not None and code not in self.codes:
            self._faults.add(path, FaultCode.UNKNOWN_CODE, f"{show(code)} is no violation of this pack")

    def class_list(self, path: str, classes: Iterable[str] | None) -> None:
        """Violation classes of this pack."""
        for place, class_ in enumerate(classes or ()):
            if class_ not in self.classes:
                reason = f"{show(class_)} is no class of this pack; allowed: {listed(sorted(self.classes))}"
                self._faults.add(f"{path}[{place}]", FaultCode.UNKNOWN_CLASS, reason)

    def duration(self, path: str, text: str | None, *, at_once: bool = False) -> None:
        """A duration longer than zero; a clock may also be due at once."""
        if text is None or (at_once and text == AT_ONCE):
            return
        try:
            zero = not parse_duration(text).nominal_s
        except NotADuration as problem:
            self._faults.add(path, FaultCode.BAD_DURATION, str(problem))
            return
        if zero:
            self._faults.add(path, FaultCode.BAD_DURATION, f"{show(text)} is no time at all; allowed: longer than zero")

    def measure(self, path: str, text: str, role: MeasureRole | None = None) -> Measure | None:
        """A measure, of the role that has its place here; None when it is not."""
        try:
            measure = parse_measure(text)
        except BadMeasure as problem:
            self._faults.add(path, FaultCode(problem.code), problem.reason)
            return None
        if role is None or measure.role is role:
            return measure
        kinds = listed(kind for kind, facts in KINDS.items() if facts.role is role)
        reason = f"{show(text)} is a measure of role {measure.role.value}; allowed: {kinds}"
        self._faults.add(path, FaultCode.WRONG_ROLE, reason)
        return None

    def measures(self, path: str, texts: Iterable[str], role: MeasureRole | None = None) -> list[Measure | None]:
        """A list of such measures, None in the place of each that is none."""
        return [self.measure(f"{path}[{place}]", text, role) for place, text in enumerate(texts)]

    def kind(self, path: str, name: str, role: MeasureRole) -> None:
        """A kind of measure without a duration, of the role that has its place here."""
        kinds = [kind.value for kind, facts in KINDS.items() if facts.role is role]
        if name not in KINDS:
            self.value(path, name, kinds)
        elif name not in kinds:
            self._faults.add(path, FaultCode.WRONG_ROLE, f"{show(name)} has another role; allowed: {listed(kinds)}")

    def count(self, path: str, count: CountTable) -> None:
        """One count of `past`."""
        self.values(f"{path}.kinds", count.kinds, sorted(RECORD_KINDS))
        self.values(f"{path}.causes", count.causes, tuple(words.EntryCause))
        self.duration(f"{path}.within", count.within)
        bounds = [name for name, number in zip(BOUNDS, bounds_of(count), strict=True) if number is not None]
        if len(bounds) != 1:
            reason = f"exactly one of {listed(BOUNDS)} is needed, {listed(bounds)} was given"
            self._faults.add(path, FaultCode.BOUND_COUNT, reason)

    def when(self, path: str, when: WhenTable) -> None:
        """The conditions of a rule or an extra."""
        self.values(f"{path}.subjects", when.subjects, self.subjects)
        self.class_list(f"{path}.classes", when.classes)
        for place, code in enumerate(when.codes or ()):
            self.code(f"{path}.codes[{place}]", code)
        self.values(f"{path}.severities", when.severities, tuple(words.Severity))
        self.values(f"{path}.any_flags", when.any_flags, tuple(words.Flag))
        self.values(f"{path}.roles", when.roles, tuple(words.DealRole))
        self.duration(f"{path}.content_older_than", when.content_older_than)
        for place, count in enumerate(when.past or ()):
            self.count(f"{path}.past[{place}]", count)


def bounds_of(count: CountTable) -> tuple[int | None, int | None, int | None]:
    """The three bounds of a count, in the order of `BOUNDS`."""
    return count.at_least, count.exactly, count.at_most


def check_values(file: PackFile, checks: ValueChecks) -> None:
    """Every value outside ladder rules and extras."""
    checks.value("format", file.format, words.FORMATS)
    if not is_zone(file.zone):
        checks.value("zone", file.zone, ("a name of the time zone database, such as Asia/Shanghai",))
    checks.values("subjects", file.subjects, tuple(words.SubjectType))
    checks.measures("officer_may_add", file.officer_may_add)
    checks.values("second_officer", file.second_officer, tuple(KINDS))
    checks.value("appeal.regime", file.appeal.regime, tuple(words.AppealRegime))
    for place, violation in enumerate(file.violation):
        path = f"violation[{place}]"
        checks.value(f"{path}.severity", violation.severity, tuple(words.Severity))
        checks.value(f"{path}.common", violation.common, words.SHARED_CODES)
        checks.value(f"{path}.dsa", violation.dsa, sorted(words.DSA_CATEGORIES))
        checks.values(f"{path}.applies_to", violation.applies_to, checks.subjects)
    for place, table in enumerate(file.content):
        path = f"content[{place}]"
        checks.values(f"{path}.subjects", table.subjects, checks.subjects)
        checks.class_list(f"{path}.classes", table.classes)
        checks.measures(f"{path}.measures", table.measures, MeasureRole.CONTENT)
        checks.measures(f"{path}.substitutes", table.substitutes, MeasureRole.CONTENT)
    _check_intake(file, checks)
    _check_single_tables(file, checks)


def is_zone(name: str) -> bool:
    """Whether the time zone database knows this name; a name that leads out of it is none."""
    if not name.isascii() or not name[:1].isupper() or ".." in name:
        return False
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True


def _check_intake(file: PackFile, checks: ValueChecks) -> None:
    for place, admission in enumerate(file.admission):
        path = f"admission[{place}]"
        checks.value(f"{path}.check", admission.check, tuple(words.Check))
        checks.value(f"{path}.reason", admission.reason, tuple(words.RefusalReason))
        checks.value(f"{path}.by", admission.by, tuple(words.HandledBy))
    for place, channel in enumerate(file.channel):
        checks.value(f"channel[{place}].kind", channel.kind, tuple(words.ChannelKind))
    for place, flow in enumerate(file.flow):
        checks.values(f"flow[{place}].subjects", flow.subjects, checks.subjects)
    for place, clock in enumerate(file.clock):
        checks.values(f"clock[{place}].start", clock.start, tuple(words.ClockEvent))
        checks.values(f"clock[{place}].stop", clock.stop, tuple(words.ClockEvent))
        checks.duration(f"clock[{place}].due", clock.due, at_once=True)


def _check_single_tables(file: PackFile, checks: ValueChecks) -> None:
    if file.rewards is not None:
        _check_rewards(file.rewards, checks)
    if file.feedback is not None:
        checks.value("feedback.to", file.feedback.to, words.FEEDBACK_TO)
        checks.values("feedback.what", file.feedback.what, tuple(words.FeedbackItem))
    if file.blacklist is not None:
        checks.value("blacklist.individual_name", file.blacklist.individual_name, words.MASKED)
        checks.duration("blacklist.term", file.blacklist.term)
    if file.public_notice is not None:
        checks.values("public_notice.subjects", file.public_notice.subjects, checks.subjects)
        checks.value("public_notice.names", file.public_notice.names, words.MASKED)
    if file.confidentiality is not None:
        checks.value("confidentiality.reporter", file.confidentiality.reporter, words.SEALED)
        checks.value("confidentiality.minor", file.confidentiality.minor, words.INITIAL_ONLY)
    if file.malicious_reports is not None:
        checks.code("malicious_reports.code", file.malicious_reports.code)
    for place, outcome in enumerate(file.external_outcome):
        checks.kind(f"external_outcome[{place}].kind", outcome.kind, MeasureRole.EXTERNAL)


def _check_rewards(rewards: RewardsTable, checks: ValueChecks) -> None:
    checks.value("rewards.kind", rewards.kind, tuple(words.RewardKind))
    checks.value("rewards.per", rewards.per, words.REWARD_PER)
    checks.value("rewards.period", rewards.period, words.REWARD_PERIODS)
