import t from 'tap'
import { compareWithFile } from './same-as-file.js'

compareWithFile(t, {
  'default-server lines above and below': (bind, servers) => `defaults
  mode tcp
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  default-server check inter 3s maxconn 20
frontend web
  bind ${bind}
  default_backend nodes
backend nodes
  balance roundrobin
  default-server rise 4 fall 5 maxconn 30
${servers}  default-server backup
`,
  'dynamic cookies of named defaults': (bind, servers) => `defaults sticky
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
  cookie SRV insert indirect nocache dynamic
  dynamic-cookie-key secret
defaults plain
  mode http
  timeout connect 1s
  timeout client 10s
  timeout server 10s
frontend web from plain
  bind ${bind}
  default_backend nodes
backend nodes from sticky
  balance leastconn
${servers}`,
})
