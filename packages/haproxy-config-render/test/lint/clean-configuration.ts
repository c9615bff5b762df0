import { lintConfiguration } from '../../src/lint/lint-configuration.js'
import type { LintOptions } from '../../src/lint/lint-rule.js'

/** A configuration without findings. */
export const clean = `global
  stats socket /run/x.sock mode 600 level admin
  hard-stop-after 60s
  maxconn 1000
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  timeout http-request 1s
  option idle-close-on-response
  option redispatch 1
frontend web
  bind *:80
  default_backend app
backend app
  balance roundrobin
  server s1 10.0.0.1:80 check
`

/** The codes and lines of the findings. */
export const found = (text: string, options?: LintOptions) =>
  lintConfiguration(text, options).map(({ code, line }) => `${code} ${line}`)
/** The clean configuration without one of its lines. */
export const without = (line: string) => clean.replace(`  ${line}\n`, '')
