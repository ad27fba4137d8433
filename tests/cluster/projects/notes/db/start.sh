# Makes the database the first time, then serves it to everyone: only the services beside it can reach it.
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --username="$POSTGRES_USER" --auth=trust --no-sync >/dev/null
    echo "host all all all trust" >> "$PGDATA/pg_hba.conf"
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories='' -c fsync=off
