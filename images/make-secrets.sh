#!/usr/bin/env bash
# Make the secrets that docker-compose.airflow.yml needs, at random, in var/secrets. What is there already stays.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var/secrets
umask 077

make_secret() { # NAME: 32 random bytes in hex
  [ -s "var/secrets/$1" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"var/secrets/$1"
}
for name in postgres_password redis_password api_secret_key jwt_secret; do make_secret "$name"; done
[ -s var/secrets/fernet_key ] || head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >var/secrets/fernet_key
if [ ! -s var/secrets/logins.json ]; then
  printf '{"admin": "%s"}\n' "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')" >var/secrets/logins.json
fi
chmod 0755 var/secrets
chmod 0444 var/secrets/* # read by the services' own users; the folder is this machine's, and git ignores it
echo "Secrets are in var/secrets; the login of Airflow's pages is in var/secrets/logins.json"
