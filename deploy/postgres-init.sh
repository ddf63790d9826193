#!/bin/sh
# Runs once, when the data folder is empty: the product's own role is no superuser, so row-level security binds it.
set -eu

password=$(cat /run/secrets/database_password)
psql --set ON_ERROR_STOP=1 --set password="$password" --username postgres --dbname postgres <<'SQL'
create role eyelevel login password :'password';
create database eyelevel owner eyelevel encoding 'UTF8';
revoke all on database eyelevel from public;
SQL
