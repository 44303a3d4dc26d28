"""The store on SQL: SQLAlchemy Core, SQLite in WAL mode. The package's only use of SQLAlchemy."""
