#!/bin/sh
# Writes the configuration over the one in use, unchecked, and has the load
# balancer's wrapper end, so that its supervisor starts it again.
addresses=$(for file in "$NODE_DIR"/nodes/*; do
  [ ! -f "$file" ] || awk '{ printf "%s{\"host\":\"%s\",\"ip\":\"%s\"}", sep, $1, $2 }' sep="$sep" "$file"
  sep=,
done)
node "$(dirname "$0")/handlebars.mjs" --addresses "[$addresses]" <"$NODE_DIR/haproxy.cfg.hb" >"$HAPROXY_CFG"
s6-svc -h "$SCAN_DIR/ha"
