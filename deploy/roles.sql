-- The roles that connect to PostgreSQL, for a server that is not ours to set up. A superuser runs this once; each
-- role is then given a password of its own. `eyelevel` owns the tables and is for migrations and the operator alone.
CREATE ROLE eyelevel LOGIN;
CREATE ROLE eyelevel_web LOGIN;
CREATE ROLE eyelevel_worker LOGIN;
CREATE ROLE eyelevel_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data;
