import { rm } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { parseSections } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import type { DesiredState } from '../plan/desired-state.js'
import { replaceFile } from '../replace-file.js'

/** A server with a health check that a new worker has down from its start. */
export interface DownServer {
  readonly pool: string
  readonly name: string
  readonly port: number
}

/**
 * The file from which a new worker takes the states of its servers, where the
 * configuration has `server-state-file` with an absolute path and
 * `load-server-state-from-file global`. Only servers that are down are in it, so
 * all others start as without it.
 */
export interface ServerStateFile {
  /**
   * Writes the servers that are down, if they changed. Without the words it does
   * nothing. If the disk refuses, the file is removed: a state that is out of date
   * is worse than none.
   */
  write(state: Pick<DesiredState, 'text' | 'frame'>, down: readonly DownServer[]): Promise<void>
}

/** Creates access to the state file of the present configuration. */
export function createServerStateFile(): ServerStateFile {
  let known: { readonly key: unknown; readonly place: StatePlace | undefined } | undefined
  let written: { readonly path: string; readonly content: string } | undefined
  return {
    async write(state, down) {
      const key = state.frame ?? state.text
      if (known?.key !== key) known = { key, place: statePlace(state.text) }
      const { place } = known
      if (!place) return
      const { path, pools } = place
      const content = stateText(down.filter(({ pool }) => pools.has(pool)))
      if (written?.path === path && written.content === content) return
      written = undefined
      try {
        await replaceFile(path, content, { mode: 0o644 })
        written = { path, content }
      } catch {
        await rm(path, { force: true }).catch(() => {})
      }
    },
  }
}

/** The path of a state file, and the backends that take their states from it. */
interface StatePlace {
  readonly path: string
  readonly pools: ReadonlySet<string>
}

/** Returns where HAProxy reads states with a configuration; undefined if it reads none. */
export function statePlace(text: string): StatePlace | undefined {
  // Most texts have no such words, and some have thousands of servers.
  if (!text.includes('server-state-file')) return undefined
  const sections = parseSections(text)
  const words = sections
    .filter(({ kind }) => kind === 'global')
    .flatMap(({ directives }) => directives.map(directive => directive.words))
  const last = (keyword: string) => words.findLast(([first]) => first === keyword)?.[1]
  const name = last('server-state-file')
  const path =
    name === undefined ? '' : isAbsolute(name) ? name : join(last('server-state-base') ?? '', name)
  if (!isAbsolute(path)) return undefined
  const loading = sections.filter(
    section => findDirective(section, 'load-server-state-from-file')?.words[1] === 'global',
  )
  return { path, pools: new Set(loading.map(section => section.name)) }
}

const columns =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ' +
  'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl ' +
  'srv_check_port srv_check_addr srv_agent_addr srv_agent_port'

/**
 * Returns the content of a state file, format version 1. HAProxy finds a server
 * by its names and takes its port; equal weights mean that of its line.
 */
function stateText(down: readonly DownServer[]): string {
  const rows = down.map(
    ({ pool, name, port }) => `1 ${pool} 1 ${name} - 0 0 1 1 0 1 0 0 6 0 0 0 - ${port} - 0 0 - - 0`,
  )
  return ['1', `# ${columns}`, ...rows, ''].join('\n')
}
