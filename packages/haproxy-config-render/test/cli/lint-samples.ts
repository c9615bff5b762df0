/** A configuration of one or more files, and its findings as `file:line level code`. */
interface LintSample {
  readonly texts: readonly string[]
  readonly findings: readonly string[]
}

/** As a distribution ships it: sockets, users and time limits, and no proxy yet. */
const shipped = `global
	log /dev/log	local0
	log /dev/log	local1 notice
	chroot /var/lib/haproxy
	stats socket /run/haproxy/admin.sock mode 660 level admin
	stats timeout 30s
	user haproxy
	group haproxy
	daemon

	# TLS material
	ca-base /etc/ssl/certs
	crt-base /etc/ssl/private
	ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

defaults
	log	global
	mode	http
	option	httplog
	option	dontlognull
        timeout connect 5000
        timeout client  50000
        timeout server  50000
	errorfile 503 /etc/haproxy/errors/503.http
`

const tls = `frontend https
  bind :443 ssl crt /etc/haproxy/site.pem alpn h2,http/1.1
  bind quic4@:443 ssl crt /etc/haproxy/site.pem alpn h3
  bind :80
  http-request redirect scheme https unless { ssl_fc }
  acl is_api path_beg -i /api/ # "quoted # not a comment"
  use_backend %[req.hdr(host),lower,map(/etc/haproxy/hosts.map,www)] if !is_api
  default_backend api

backend api
  balance hdr(x-user)
  server a1 10.0.0.1:8443 ssl verify required ca-file ca.pem sni str(api) check inter 2s
  server a2 10.0.0.2:8443 ssl verify required ca-file ca.pem sni str(api) check inter 2s backup

backend www
  cookie SRV insert indirect nocache
  server w1 10.0.0.3:80 check cookie w1
  server w2 10.0.0.4:80 cookie w2
`

const tcp = `global
  stats socket /run/haproxy/admin.sock level admin
  hard-stop-after 5m
  lua-load /etc/haproxy/auth.lua
userlist ops
  user ann insecure-password secret
peers lbs
  peer lb1 10.0.0.1:1024
resolvers dns
  nameserver one 10.0.0.53:53
cache small
  total-max-size 4
defaults db
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  option redispatch
defaults web from db
  mode http
  timeout http-request 5s
  option idle-close-on-response
listen postgres from db
  bind 10.0.0.5:5432
  option pgsql-check user haproxy
  default-server check inter 3s on-marked-down shutdown-sessions
  server pg1 pg1.example.org:5432 resolvers dns
  server pg2 pg2.example.org:5432 resolvers dns backup
frontend stats from web
  bind 127.0.0.1:8404
  stats enable
  http-request use-service prometheus-exporter if { path /metrics }
`

const clash = `frontend other from web
  bind 127.0.0.1:8404
  http-request return status 200
`

/** Configurations like those of users. */
export const configurations: Readonly<Record<string, LintSample>> = {
  'a distribution': { texts: [shipped], findings: ['0:1 warning missing-hard-stop'] },
  'TLS in a second file': {
    texts: [shipped, tls],
    findings: [
      '0:1 warning missing-hard-stop',
      '1:1 warning missing-timeout',
      '1:1 warning missing-idle-close',
      '1:10 warning missing-redispatch',
      '1:11 info static-balance',
      '1:18 warning unchecked-server',
    ],
  },
  'tcp with named defaults': { texts: [tcp], findings: ['0:26 warning cuts-retries'] },
  'a listener of two files': {
    texts: [tcp, clash],
    findings: ['0:26 warning cuts-retries', '1:2 error clashing-bind'],
  },
}
