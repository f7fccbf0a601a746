"""Model values as the records of the tables, and back: the tables' schema is this package.

A record is a dict of plain values (see `vigie.attributes`) with its schema version under `v`. Reading raises
`SchemaError` for a version this code does not know and for a record that does not hold what its version promises.
"""
