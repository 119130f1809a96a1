"""Migrations of the database: one line of versions for SQLite and PostgreSQL."""
