"""Why a question has no answer: what it asks for does not exist, or it is no question."""


class QueryRefused(Exception):  # noqa: N818 - named as the sentence it says
    """A question without an answer. `code` is stable, `reason` is for people."""

    def __init__(self, code: str, reason: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


class NotFound(QueryRefused):
    """What was asked for does not exist; the code says what, such as `case_not_found`."""


class NotAQuestion(QueryRefused):
    """The question itself is wrong: an id in a shape that ids do not have, a cursor of another list."""

    def __init__(self, reason: str) -> None:
        """Keep the sentence."""
        super().__init__("usage", reason)
