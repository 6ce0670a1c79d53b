#!/bin/sh
# The contract of the official image's entrypoint: options alone mean redis-server, /data belongs to redis, root is dropped.
set -eu

case "${1:-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac

if [ "${1:-}" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    # Take over the directory only when nothing in it belongs to something else than Redis.
    if [ -z "$(find . -mindepth 1 -maxdepth 1 ! -name '*.rdb' ! -name appendonlydir -print -quit)" ]; then
      find . \! -user redis -exec chown redis '{}' +
    fi
    exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
  fi
  if [ "$(umask)" = 0022 ]; then umask 0077; fi
  # The official image is compiled with protected mode off; here it is a default that arguments and configuration files override.
  configuration=/dev/null
  if [ -f "${2:-}" ]; then configuration=$2; fi
  case " $* " in
    *protected-mode*) ;;
    *) if ! grep -q '^[[:space:]]*protected-mode' "$configuration"; then set -- "$@" --protected-mode no; fi ;;
  esac
fi

exec "$@"
