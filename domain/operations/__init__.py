"""Operations: several cases that belong together, with persons, roles and regions."""
