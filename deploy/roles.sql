-- The roles that connect to PostgreSQL, for a server that is not ours to set up. A superuser runs this once; each
-- role is then given a password of its own. `eyelevel` owns the tables and is for migrations and the operator alone.
CREATE ROLE eyelevel LOGIN;
CREATE ROLE eyelevel_web LOGIN;
CREATE ROLE eyelevel_worker LOGIN;
CREATE ROLE eyelevel_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data;
-- A statement that fails is not written down, nor why: both quote what somebody typed. The site's log says where.
ALTER ROLE eyelevel SET log_min_messages = 'log';
ALTER ROLE eyelevel SET log_min_error_statement = 'panic';
ALTER ROLE eyelevel_web SET log_min_messages = 'log';
ALTER ROLE eyelevel_web SET log_min_error_statement = 'panic';
ALTER ROLE eyelevel_worker SET log_min_messages = 'log';
ALTER ROLE eyelevel_worker SET log_min_error_statement = 'panic';
ALTER ROLE eyelevel_backup SET log_min_messages = 'log';
ALTER ROLE eyelevel_backup SET log_min_error_statement = 'panic';
