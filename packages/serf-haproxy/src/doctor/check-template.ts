import { readFileSync } from 'node:fs'
import { lintConfiguration, RenderError, type Rendered } from 'haproxy-config-render'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { renderMembers, loadTemplate } from '../rendering/render-members.js'
import { bad, good, look, type Finding } from './finding.js'

/** Whether the template renders, what of it loses requests, and how far HAProxy is from the file. */
export async function checkTemplate(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const { rendered } = renderMembers([], configuration, loadTemplate(configuration))
    return [...lint(rendered), ...(await checkPools(configuration, rendered, signal))]
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    return [
      bad('template', error.message, 'correct it; `serf-haproxy check` tells whether it is good'),
    ]
  }
}

function lint({ text, pools }: Rendered): readonly Finding[] {
  const findings = lintConfiguration(text, { managed: pools.map(({ name }) => name) })
  if (findings.length === 0) return [good('template', 'renders, and loses no requests')]
  return findings.map(({ message, line, remedy }) =>
    look('template', `${message} (line ${line} of what it renders)`, remedy),
  )
}

/** The file and the worker have to agree: a restart would go on with the file. */
async function checkPools(
  { haproxy }: Configuration,
  { pools }: Rendered,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const names = pools.map(({ name }) => name)
    const servers = await createRuntimeClient({ socket: haproxy.runtimeSocket }).servers(names, {
      signal,
    })
    const running = new Set(servers.map(server => `${server.pool}/${server.name}`))
    const filed = serversOfFile(readFileSync(haproxy.configFile, 'utf8'), names)
    const differing = [
      ...[...running].filter(id => !filed.has(id)).map(id => `${id} only runs`),
      ...[...filed].filter(id => !running.has(id)).map(id => `${id} is only in the file`),
    ]
    if (differing.length === 0) return [good('drift', 'HAProxy and its file have the same servers')]
    const remedy = 'a running agent puts that right; start `serf-haproxy run`'
    return [
      look('drift', `HAProxy and its file differ: ${differing.slice(0, 5).join(', ')}`, remedy),
    ]
  } catch (error) {
    if (error instanceof HaproxyError && error.code === 'refused') {
      const remedy = 'a running agent reloads HAProxy; start `serf-haproxy run`'
      return [look('drift', `HAProxy does not run this configuration: ${error.message}`, remedy)]
    }
    // That HAProxy or its file is away is another check's finding.
    return []
  }
}

/** The servers of some backends of a configuration, as `pool/name`. */
function serversOfFile(text: string, pools: readonly string[]): Set<string> {
  const found = new Set<string>()
  let pool: string | undefined
  for (const line of text.split('\n')) {
    const [, section, name = ''] = /^([a-z]\S*)\s*(\S*)/.exec(line) ?? []
    if (section !== undefined) {
      const isManaged = (section === 'backend' || section === 'listen') && pools.includes(name)
      pool = isManaged ? name : undefined
    }
    const [, server] = /^\s+server\s+(\S+)\s/.exec(line) ?? []
    if (pool !== undefined && server !== undefined) found.add(`${pool}/${server}`)
  }
  return found
}
