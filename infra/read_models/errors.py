"""What can be wrong with the database of the read models, by name, and what to do about it."""


class ReadModelsUnusable(Exception):  # noqa: N818 - named as the sentence it says
    """The database of the read models cannot be used as it is."""


class ReadModelsDamaged(ReadModelsUnusable):
    """The file is no database or is damaged. Everything in it can be rebuilt from the ledger: delete it."""


class ReadModelsForeign(ReadModelsUnusable):
    """The database holds tables of somebody else under our names; nothing was changed. Name another one."""


class ReadModelsUnavailable(ReadModelsUnusable):
    """The database could not be reached, or stayed locked by another process. Trying again may help."""
