#!/bin/sh
# A private PostgreSQL on loopback for tests, run by an unprivileged user, in a new folder below $TMPDIR.
#   .ci/postgres.sh start   make a cluster, start it on a free port, print its URL
#   .ci/postgres.sh stop    stop that server by its process id, and remove the cluster
# Needs the Debian package "postgresql". Local users are trusted and nothing is synced to disk: for tests only.
set -eu
cd "$(dirname "$0")/.."
record=build/postgres # names the cluster's folder

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
    echo "PostgreSQL is not installed. Remedy: apt-get install postgresql" >&2
    exit 1
fi

# PostgreSQL refuses to run as root: the package made the user "postgres" for it.
as_owner() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

case ${1:-} in
start)
    if [ -e "$record" ]; then
        echo "$(cat "$record") is there already. Remedy: $0 stop" >&2
        exit 1
    fi
    cluster=$(mktemp -d)
    mkdir -p "$(dirname "$record")"
    echo "$cluster" >"$record"
    if [ "$(id -u)" -eq 0 ]; then chown postgres "$cluster"; fi
    as_owner "$bin/initdb" --pgdata="$cluster/data" --auth=trust --username=test --encoding=UTF8 --locale=C.UTF-8 >&2
    # another program may take the port between the look and the start: then another one is tried
    for attempt in 1 2 3 4 5; do
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories= -c fsync=off"
        if as_owner "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -s -o "$options" start </dev/null >&2; then
            echo "postgresql+psycopg://test@127.0.0.1:$port/postgres"
            exit 0
        fi
        echo "attempt $attempt: port $port did not do" >&2
    done
    cat "$cluster/log" >&2
    exit 1
    ;;
stop)
    [ -e "$record" ] || exit 0
    cluster=$(cat "$record")
    if [ -f "$cluster/data/postmaster.pid" ]; then
        pid=$(head -n 1 "$cluster/data/postmaster.pid")
        kill -INT "$pid"
        while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    fi
    rm -rf "$cluster" "$record"
    ;;
*)
    sed -n '2,5s/^# //p' "$0" >&2
    exit 2
    ;;
esac
