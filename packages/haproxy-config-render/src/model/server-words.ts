import { nearestNames } from '../nearest-names.js'
import { anyText, numberFrom, oneOf, timeFrom, type ValueKind } from './word-values.js'

const count = numberFrom(0, 2_147_483_647)
const fromOne = numberFrom(1, 2_147_483_647)
const limit = numberFrom(-1, 2_147_483_647)
const time = timeFrom(1)
const tlsVersion = oneOf('SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')

/**
 * Words of a server line that take a value (configuration manual, section 5.2).
 * HAProxy checks the values of those with any text.
 */
const valued: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ...(
    'addr agent-addr agent-send alpn ca-file cc check-alpn check-pool-conn-name check-proto ' +
    'check-sni ciphers ciphersuites client-sigalgs crl-file crt curves namespace npn ' +
    'pool-conn-name proto proxy-v2-options redir sigalgs sni socks4 source tcp-md5sig verifyhost'
  )
    .split(' ')
    .map(word => [word, anyText] as const),
  ...'agent-inter downinter fastinter idle-ping inter pool-purge-delay tcp-ut'
    .split(' ')
    .map(word => [word, time] as const),
  ['agent-port', numberFrom(1, 65_535)],
  ['error-limit', fromOne],
  ['fall', fromOne],
  ['hash-key', oneOf('id', 'addr', 'addr-port')],
  ['max-reuse', limit],
  ['maxconn', count],
  ['maxqueue', count],
  ['minconn', count],
  ['observe', oneOf('layer4', 'layer7')],
  ['on-error', oneOf('fastinter', 'fail-check', 'sudden-death', 'mark-down')],
  ['on-marked-down', oneOf('shutdown-sessions')],
  ['on-marked-up', oneOf('shutdown-backup-sessions')],
  ['pool-low-conn', count],
  ['pool-max-conn', limit],
  ['port', numberFrom(1, 65_535)],
  ['rise', fromOne],
  ['ssl-max-ver', tlsVersion],
  ['ssl-min-ver', tlsVersion],
  ['verify', oneOf('none', 'required')],
  ['ws', oneOf('auto', 'h1', 'h2')],
])

/** Words without a value that have a form with `no-`. */
const switches: ReadonlySet<string> = new Set(
  (
    'agent-check check-send-proxy check-ssl renegotiate send-proxy send-proxy-v2 send-proxy-v2-ssl ' +
    'send-proxy-v2-ssl-cn ssl ssl-reuse sslv3 tfo tls-tickets tlsv10 tlsv11 tlsv12 tlsv13'
  ).split(' '),
)

/** Words without a value. */
const flags: ReadonlySet<string> = new Set([
  ...(
    'allow-0rtt check check-reuse-pool check-via-socks4 force-sslv3 force-tlsv10 force-tlsv11 ' +
    'force-tlsv12 force-tlsv13 non-stick stick strict-maxconn'
  ).split(' '),
  ...[...switches].filter(word => !/^(?:sslv3|tlsv1\d)$/.test(word)),
  ...[...switches].map(word => `no-${word}`),
])

const noName = 'a member has an address, and no name that HAProxy resolves'
const ownOfOne = 'each server has another one'
const noCheck = 'the agent needs the check of each server'
const otherSection = 'servers of a pool have no such word'

/** Words that a pool’s servers cannot have, each with the reason. */
const reserved: ReadonlyMap<string, string> = new Map([
  ['weight', 'use the pool’s weight'],
  ['slowstart', 'use the pool’s slowStartMs'],
  ['backup', 'use the pool’s backup or zone'],
  ['no-backup', 'use the pool’s backup or zone'],
  ['cookie', 'use `server: { cookie: name }` of the pool, or its sticky'],
  ['id', ownOfOne],
  ['guid', ownOfOne],
  ['track', noCheck],
  ['no-check', noCheck],
  ['disabled', 'the agent decides which servers take traffic'],
  ['enabled', 'the agent decides which servers take traffic'],
  ['init-state', 'a server takes traffic after its first check'],
  ...['init-addr', 'resolvers', 'resolve-net', 'resolve-opts', 'resolve-prefer'].map(
    word => [word, noName] as const,
  ),
  ...['log-bufsize', 'log-proto', 'shard'].map(word => [word, otherSection] as const),
  ...['usesrc', 'interface'].map(word => [word, 'write it behind the address of source'] as const),
])

/**
 * Words whose value can come from a member’s tag. None of them names a file, an
 * address or a certificate, switches TLS or checks off, or costs HAProxy more
 * than a member may claim.
 */
export const tagWords: ReadonlyMap<string, ValueKind> = new Map([
  ['maxconn', numberFrom(1, 1_000_000)],
  ['maxqueue', numberFrom(1, 1_000_000)],
  ['pool-low-conn', numberFrom(0, 100_000)],
  ['pool-max-conn', numberFrom(0, 100_000)],
  ['pool-purge-delay', timeFrom(1000, 3_600_000)],
  ['proto', oneOf('h1', 'h2')],
  ['ws', oneOf('auto', 'h1', 'h2')],
])

/** A TLV of the PROXY protocol, whose id is a part of the word (HAProxy 2.9 and later). */
const tlv = /^set-proxy-v2-tlv-fmt\(0x[0-9A-Fa-f]{1,2}\)$/

/** Returns the values of a word; undefined for a word without one. */
export function valuesOf(word: string): ValueKind | undefined {
  return tlv.test(word) ? anyText : valued.get(word)
}

/** Returns the opposite of a word without a value; undefined if it has none. */
export function oppositeOf(word: string): string | undefined {
  return switches.has(word) ? `no-${word}` : undefined
}

/** Returns the reason why servers of a pool cannot have a word; undefined if they can. */
export function wordProblem(word: string): string | undefined {
  const reason = reserved.get(word)
  if (reason !== undefined) return `expected no ${word}: ${reason}`
  if (flags.has(word) || valuesOf(word)) return undefined
  const known = [...valued.keys(), ...switches, ...flags, ...reserved.keys()]
  const [nearest] = nearestNames(word, known)
  const hint = nearest === undefined ? '' : ` (${nearest}?)`
  return `expected a word of a server line${hint}, got ${JSON.stringify(word.slice(0, 40))}`
}
