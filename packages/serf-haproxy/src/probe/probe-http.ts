import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { ProbeConfiguration } from '../configuration/probe-schema.js'
import { printableText } from '../printable-name.js'

/** Most characters of a body that a problem quotes. */
const longestExcerpt = 120

/**
 * Sends one request on a new connection.
 *
 * @param worker - process id that the header has to have; any is taken if it is not known
 * @returns the problem, in words; undefined if it passed
 * @throws the error of the connection, and AbortError
 */
export async function probeHttp(
  settings: ProbeConfiguration,
  worker: number | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await send(settings, signal)
  try {
    return (await statusProblem(settings, response)) ?? workerProblem(settings, response, worker)
  } finally {
    response.destroy()
  }
}

function send({ url, host }: ProbeConfiguration, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol, host: place, hostname } = new URL(url)
  const name = (host ?? hostname).replace(/:\d+$/, '')
  const options = {
    headers: { host: host ?? place, 'user-agent': 'serf-haproxy', connection: 'close' },
    agent: false,
    signal,
    // The probe asks whether HAProxy serves; it sends and trusts nothing.
    rejectUnauthorized: false,
    servername: isIP(name.replace(/^\[(.*)\]$/, '$1')) === 0 ? name : '',
  }
  return new Promise((resolve, reject) => {
    const request = protocol === 'https:' ? requestHttps : requestHttp
    request(url, options, response => resolve(response.on('error', reject)))
      .on('error', reject)
      .end()
  })
}

async function statusProblem(
  { statuses }: ProbeConfiguration,
  response: IncomingMessage,
): Promise<string | undefined> {
  const { statusCode = 0 } = response
  const isGood = statuses ? statuses.includes(statusCode) : statusCode >= 200 && statusCode < 400
  if (isGood) return undefined
  const expected = statuses ? statuses.join(' or ') : '200 to 399'
  const excerpt = await excerptOf(response)
  return `expected the status ${expected}, got ${statusCode}${excerpt === '' ? '' : ` "${excerpt}"`}`
}

/** Returns the begin of a body as one line of printable text, without the tags of HTML. */
async function excerptOf(response: IncomingMessage): Promise<string> {
  let body = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += String(chunk)
      if (body.length > 4 * longestExcerpt) break
    }
  } catch {
    // What has arrived is enough.
  }
  const text = body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/[\s"]+/g, ' ')
  return printableText(text.trim(), longestExcerpt)
}

function workerProblem(
  { workerHeader }: ProbeConfiguration,
  { headers }: IncomingMessage,
  worker: number | undefined,
): string | undefined {
  if (workerHeader === undefined) return undefined
  const found = headers[workerHeader.toLowerCase()]
  if (found === undefined)
    return `expected the header ${workerHeader}, got none; add \`http-response set-header ${workerHeader} %pid\` to the frontend`
  if (worker === undefined || String(found) === String(worker)) return undefined
  return `expected ${workerHeader}: ${worker}, got ${printableText(String(found), 20)}: another worker answered`
}
