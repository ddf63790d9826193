"""Dumps of the database: the programs that make and read them, and the manifest that says what is in one."""
