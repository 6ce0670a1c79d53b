#!/bin/sh
# Starts what is in the data directory. In one that is empty the entrypoint makes a server of its own, which follows nobody.
exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf
