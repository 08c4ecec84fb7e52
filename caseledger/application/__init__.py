"""Use cases: a command comes in, the streams it names are loaded, the domain decides, one append is made."""
