import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { AgentError } from '../agent-error.js'
import { configurationSchema, type Configuration } from './schema.js'
import { applyOverrides, type Override } from './overrides.js'

/**
 * Reads and checks the agent's YAML file. Relative paths in it count from the
 * file's own folder.
 *
 * @param options - `settings` are put over what the file says
 * @throws AgentError `configuration`, with file and line of each fault.
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
      `${file}:${line}: not valid YAML: ${syntaxError.message.split('\n')[0]}`,
    )
  }
  const whole = applyOverrides(document.toJS(), settings)
  const result = configurationSchema.safeParse(whole, { reportInput: true })
  if (result.success) return withAbsolutePaths(result.data, dirname(resolve(file)))
  const sourceOf = (path: readonly PropertyKey[]) =>
    settings.findLast(setting => setting.path.join('.') === path.join('.'))?.source ??
    `${file}:${lines.linePos(offsetOf(document, path)).line}`
  const faults = result.error.issues.map(({ path, message, input }) => {
    const found = (JSON.stringify(input) ?? 'nothing').slice(0, 100)
    return `${sourceOf(path)}: ${path.join('.') || 'the file'}: ${message}, found ${found}`
  })
  throw new AgentError('configuration', faults.join('\n'))
}

/** The text of a file that the configuration, or the command line, names. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `cannot read ${what} ${file}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}

/** Where in the text a path of keys stands: the value itself, or what holds it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function withAbsolutePaths(configuration: Configuration, folder: string): Configuration {
  const { serf, haproxy, template, policy, tokenFile, stateFolder } = configuration
  const at = (path: string) => resolve(folder, path)
  const { reload } = haproxy
  return {
    ...configuration,
    serf: {
      ...serf,
      ...(serf.authKeyFile !== undefined && { authKeyFile: at(serf.authKeyFile) }),
    },
    haproxy: {
      ...haproxy,
      configFile: at(haproxy.configFile),
      runtimeSocket: at(haproxy.runtimeSocket),
      ...(haproxy.masterSocket !== undefined && { masterSocket: at(haproxy.masterSocket) }),
      ...(reload && 's6Service' in reload && { reload: { s6Service: at(reload.s6Service) } }),
      ...(reload && 'pidFile' in reload && { reload: { pidFile: at(reload.pidFile) } }),
    },
    stateFolder: at(stateFolder),
    ...(template !== undefined && { template: at(template) }),
    ...(policy !== undefined && { policy: at(policy) }),
    ...(tokenFile !== undefined && { tokenFile: at(tokenFile) }),
  }
}
