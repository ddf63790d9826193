#!/bin/sh
# Runs once, when the data folder is empty: the roles of deploy/roles.sql, each with a password of its own. None is a
# superuser, so row-level security binds the site and its worker; eyelevel_backup alone is not bound, and only reads.
set -eu

secret() {
    cat "/run/secrets/$1_password"
}

psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner="$(secret owner)" --set web="$(secret web)" \
    --set worker="$(secret worker)" --set backup="$(secret backup)" <<'SQL'
create role eyelevel login password :'owner';
create role eyelevel_web login password :'web';
create role eyelevel_worker login password :'worker';
create role eyelevel_backup login bypassrls password :'backup' in role pg_read_all_data;
-- A statement that fails is not written down, nor why: both quote what somebody typed. The site's log says where.
alter role eyelevel set log_min_messages = 'log';
alter role eyelevel set log_min_error_statement = 'panic';
alter role eyelevel_web set log_min_messages = 'log';
alter role eyelevel_web set log_min_error_statement = 'panic';
alter role eyelevel_worker set log_min_messages = 'log';
alter role eyelevel_worker set log_min_error_statement = 'panic';
alter role eyelevel_backup set log_min_messages = 'log';
alter role eyelevel_backup set log_min_error_statement = 'panic';
create database eyelevel owner eyelevel encoding 'UTF8';
revoke all on database eyelevel from public;
grant connect on database eyelevel to eyelevel_web, eyelevel_worker, eyelevel_backup;
SQL
