import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { AgentError } from './agent-error.js'
import { configurationSchema, type Configuration } from './configuration.js'

/**
 * Reads and checks the agent's YAML file. Relative paths in it count from the
 * file's own folder.
 *
 * @throws AgentError `configuration`, with file and line of each fault.
 */
export function loadConfiguration(file: string): Configuration {
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
  const result = configurationSchema.safeParse(document.toJS(), { reportInput: true })
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message, input }) => {
      const { line } = lines.linePos(offsetOf(document, path))
      const found = (JSON.stringify(input) ?? 'nothing').slice(0, 100)
      return `${file}:${line}: ${path.join('.') || 'the file'}: ${message}, found ${found}`
    })
    throw new AgentError('configuration', faults.join('\n'))
  }
  return withAbsolutePaths(result.data, dirname(resolve(file)))
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
  const { serf, haproxy, template, tokenFile, stateFolder } = configuration
  return {
    ...configuration,
    serf: {
      ...serf,
      ...(serf.authKeyFile !== undefined && { authKeyFile: resolve(folder, serf.authKeyFile) }),
    },
    haproxy: {
      ...haproxy,
      configFile: resolve(folder, haproxy.configFile),
      runtimeSocket: resolve(folder, haproxy.runtimeSocket),
      masterSocket: resolve(folder, haproxy.masterSocket),
    },
    stateFolder: resolve(folder, stateFolder),
    ...(template !== undefined && { template: resolve(folder, template) }),
    ...(tokenFile !== undefined && { tokenFile: resolve(folder, tokenFile) }),
  }
}
