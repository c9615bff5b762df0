import { stringify } from 'yaml'
import type { FoundPath } from './find-sockets.js'
import type { PoolDraft } from '../verdict/verdict.js'

/** The parts of the agent's configuration that adopt finds. */
export interface ConfigurationParts {
  readonly configFile: string
  readonly runtimeSocket: FoundPath
  readonly masterSocket: FoundPath
  /** HAProxy's files, if it loads more than one. */
  readonly files: readonly string[]
  /** Name of the template's file, in the folder of the configuration. */
  readonly template: string
  readonly pools: readonly { readonly pool: PoolDraft; readonly from: string }[]
}

/** Returns the text of the agent's configuration: what is no default, and what a newcomer looks for. */
export function adoptedConfiguration(parts: ConfigurationParts): string {
  const { configFile, runtimeSocket, masterSocket, files, template, pools } = parts
  const args =
    files.length > 1 ? `\n  check:\n    args: ${list(files)} # as HAProxy is started` : ''
  return `# Configuration of serf-haproxy, made by \`serf-haproxy adopt\`. Relative paths start
# at this file's folder. All other settings have their defaults; \`serf-haproxy init\`
# writes a file with most of them. The agent reloads this file when it changes.

serf:
  rpc: 127.0.0.1:7373 # RPC listener of the Serf agent on this machine
  # authKeyFile: rpc.key # file with its rpc_auth key, if it has one

haproxy:
  configFile: ${scalar(configFile)} # the agent overwrites it; edit the template instead
  runtimeSocket: ${scalar(runtimeSocket.path)} ${comment(`the stats socket, from ${runtimeSocket.from}`)}
  masterSocket: ${scalar(masterSocket.path)} ${comment(`the socket of -S, from ${masterSocket.from}`)}${args}

template: ${scalar(template)} ${comment(`${configFile}, with a line that writes the members of each pool`)}
frontends: [] # the template has its own

# Each pool is a backend of the template. Members join it by their tags:
# serf agent -tag role=ROLE
pools:
${pools.map(poolText).join('')}`
}

function poolText({ pool, from }: ConfigurationParts['pools'][number]): string {
  const { name, ...fields } = pool
  const lines = Object.entries(fields).map(
    ([field, value]) =>
      `    ${field}: ${typeof value === 'object' ? flow(value) : scalar(value)}\n`,
  )
  return `  - name: ${scalar(name)} ${comment(from)}\n${lines.join('')}`
}

/** Returns a comment of one line, whatever a path has in it. */
function comment(text: string): string {
  return `# ${text.replaceAll(/\p{Cc}/gu, ' ')}`
}

/** Returns a value on one line, quoted where YAML would read it otherwise. */
function scalar(value: unknown): string {
  return stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN', singleQuote: true }).trimEnd()
}

function flow(value: object): string {
  const entries = Object.entries(value).map(([key, each]) => `${key}: ${scalar(each)}`)
  return `{ ${entries.join(', ')} }`
}

function list(files: readonly string[]): string {
  // In a list on one line, a comma or bracket ends an item that is not in quotes.
  const items = files.flatMap(file => ['-f', /^[\w./-]+$/.test(file) ? file : JSON.stringify(file)])
  return `[${items.join(', ')}]`
}
