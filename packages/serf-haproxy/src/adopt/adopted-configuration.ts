import { dirname } from 'node:path'
import { stringify } from 'yaml'
import type { FoundPath } from './find-sockets.js'
import { debianUser, type DebianPlace } from './debian-place.js'
import type { PoolDraft } from '../verdict/verdict.js'

/** The parts of the agent's configuration that adopt finds. */
export interface ConfigurationParts {
  /** The adopted file. */
  readonly file: string
  readonly runtimeSocket: FoundPath
  readonly masterSocket: FoundPath
  /** HAProxy's arguments, if it loads more than the adopted file. */
  readonly args: readonly string[]
  /** The place of the files where the Debian package's unit runs the agent. */
  readonly place: DebianPlace | undefined
  /** Name of the template's file, in the folder of the configuration. */
  readonly template: string
  readonly pools: readonly { readonly pool: PoolDraft; readonly from: string }[]
}

/** Returns the text of the agent's configuration: what is no default, and what a newcomer looks for. */
export function adoptedConfiguration(parts: ConfigurationParts): string {
  const { file, runtimeSocket, masterSocket, args, place, template, pools } = parts
  const check = args.length > 0 ? `\n  check:\n    args: ${list(args)} # as HAProxy is started` : ''
  return `# Configuration of serf-haproxy, made by \`serf-haproxy adopt\`. Relative paths start
# at this file's folder. All other settings have their defaults; \`serf-haproxy init\`
# writes a file with most of them. The agent reloads this file when it changes.

serf:
  rpc: 127.0.0.1:7373 # RPC listener of the Serf agent on this machine
  # authKeyFile: rpc.key # file with its rpc_auth key, if it has one

haproxy:
${configFileLines(file, place)}  runtimeSocket: ${scalar(runtimeSocket.path)} ${comment(`the stats socket, from ${runtimeSocket.from}`)}
  masterSocket: ${scalar(masterSocket.path)} ${comment(`the socket of -S, from ${masterSocket.from}`)}${check}
${stateFolderLine(place)}
template: ${scalar(template)} ${comment(`${file}, with a line that writes the members of each pool`)}
frontends: [] # the template has its own

# Each pool is a backend of the template. Members join it by their tags:
# serf agent -tag role=ROLE
pools:
${pools.map(poolText).join('')}`
}

function configFileLines(file: string, place: DebianPlace | undefined): string {
  const remarks = place === undefined ? [] : debianRemarks(file, place)
  const path = scalar(place?.configFile ?? file)
  return `${remarks.map(remark => `  ${comment(remark)}\n`).join('')}  configFile: ${path} # the agent overwrites it; edit the template instead\n`
}

function debianRemarks(file: string, { staysBecause }: DebianPlace): readonly string[] {
  const folder = dirname(file)
  const unit = `The unit of the Debian package runs the agent as the user ${debianUser}, which`
  if (staysBecause === undefined)
    return [
      `${unit} cannot`,
      `write in ${folder}: it writes this file, and ${file} stays as it`,
      'is. A drop-in has haproxy.service load it: /usr/share/doc/serf-haproxy/README.Debian.',
    ]
  return [
    `${unit} has to`,
    `write in this folder: chgrp ${debianUser} ${folder} && chmod 775 ${folder}`,
    `The reason: ${staysBecause}.`,
  ]
}

function stateFolderLine(place: DebianPlace | undefined): string {
  if (!place) return ''
  return `\nstateFolder: ${scalar(place.stateFolder)} # what the agent remembers, and former configurations\n`
}

function poolText({ pool, from }: ConfigurationParts['pools'][number]): string {
  const { name, server, ...fields } = pool
  const lines = Object.entries(fields).map(
    ([field, value]) =>
      `    ${field}: ${typeof value === 'object' ? flow(value) : scalar(value)}\n`,
  )
  const words = Object.entries(server ?? {}).map(
    ([word, value]) => `      ${scalar(word)}: ${scalar(value)}\n`,
  )
  const shown = words.length === 0 ? '' : `    server:\n${words.join('')}`
  return `  - name: ${scalar(name)} ${comment(from)}\n${lines.join('')}${shown}`
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

function list(words: readonly string[]): string {
  // In a list on one line, a comma or bracket ends an item that is not in quotes.
  const items = words.map(word => (/^[\w./-]+$/.test(word) ? word : JSON.stringify(word)))
  return `[${items.join(', ')}]`
}
