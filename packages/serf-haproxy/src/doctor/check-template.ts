import { readFileSync } from 'node:fs'
import { lintConfiguration, RenderError, type Rendered } from 'haproxy-config-render'
import { configurationLines, splitWords } from 'haproxy-config-text'
import { createRuntimeClient, HaproxyError } from 'haproxy-runtime'
import type { Configuration } from '../configuration/schema.js'
import { renderMembers, loadTemplate } from '../rendering/render-members.js'
import { configurationText } from '../rendering/rendered-texts.js'
import { sampleRendering } from '../rendering/sample-rendering.js'
import { fail, ok, warn, type Finding } from './finding.js'

/** Checks that the template renders and loses no requests, and that HAProxy runs the servers of its file. */
export async function checkTemplate(
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    const template = loadTemplate(configuration)
    const { model, rendered } = renderMembers(new Map(), configuration, template)
    const sample = sampleRendering(model, configuration, template)
    return [...lint(sample), ...(await checkPools(configuration, rendered, signal))]
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    return [fail('template', error.message, 'fix it, then run `serf-haproxy check`')]
  }
}

function lint(rendered: Rendered): readonly Finding[] {
  const managed = rendered.pools.map(({ name }) => name)
  const findings = lintConfiguration(configurationText(rendered), { managed })
  if (findings.length === 0)
    return [ok('template', 'renders, and has no setting that loses requests')]
  return findings.map(({ message, line, remedy }) =>
    warn('template', `${message} (${placeIn(rendered, line)})`, remedy),
  )
}

/** Describes a line of the configuration with its further files. */
function placeIn({ text, files = [] }: Rendered, line: number): string {
  let before = linesOf(text)
  if (line <= before) return `line ${line} of the rendered text`
  for (const { path, use, text: further } of files) {
    if (use !== 'reload') continue
    if (line <= before + linesOf(further)) return `line ${line - before} of ${path}`
    before += linesOf(further)
  }
  return `line ${line}`
}

/** Every rendered text ends with a newline. */
function linesOf(text: string): number {
  return text.split('\n').length - 1
}

/** Compares the servers in the file with those in HAProxy: a restart would use the file. */
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
      ...[...running].filter(id => !filed.has(id)).map(id => `${id} is only in HAProxy`),
      ...[...filed].filter(id => !running.has(id)).map(id => `${id} is only in the file`),
    ]
    if (differing.length === 0) return [ok('drift', 'HAProxy and its file have the same servers')]
    const remedy = 'start `serf-haproxy run`, which corrects it'
    return [
      warn('drift', `HAProxy and its file differ: ${differing.slice(0, 5).join(', ')}`, remedy),
    ]
  } catch (error) {
    if (error instanceof HaproxyError && error.code === 'refused') {
      const remedy = 'start `serf-haproxy run`, which reloads HAProxy'
      return [warn('drift', `HAProxy does not run this configuration: ${error.message}`, remedy)]
    }
    // An unreachable HAProxy or a missing file is the finding of another check.
    return []
  }
}

/** Returns the servers of the named pools in a configuration, as `pool/name`. */
function serversOfFile(text: string, pools: readonly string[]): Set<string> {
  const proxies = new Set(['backend', 'listen'])
  const found = configurationLines(text).flatMap(({ keyword, text: line, section }) => {
    if (keyword !== 'server' || section === undefined) return []
    const isManaged = proxies.has(section.kind) && pools.includes(section.name)
    return isManaged ? [`${section.name}/${splitWords(line)[1]}`] : []
  })
  return new Set(found)
}
