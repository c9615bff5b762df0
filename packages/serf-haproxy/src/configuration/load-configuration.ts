import { dirname, resolve } from 'node:path'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { AgentError } from '../agent-error.js'
import { isSecretName } from '../redaction/secret-places.js'
import { unknownNames } from './file-ownership.js'
import { readText } from './read-text.js'
import { sharedPlaces } from './refuse-shared-places.js'
import type { KeepalivedSettings } from './keepalived-schema.js'
import { configurationSchema, type Configuration } from './schema.js'
import { applyOverrides, type Override } from './overrides.js'

/**
 * Reads and validates the agent's YAML file. Relative paths in it are relative
 * to the file's folder.
 *
 * @param options - `settings` override values of the file
 * @throws AgentError `configuration`, with file and line of each invalid value.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { loadConfiguration } from 'serf-haproxy'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'agent-'))
 * const file = join(folder, 'serf-haproxy.yaml')
 * const lines = [
 *   'haproxy: { configFile: h.cfg, runtimeSocket: r.sock, masterSocket: m.sock }',
 *   'frontends: [{ name: web, bind: "127.0.0.1:8080", pool: nodes }]',
 *   'pools: [{ name: nodes, role: web, port: 3000 }]',
 * ]
 * await writeFile(file, lines.join('\n'))
 * const { haproxy, serf } = loadConfiguration(file)
 * haproxy.configFile === join(folder, 'h.cfg') // => true
 * serf.rpc // => { address: '127.0.0.1', port: 7373 }
 * await rm(folder, { recursive: true })
 * ```
 */
export function loadConfiguration(
  file: string,
  { settings = [] }: { settings?: readonly Override[] } = {},
): Configuration {
  const lines = new LineCounter()
  const document = parseDocument(readText(file, 'the configuration'), { lineCounter: lines })
  const [syntaxError] = document.errors
  if (syntaxError) {
    const { line } = lines.linePos(syntaxError.pos[0])
    throw new AgentError(
      'configuration',
      `${file}:${line}: not valid YAML: ${withoutSource(syntaxError.message)}`,
    )
  }
  const merged = applyOverrides(valuesOf(document, file), settings)
  const result = configurationSchema.safeParse(merged, { reportInput: true })
  const placeOf = (path: readonly PropertyKey[]) => {
    const name = path.join('.') || 'the file'
    const source = settings.findLast(setting => setting.path.join('.') === name)?.source
    // The source of a flag has the name already.
    if (source?.endsWith(name)) return source
    return `${source ?? `${file}:${lines.linePos(offsetOf(document, path)).line}`}: ${name}`
  }
  if (result.success) {
    const configuration = withAbsolutePaths(result.data, dirname(resolve(file)))
    const contradictions = [...sharedPlaces(configuration), ...unknownNames(configuration)]
    if (contradictions.length === 0) return configuration
    const texts = contradictions.map(({ path, problem }) => `${placeOf(path)}: ${problem}`)
    throw new AgentError('configuration', texts.join('\n'))
  }
  const problems = result.error.issues.map(({ path, message, input }) => {
    const got = shownInput(path, input)
    const expected = message.replace(/, received \w+$/, '')
    return `${placeOf(path)}: ${expected}, got ${got}`
  })
  throw new AgentError('configuration', problems.join('\n'))
}

/** Returns the document's values. An alias without its anchor, or too many, is found only here. */
function valuesOf(document: Document, file: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const reason = withoutSource((error as Error).message)
    const message = `${file}: not valid YAML: ${reason}; put a text that begins with * in quotes`
    // The cause is left out: it quotes the file.
    throw new AgentError('configuration', message)
  }
}

/** Returns the reason without the text of the file that it quotes: it may hold a secret. */
function withoutSource(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/: .*$/, '').replaceAll(/"[^"]*"|'[^']*'/g, '…')
}

/** Describes an invalid value. What may hold a secret is not quoted. */
function shownInput(path: readonly PropertyKey[], input: unknown): string {
  if (input === undefined) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object' && input !== null) return 'a mapping'
  const isSecret = path[0] === 'values' || path.includes('env') || isSecretName(String(path.at(-1)))
  return isSecret ? `a ${typeof input}` : JSON.stringify(input).slice(0, 100)
}

/** Offset in the text of the value at a path of keys, or of the nearest value around it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function withAbsolutePaths(configuration: Configuration, folder: string): Configuration {
  const { serf, haproxy, template, policy, tokenFile, stateFolder } = configuration
  const { partials, outputs, frontends, balancers } = configuration
  const absolute = (path: string) => resolve(folder, path)
  const { reload, check } = haproxy
  return {
    ...configuration,
    serf: {
      ...serf,
      ...(serf.authKeyFile !== undefined && { authKeyFile: absolute(serf.authKeyFile) }),
    },
    haproxy: {
      ...haproxy,
      configFile: absolute(haproxy.configFile),
      runtimeSocket: absolute(haproxy.runtimeSocket),
      ...(haproxy.masterSocket !== undefined && { masterSocket: absolute(haproxy.masterSocket) }),
      ...(check?.cwd !== undefined && { check: { ...check, cwd: absolute(check.cwd) } }),
      ...(reload && 's6Service' in reload && { reload: { s6Service: absolute(reload.s6Service) } }),
      ...(reload && 'pidFile' in reload && { reload: { pidFile: absolute(reload.pidFile) } }),
    },
    stateFolder: absolute(stateFolder),
    ...(template !== undefined && { template: absolute(template) }),
    ...(balancers?.keepalived && {
      balancers: { ...balancers, keepalived: absoluteKeepalived(balancers.keepalived, absolute) },
    }),
    partials: Array.isArray(partials)
      ? partials.map(absolute)
      : Object.fromEntries(Object.entries(partials).map(([name, file]) => [name, absolute(file)])),
    outputs: outputs.map(({ template, file, use }) => ({
      template: absolute(template),
      file: absolute(file),
      use,
    })),
    frontends: frontends.map(({ routeMap, ...frontend }) => ({
      ...frontend,
      ...(routeMap !== undefined && { routeMap: absolute(routeMap) }),
    })),
    ...(policy !== undefined && { policy: absolute(policy) }),
    ...(tokenFile !== undefined && { tokenFile: absolute(tokenFile) }),
  }
}

function absoluteKeepalived(
  { template, ...keepalived }: KeepalivedSettings,
  absolute: (path: string) => string,
): KeepalivedSettings {
  return {
    ...keepalived,
    file: absolute(keepalived.file),
    pidFile: absolute(keepalived.pidFile),
    ...(template !== undefined && { template: absolute(template) }),
  }
}
