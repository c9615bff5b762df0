import { AgentError } from '../agent-error.js'
import { configurationJsonSchema } from './schema.js'
import { fileVariable, variablePrefix } from '../variables.js'

/** A value that overrides one of the file. */
export interface Override {
  /** Names of the fields down to the value, such as `serf` and `rpc`. */
  readonly path: readonly string[]
  /** Value that replaces that of the file. */
  readonly value: unknown
  /** Source of the value, for messages: a variable or a flag. */
  readonly source: string
}

/** A setting with a single value. */
interface Setting {
  readonly path: readonly string[]
  readonly type: 'string' | 'number' | 'integer' | 'boolean'
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
}

/**
 * Reads overrides from environment variables: `SERF_HAPROXY_` and the path in
 * capitals, as in `SERF_HAPROXY_SERF_AUTH_KEY_FILE` for `serf.authKeyFile`. Other
 * variables with the prefix are ignored: Kubernetes defines some for a service
 * of that name.
 */
export function overridesFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Override[] {
  const given = Object.entries(environment).filter(
    ([name]) => name.startsWith(variablePrefix) && name !== fileVariable,
  )
  // The list of settings takes as long as all of the rest.
  if (given.length === 0) return []
  const settings = new Map(allSettings().map(setting => [variableOf(setting.path), setting]))
  return given.flatMap(([name, text]) => {
    const setting = settings.get(name)
    if (!setting || text === undefined) return []
    return [{ path: setting.path, value: parseValue(text, setting), source: name }]
  })
}

/**
 * Reads overrides from flags of the form `PATH=VALUE`, as in `serf.rpc=127.0.0.1:7373`.
 *
 * @throws AgentError `configuration` for an unknown path.
 */
export function overridesFromFlags(texts: readonly string[]): Override[] {
  if (texts.length === 0) return []
  const settings = new Map(allSettings().map(setting => [setting.path.join('.'), setting]))
  return texts.map(text => {
    const [, path = text, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
    const setting = settings.get(path)
    if (!setting) throw unknownSetting(path, [...settings.keys()])
    return { path: setting.path, value: parseValue(value, setting), source: `--set ${path}` }
  })
}

/** Returns the file's document with the overrides applied. */
export function applyOverrides(document: unknown, settings: readonly Override[]): unknown {
  return settings.reduce<unknown>(
    (merged, { path, value }) => withValue(merged, path, value),
    document,
  )
}

function withValue(node: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const before = typeof node === 'object' && node !== null ? { ...node } : {}
  return { ...before, [key]: withValue((before as Record<string, unknown>)[key], rest, value) }
}

/** Lists every setting that has a single value. */
function allSettings(): Setting[] {
  const visit = ({ properties, type }: Schema, path: readonly string[]): Setting[] => {
    if (properties) {
      return Object.entries(properties).flatMap(([name, below]) => visit(below, [...path, name]))
    }
    return isSingleValue(type) ? [{ path, type }] : []
  }
  return visit(configurationJsonSchema(), [])
}

function isSingleValue(type: string | undefined): type is Setting['type'] {
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean'
}

function variableOf(path: readonly string[]): string {
  const words = path.map(word => word.replaceAll(/[A-Z]/g, '_$&').toUpperCase())
  return `${variablePrefix}${words.join('_')}`
}

/** Parses a value by its type. A text that is not a number stays one: the schema rejects it. */
function parseValue(text: string, { type }: Setting): unknown {
  if (type === 'string') return text
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}

function unknownSetting(path: string, known: readonly string[]): AgentError {
  const message = `--set: unknown setting: expected one of ${known.join(', ')}, got ${path}`
  return new AgentError('configuration', message)
}
