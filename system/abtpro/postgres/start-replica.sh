#!/bin/sh
# The official image can't make a standby: its data directory has to be there before the entrypoint sees it.
set -eu

attempts=0
while [ ! -s "$PGDATA/PG_VERSION" ]; do
  # The copy itself is the check that the primary is there: a port that answers proves nothing behind a proxy.
  if pg_basebackup --pgdata "$PGDATA" --wal-method=stream --checkpoint=fast --no-sync --write-recovery-conf --slot=postgres_replica \
    --dbname "host=postgres port=5432 user=replicator password=${REPLICATION_SECRET} connect_timeout=5"; then
    break
  fi
  attempts=$((attempts + 1))
  if [ "$attempts" -ge 600 ]; then exit 1; fi
  sleep 0.1
done

exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf
