#!/bin/sh
# Serf's handler of leaves and failures: forgets each backend.
while read -r name _address role _tags; do
  [ "$role" = backend ] || continue
  rm -f "$NODE_DIR/nodes/$name"
done
exec "$(dirname "$0")/rewrite.sh"
