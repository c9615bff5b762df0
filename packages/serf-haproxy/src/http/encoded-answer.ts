import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gzip as gzipWithCallback } from 'node:zlib'
import type { HttpAnswer } from './http-answer.js'

const gzip = promisify(gzipWithCallback)

/** A smaller body fits into one packet, or two. */
const leastBytes = 1024
/** A fast level: a state of 10,000 servers has many similar parts. */
const level = 4
/** Most bodies that are compressed at a time; others are sent as they are, so that none waits in memory. */
const mostAtOnce = 4
let running = 0

/** Tags and compressed bodies of the files of the page, which stay the same. */
const known = new WeakMap<Buffer, { readonly tag: string; gzipped?: Promise<Buffer> }>()

/**
 * Returns an answer of status 200 with its `ETag`: compressed, if the client accepts gzip and
 * the body is large enough, or with status 304, if the client has it already. Each encoding
 * has an `ETag` of its own. Other answers are returned as they are.
 */
export async function encodedAnswer(
  answer: HttpAnswer,
  headers: Pick<IncomingHttpHeaders, 'accept-encoding' | 'if-none-match'>,
): Promise<HttpAnswer> {
  if (answer.status !== 200) return answer
  const tag = tagOf(answer.body)
  const isLarge = Buffer.byteLength(answer.body) >= leastBytes
  const vary = { ...answer.headers, ...(isLarge && { vary: 'accept-encoding' }) }
  const plain = { ...vary, etag: `"${tag}"` }
  const zipped = { ...vary, etag: `"${tag}-gzip"`, 'content-encoding': 'gzip' }
  const wantsGzip = isLarge && acceptsGzip(headers['accept-encoding'])
  const { etag } = wantsGzip ? zipped : plain
  if (hasTag(headers['if-none-match'], [plain.etag, zipped.etag]))
    return { ...answer, status: 304, body: '', headers: { ...vary, etag } }
  const body = wantsGzip ? await gzipped(answer.body) : undefined
  return body ? { ...answer, body, headers: zipped } : { ...answer, headers: plain }
}

/** Returns whether a client accepts gzip: it names it, or all encodings, and not with `q=0`. */
export function acceptsGzip(header: string | readonly string[] | undefined): boolean {
  const choices = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map(choice => choice.split(';').map(part => part.trim()))
  const choice = choices.find(([name]) => name === 'gzip') ?? choices.find(([name]) => name === '*')
  return choice !== undefined && !choice.slice(1).some(part => /^q=0(?:\.0*)?$/.test(part))
}

function hasTag(header: string | undefined, tags: readonly string[]): boolean {
  const wanted = (header ?? '').split(',').map(each => each.trim().replace(/^W\//, ''))
  return wanted.some(each => each === '*' || tags.includes(each))
}

function tagOf(body: HttpAnswer['body']): string {
  const tag = (typeof body !== 'string' && known.get(body)?.tag) || digest(body)
  if (typeof body !== 'string' && !known.has(body)) known.set(body, { tag })
  return tag
}

function digest(body: HttpAnswer['body']): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 27)
}

/** Compresses in the background; undefined if there is too much to do. */
async function gzipped(body: HttpAnswer['body']): Promise<Buffer | undefined> {
  const kept = typeof body === 'string' ? undefined : known.get(body)
  if (kept?.gzipped) return kept.gzipped
  if (running >= mostAtOnce) return undefined
  running++
  const zipping = gzip(body, { level }).finally(() => running--)
  if (kept) kept.gzipped = zipping
  return zipping
}
