#!/usr/bin/env bash
# The contract of the official image's entrypoint: fill PGDATA when it is empty, run the initialisation files, start the server.
set -Eeuo pipefail
shopt -s nullglob

# NAME may come as NAME_FILE (a secret in a file); both at once is a mistake.
from_file() {
  local name=$1 file_name="${1}_FILE" default=${2:-}
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    echo >&2 "error: both $name and $file_name are set (but are exclusive)"
    exit 1
  fi
  local value=$default
  if [ -n "${!name:-}" ]; then value=${!name}; elif [ -n "${!file_name:-}" ]; then value=$(< "${!file_name}"); fi
  export "$name"="$value"
  unset "$file_name"
}

read_environment() {
  from_file POSTGRES_PASSWORD
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

create_directories() {
  install -d -m 0700 "$PGDATA" || :
  chmod 0700 "$PGDATA" || :
  install -d -m 3775 /var/run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  fi
}

require_password() {
  if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
    echo >&2 "Error: Database is uninitialized and superuser password is not specified."
    echo >&2 "       Set POSTGRES_PASSWORD to a non-empty value, or POSTGRES_HOST_AUTH_METHOD=trust."
    exit 1
  fi
}

initialise() {
  local waldir=()
  if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then waldir=(--waldir "$POSTGRES_INITDB_WALDIR"); fi
  # POSTGRES_INITDB_ARGS is a shell fragment by contract, hence eval.
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") "${waldir[@]}" '"$POSTGRES_INITDB_ARGS"' "$@"'
  local method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}
  printf '\nhost all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
}

# Listens on the socket only, so that nobody takes it for the finished server.
start_temporary_server() {
  if [ "${1:-}" = postgres ]; then shift; fi
  NOTIFY_SOCKET='' PGUSER="$POSTGRES_USER" \
    pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@" -c listen_addresses='' -p 5432)" -w start
}

run_sql() {
  local database=()
  if [ -n "${POSTGRES_DB:-}" ]; then database=(--dbname "$POSTGRES_DB"); fi
  PGHOST='' PGHOSTADDR='' PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}" \
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc "${database[@]}" "$@"
}

create_database() {
  local exists
  exists=$(POSTGRES_DB='' run_sql --dbname postgres --set db="$POSTGRES_DB" --tuples-only <<< "SELECT 1 FROM pg_database WHERE datname = :'db';")
  if [ -z "$exists" ]; then
    POSTGRES_DB='' run_sql --dbname postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
}

run_initialisation_files() {
  local file
  for file in "$@"; do
    echo "$0: running $file"
    case "$file" in
      *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *.sql) run_sql -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | run_sql ;;
      *.sql.xz) xzcat "$file" | run_sql ;;
      *.sql.zst) zstd -dc "$file" | run_sql ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

asks_only_for_information() {
  local argument
  for argument in "$@"; do
    case "$argument" in -'?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi

if [ "${1:-}" = postgres ] && ! asks_only_for_information "$@"; then
  read_environment
  create_directories
  if [ "$(id -u)" = 0 ]; then exec gosu postgres "${BASH_SOURCE[0]}" "$@"; fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    echo "PostgreSQL Database directory appears to contain a database; Skipping initialization"
  else
    require_password
    shift
    initialise
    export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
    start_temporary_server "$@"
    create_database
    run_initialisation_files /docker-entrypoint-initdb.d/*
    PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    set -- postgres "$@"
    echo "PostgreSQL init process complete; ready for start up."
  fi
fi

exec "$@"
