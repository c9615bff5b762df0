# The template of the classic lab: one line a backend, HAProxy's own defaults otherwise.
global
  stats socket "${HAPROXY_RUNTIME}" mode 600 level admin
  stats timeout 30s

defaults
  mode http
  option dontlognull
  timeout connect 5s
  timeout client 50s
  timeout server 50s

frontend stats
  bind "${NODE_IP}:1936"
  stats enable
  stats uri /
  stats hide-version

frontend web
  bind "${NODE_IP}:8080"
  default_backend nodes

backend nodes
  balance roundrobin
  option httpchk HEAD /
  option forwardfor
{{#each addresses}}
  server {{host}} {{ip}}:3000 check
{{/each}}
