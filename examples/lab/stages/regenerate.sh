#!/bin/sh
# Called by Serf for each event. The event is a doorbell only: what is written
# is made from the members as they are now, and put in place whole.
set -eu
cat >/dev/null
SERF_RPC_AUTH="$(cat "$SERF_RPC_KEY_FILE")"
export SERF_RPC_AUTH
serf members -rpc-addr "$SERF_RPC_ADDR" -format=json | node "$NODE_DIR/nodes-view.mjs" "$NODE_DIR/nodes"
serf-haproxy render --config "$SERF_HAPROXY_CONFIG" --out "$HAPROXY_CFG.new"
haproxy -c -q -f "$HAPROXY_CFG.new"
mv "$HAPROXY_CFG.new" "$HAPROXY_CFG"
