#!/bin/sh
# A database of its own in a new volume, and then the server.
set -e
[ -e "$PGDATA/PG_VERSION" ] || initdb --auth=trust --username=app --no-sync >/dev/null
echo 'host all all all trust' >> "$PGDATA/pg_hba.conf"
exec postgres -h '*' -c fsync=off -c unix_socket_directories=/tmp
