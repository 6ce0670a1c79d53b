#!/bin/sh
# What /tmp/server-clock says is added to the clock of the server, and of no program that it starts: what archives its WAL signs its
# requests with the time of the object store. The library keeps nothing in shared memory: the entrypoint changes its user, and would wait
# for ever for what it made as root.
set -eu
printf %s +0 > /tmp/server-clock

export LD_PRELOAD=/usr/local/lib/libfaketime.so.1 FAKETIME_ONLY_CMDS=postgres FAKETIME_TIMESTAMP_FILE=/tmp/server-clock
export FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1
exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf
