#!/bin/sh
# Called by Serf for each event, with a line a member on stdin. It shows what
# goes wrong when an event is taken for the state: `>` forgets everybody else.
set -eu
mkdir -p "$NODE_DIR/tmp"
model="$NODE_DIR/tmp/model.json"
while read -r name address _rest; do
  printf '{"runtimeSocket":"/run/none","frontends":[],"pools":[],"values":{"name":"%s","ip":"%s"}}\n' \
    "$name" "$address" >"$model"
  haproxy-config-render --template "$NODE_DIR/one-line.hbs" --model "$model" >"$NODE_DIR/tmp/haproxy.cfg"
done
