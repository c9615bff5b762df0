import { inNetworks, isNetwork } from '../model/allowed-networks.js'
import { isIP } from 'node:net'
import { LogFormatText } from './printed-value.js'
import type { Route } from '../model/proxy-model.js'
import { RenderError } from '../render-error.js'
import { shownValue } from '../shown-value.js'

/** The call of a helper. */
export interface HelperUse {
  /**
   * A block; a value, which is printed like any other; text that is safe as it
   * is; or whole lines, alone on a line of the template.
   */
  readonly kind: 'block' | 'value' | 'text' | 'lines'
  /** Minimum and maximum number of parameters. */
  readonly parameters: readonly [number, number]
  /** Computes a value or text. */
  readonly compute?: (...values: readonly unknown[]) => unknown
}

const value = (
  parameters: readonly [number, number],
  compute: (...values: readonly unknown[]) => unknown,
): HelperUse => ({ kind: 'value', parameters, compute })

const block: HelperUse = { kind: 'block', parameters: [1, 1] }

/** The helpers that a template may call; all are pure. */
export const templateHelpers: ReadonlyMap<string, HelperUse> = new Map([
  ['if', block],
  ['unless', block],
  ['each', block],
  ['with', block],
  ['servers', { kind: 'lines', parameters: [1, 1] }],
  ['condition', { kind: 'text', parameters: [1, 1], compute: condition }],
  ['eq', value([2, 2], (a, b) => a === b)],
  ['ne', value([2, 2], (a, b) => a !== b)],
  ['lt', value([2, 2], (a, b) => inOrder(a, b) < 0)],
  ['gt', value([2, 2], (a, b) => inOrder(a, b) > 0)],
  ['and', value([2, 9], (...values) => values.every(isTrue))],
  ['or', value([2, 9], (...values) => values.some(isTrue))],
  ['not', value([1, 1], one => !isTrue(one))],
  ['default', value([2, 2], (one, other) => one ?? other)],
  ['lookup', value([2, 2], lookup)],
  ['range', value([2, 2], range)],
  ['sort', value([1, 2], sort)],
  ['where', value([3, 3], where)],
  ['pluck', value([2, 2], (list, key) => listOf(list).map(item => lookup(item, key)))],
  ['join', value([2, 2], (list, separator) => listOf(list).map(textOf).join(textOf(separator)))],
  ['concat', value([2, 9], (...values) => values.map(textOf).join(''))],
  ['startsWith', value([2, 2], (text, start) => textOf(text).startsWith(textOf(start)))],
  ['lower', value([1, 1], text => textOf(text).toLowerCase())],
  ['upper', value([1, 1], text => textOf(text).toUpperCase())],
  ['size', value([1, 1], list => (typeof list === 'string' ? list : listOf(list)).length)],
  ['isIPv4', value([1, 1], address => isIP(textOf(address)) === 4)],
  ['isIPv6', value([1, 1], address => isIP(textOf(address)) === 6)],
  ['inCidr', value([2, 2], inCidr)],
  ['logFormat', value([1, 1], text => new LogFormatText(textOf(text)))],
])

/** Returns whether Handlebars takes a value as true; an empty list is false. */
function isTrue(one: unknown): boolean {
  return Array.isArray(one) ? one.length > 0 : Boolean(one)
}

function inOrder(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [textOf(a), textOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function lookup(item: unknown, key: unknown): unknown {
  if (typeof item !== 'object' || item === null) return undefined
  const name = textOf(key)
  return Object.hasOwn(item, name) ? (item as Readonly<Record<string, unknown>>)[name] : undefined
}

/** Longest list that `range` makes. */
const longestRange = 10_000

function range(from: unknown, to: unknown): number[] {
  if (!Number.isInteger(from) || !Number.isInteger(to))
    throw expected('two whole numbers', [from, to])
  const length = Math.max(0, Number(to) - Number(from) + 1)
  if (length > longestRange) throw expected(`at most ${longestRange} numbers`, length)
  return Array.from({ length }, (_, i) => Number(from) + i)
}

function sort(list: unknown, key?: unknown): unknown[] {
  const by = (item: unknown) => (key === undefined ? item : lookup(item, key))
  return listOf(list).toSorted((a, b) => inOrder(by(a), by(b)))
}

function where(list: unknown, key: unknown, wantedValue: unknown): unknown[] {
  return listOf(list).filter(item => lookup(item, key) === wantedValue)
}

function inCidr(address: unknown, network: unknown): boolean {
  const text = textOf(network)
  if (!isNetwork(text)) throw expected('a network such as 10.0.0.0/8', network)
  const one = textOf(address)
  return isIP(one) !== 0 && inNetworks([text])(one)
}

/** Returns the condition of a route as ACL words; host and path were checked with the model. */
function condition(route: unknown): string {
  if (typeof route !== 'object' || route === null || !('pool' in route))
    throw expected('a route', route)
  const { host, path } = route as Route
  const hostTest = host?.startsWith('*')
    ? `{ req.hdr(host),host_only,lower -m end ${host.slice(1)} }`
    : host && `{ req.hdr(host),host_only,lower ${host} }`
  const withHost = (test: string) => (hostTest ? `${hostTest} ${test}` : test)
  if (path === undefined || path === '/') return hostTest ?? '{ always_true }'
  return `${withHost(`{ path ${path} }`)} or ${withHost(`{ path_beg ${path}/ }`)}`
}

function listOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list as readonly unknown[]
  throw expected('a list', list)
}

function textOf(one: unknown): string {
  if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') {
    return String(one)
  }
  throw expected('a text or a number', one)
}

/** Returns the error about a parameter; the caller adds the helper's place. */
function expected(what: string, got: unknown): RenderError {
  const facts = { got: shownValue(got), expected: what }
  return new RenderError('unsafe-value', 'A helper cannot use its parameter', facts)
}
