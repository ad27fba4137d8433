#!/bin/sh
set -e
[ -e "$PGDATA/PG_VERSION" ] || initdb --auth=scram-sha-256 --username=app --pwfile=/run/secrets/password --no-sync >/dev/null
echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
exec postgres -h '*' -c fsync=off -c unix_socket_directories=/tmp
