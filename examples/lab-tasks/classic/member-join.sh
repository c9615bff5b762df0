#!/bin/sh
# Serf's handler of joins: remembers each backend in a file of its own.
mkdir -p "$NODE_DIR/nodes"
while read -r name address role _tags; do
  [ "$role" = backend ] || continue
  echo "$name $address" >"$NODE_DIR/nodes/$name"
done
exec "$(dirname "$0")/rewrite.sh"
