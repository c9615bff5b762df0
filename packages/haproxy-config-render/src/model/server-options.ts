import { parseServerOptions, splitWords } from 'haproxy-config-text'
import * as z from 'zod'

/**
 * Words of a server line that HAProxy 2.6 and later accept when a server is
 * added at run time (management manual, `add server`), without those below.
 */
const known: ReadonlySet<string> = new Set(
  (
    'addr agent-addr agent-check agent-inter agent-port agent-send allow-0rtt alpn ca-file check ' +
    'check-alpn check-proto check-send-proxy check-sni check-ssl ciphers ' +
    'ciphersuites crl-file crt downinter error-limit fall fastinter force-tlsv10 force-tlsv11 ' +
    'force-tlsv12 force-tlsv13 inter maxconn maxqueue minconn no-ssl-reuse ' +
    'no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 npn observe on-error on-marked-down ' +
    'on-marked-up pool-low-conn pool-max-conn pool-purge-delay port proto proxy-v2-options rise ' +
    'send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn sni source ssl ' +
    'ssl-max-ver ssl-min-ver tfo tls-tickets verify verifyhost ws'
  ).split(' '),
)

/** Words that other fields of a pool write, or that are those of one server. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['weight', 'the pool’s weight'],
  ['slowstart', 'the pool’s slowStartMs'],
  ['backup', 'the pool’s backup or zone'],
  ['cookie', 'the pool’s sticky, or `cookie NAME insert indirect nocache dynamic` in the template'],
])

/** One server each, or the start of HAProxy: a server that is added at run time cannot have them. */
const refused: ReadonlySet<string> = new Set(
  'id guid track disabled enabled init-addr init-state resolvers resolve-net resolve-opts resolve-prefer redir no-check log-proto namespace socks4 check-via-socks4 tcp-ut'.split(
    ' ',
  ),
)

/** Characters that mean the same in the file and on the Runtime API. */
const plainWord = /^[A-Za-z0-9_.:,/@%+=~()*-]+$/

/** Words of a pool's server lines, on one line; they replace the default ones of the same keyword. */
export const serverOptionsField = z
  .string()
  .max(1000)
  .check(context => {
    const message = problemOf(context.value)
    if (message === undefined) return
    context.issues.push({ code: 'custom', message, input: context.value })
  })
  .overwrite(text => splitWords(text).join(' '))

/** Returns what is wrong with the words; undefined if nothing is. */
function problemOf(text: string): string | undefined {
  const words = splitWords(text)
  const odd = words.find(word => !plainWord.test(word))
  if (/[\n#"'\\$]/.test(text) || odd !== undefined)
    return 'expected words of A-Z a-z 0-9 _ . : , / @ % + = ~ ( ) * - on one line, without quotes'
  const seen = new Set<string>()
  for (const { keyword, values } of parseServerOptions(words)) {
    const problem = keywordProblem(keyword, values)
    if (problem !== undefined) return problem
    if (seen.has(keyword)) return `expected each keyword once, got ${keyword} twice`
    seen.add(keyword)
  }
  return undefined
}

function keywordProblem(keyword: string, values: readonly string[]): string | undefined {
  const field = elsewhere.get(keyword)
  if (field !== undefined) return `expected no ${keyword}: use ${field}`
  if (refused.has(keyword))
    return `expected no ${keyword}: a server that is added at run time cannot have it`
  if (!known.has(keyword)) return `expected keywords of a server line, got ${keyword}`
  return takesValue(keyword) && values.length === 0
    ? `expected a value behind ${keyword}`
    : undefined
}

function takesValue(keyword: string): boolean {
  return parseServerOptions([keyword, 'value'])[0]?.values.length === 1
}

/** Returns the default words, with a pool's own ones in place of those of the same keyword. */
export function mergedOptions(defaults: string, own = ''): string {
  if (own === '') return defaults
  const ownOptions = new Map(optionsOf(own).map(option => [option.keyword, option]))
  const kept = optionsOf(defaults).map(option => ownOptions.get(option.keyword) ?? option)
  const added = [...ownOptions.values()].filter(option => !kept.includes(option))
  return [...kept, ...added].map(({ keyword, values }) => [keyword, ...values].join(' ')).join(' ')
}

function optionsOf(words: string) {
  return parseServerOptions(words.split(' '))
}
