import * as z from 'zod'

/** Characters of the name of a header (RFC 9110, a token). */
const headerName = /^[!#$%&'*+.^_`|~\w-]+$/

const schemes: ReadonlySet<string> = new Set(['http:', 'https:', 'tcp:'])

const urlField = z.string().refine(isProbeUrl, {
  error:
    'expected http://ADDRESS:PORT/PATH, https://ADDRESS:PORT/PATH or tcp://ADDRESS:PORT, without a user',
})

/** The schema of the probe through one of HAProxy's listeners. */
export const probeSchema = z
  .strictObject({
    url: urlField.meta({
      description:
        'Listener of HAProxy that the probe uses, as a URL of http, https or tcp; certificates are not verified',
      examples: ['http://127.0.0.1:8080/health'],
    }),
    host: z
      .string()
      .regex(/^[\w.:[\]-]+$/, 'expected the name of a host')
      .optional()
      .meta({
        description: 'Host of the request, and server name in TLS; by default the host of url',
        examples: ['www.example.org'],
      }),
    workerHeader: z
      .string()
      .regex(headerName, 'expected the name of a header')
      .optional()
      .meta({
        description:
          'Response header with the process id of HAProxy’s worker, which the template adds by `http-response set-header NAME %pid`; without it the probe waits until the old worker cannot answer any more',
        examples: ['x-haproxy-worker'],
      }),
    statuses: z
      .array(z.number().int().min(100).max(599))
      .min(1)
      .optional()
      .meta({
        description: 'Statuses of the response that pass; by default 200 to 399',
        examples: [[200, 204]],
      }),
    timeoutMs: z
      .number()
      .int()
      .min(100)
      .default(2000)
      .describe('Time in which the probe has to pass after a change'),
  })
  .superRefine(({ url, host, workerHeader, statuses }, context) => {
    if (!url.startsWith('tcp:')) return
    for (const [field, value] of Object.entries({ host, workerHeader, statuses })) {
      if (value === undefined) continue
      const message = 'expected none with a url of tcp'
      context.addIssue({ code: 'custom', path: [field], message, input: value })
    }
  })

/** The settings of a probe. */
export type ProbeConfiguration = z.output<typeof probeSchema>

function isProbeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, username, password } = new URL(text)
  if (!schemes.has(protocol) || hostname === '' || username !== '' || password !== '') return false
  return protocol !== 'tcp:' || port !== ''
}
