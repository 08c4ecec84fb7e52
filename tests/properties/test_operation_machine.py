"""Operations under any commands: members join once, with one set of facts, while the operation is open."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from domain.commands import AddCaseToOperation, CloseOperation, OpenOperation
from domain.operations.events import OperationCaseAdded
from tests.support.examples import item, operation_of, report
from tests.support.machines import Machine

OPERATIONS = st.sampled_from(["op-1", "op-2"])


class OperationMachine(Machine):
    """Operations beside plain dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.titles: dict[str, str] = {}
        self.members: dict[tuple[str, str, str], str] = {}
        self.closed: set[str] = set()

    @initialize()
    def two_cases(self) -> None:
        """There are two cases."""
        for number in (1, 2):
            self.given(report(f"post-{number}", report=f"r-{number}"), None)

    @rule(name=OPERATIONS, title=st.sampled_from(["one", "two"]))
    def open(self, name: str, title: str) -> None:
        """An operation begins."""
        told = self.given(OpenOperation(operation=name, title=title))
        if name not in self.titles:
            assert told == ["operation.opened.v1"]
            self.titles[name] = title
        else:
            assert told == ([] if self.titles[name] == title else "operation_exists")

    @rule(
        name=OPERATIONS,
        post=st.sampled_from(["post-1", "post-2", "post-3"]),
        account=st.sampled_from(["acc-1", "acc-2"]),
        role=st.sampled_from(["seller", "promoter"]),
    )
    def add(self, name: str, post: str, account: str, role: str) -> None:
        """A person of a case joins."""
        told = self.given(AddCaseToOperation(operation=name, case=item(post), account=account, role=role))
        key = (name, post, account)
        if name not in self.titles:
            assert told == "operation_not_found"
        elif post == "post-3":
            assert told == "case_not_found"
        elif key in self.members:
            assert told == ([] if self.members[key] == role else "case_in_operation")
        elif name in self.closed:
            assert told == "operation_is_closed"
        else:
            assert told == ["operation.case_added.v1"]
            self.members[key] = role

    @rule(name=OPERATIONS)
    def close(self, name: str) -> None:
        """An operation ends."""
        told = self.given(CloseOperation(operation=name))
        if name not in self.titles:
            assert told == "operation_not_found"
        else:
            assert told == ([] if name in self.closed else ["operation.closed.v1"])
            self.closed.add(name)

    @invariant()
    def members_are_those_that_joined(self) -> None:
        """Nobody twice, nobody lost."""
        for name in self.titles:
            added = [fact.event for fact in self.facts if fact.stream == operation_of(name)]
            people = [(event.account, event.role) for event in added if isinstance(event, OperationCaseAdded)]
            joined = [(key[2], role) for key, role in self.members.items() if key[0] == name]
            assert people == joined


TestOperations = OperationMachine.TestCase
