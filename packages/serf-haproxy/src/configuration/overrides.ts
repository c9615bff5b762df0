import { AgentError } from '../agent-error.js'
import { configurationJsonSchema } from './schema.js'

/** One value that is put over that of the file. */
export interface Override {
  readonly path: readonly string[]
  readonly value: unknown
  /** Where it comes from, in words. */
  readonly source: string
}

interface Place {
  readonly path: readonly string[]
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

/** Before each name of a variable that sets something. */
const prefix = 'SERF_HAPROXY_'

/** The variable that names the configuration file itself. */
export const fileVariable = `${prefix}CONFIG`

/**
 * The settings in an environment: `SERF_HAPROXY_` and the path in capitals, as
 * in `SERF_HAPROXY_SERF_AUTH_KEY_FILE` for `serf.authKeyFile`. Others that begin
 * so are somebody else's: Kubernetes makes some for a service of that name.
 */
export function overridesFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Override[] {
  const places = new Map(settable().map(place => [variableOf(place.path), place]))
  return Object.entries(environment).flatMap(([name, text]) => {
    if (!name.startsWith(prefix) || name === fileVariable || text === undefined) return []
    const place = places.get(name)
    return place ? [{ path: place.path, value: valueOf(text, place), source: name }] : []
  })
}

/**
 * The settings of a command line, each as `PATH=VALUE`, as in `serf.rpc=127.0.0.1:7373`.
 *
 * @throws AgentError `configuration` for a path that sets nothing.
 */
export function overridesFromFlags(texts: readonly string[]): Override[] {
  const places = new Map(settable().map(place => [place.path.join('.'), place]))
  return texts.map(text => {
    const [, path = text, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
    const place = places.get(path)
    if (!place) throw unknownSetting(`--set ${path}`, [...places.keys()])
    return { path: place.path, value: valueOf(value, place), source: `--set ${path}` }
  })
}

/** A document of the file's with the settings put over it. */
export function applyOverrides(document: unknown, settings: readonly Override[]): unknown {
  return settings.reduce<unknown>((whole, { path, value }) => put(whole, path, value), document)
}

function put(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const before = typeof whole === 'object' && whole !== null ? { ...whole } : {}
  return { ...before, [key]: put((before as Record<string, unknown>)[key], rest, value) }
}

/** Every setting that is a single value. */
function settable(): Place[] {
  const visit = ({ properties, type }: Schema, path: readonly string[]): Place[] => {
    if (properties) {
      return Object.entries(properties).flatMap(([name, below]) => visit(below, [...path, name]))
    }
    return isSingle(type) ? [{ path, type }] : []
  }
  return visit(configurationJsonSchema(), [])
}

function isSingle(type: string | undefined): type is Place['type'] {
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean'
}

function variableOf(path: readonly string[]): string {
  const words = path.map(word => word.replaceAll(/[A-Z]/g, '_$&').toUpperCase())
  return `${prefix}${words.join('_')}`
}

/** The schema says what is wrong with a number that is none. */
function valueOf(text: string, { type }: Place): unknown {
  if (type === 'string') return text
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}

function unknownSetting(what: string, wanted: readonly string[]): AgentError {
  return new AgentError('configuration', `${what} sets nothing; wanted one of ${wanted.join(', ')}`)
}
