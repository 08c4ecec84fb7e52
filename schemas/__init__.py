"""The published language: what an event looks like as bytes, for everybody, for ever."""
