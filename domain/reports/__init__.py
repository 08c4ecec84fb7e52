"""Reports: one notice from one source, received once, admitted or refused, answered once."""
