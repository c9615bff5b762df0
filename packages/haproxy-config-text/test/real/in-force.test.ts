import * as fc from 'fast-check'
import { freePort, haproxyReleases, missingProgram } from 'real-components'
import t from 'tap'
import {
  effectiveServerOptions,
  findDirective,
  possibleConfigurations,
} from '../../src/effective.js'
import { parseSections, type Directive, type Section } from '../../src/parse-sections.js'
import { runHaproxy, type Ask } from './running-haproxy.js'

const skip = missingProgram('haproxy')
const releases = skip ? [] : haproxyReleases()

/** Words of servers whose effect HAProxy shows. */
const serverWords = [
  'check',
  'no-check',
  'agent-check',
  'no-agent-check',
  'backup',
  'no-backup',
  'disabled',
  'enabled',
  'ssl verify none',
  'no-ssl',
  'weight 3',
  'weight 4',
  'cookie check',
  'cookie b',
  'port 81',
  'port 82',
]

const words = fc
  .array(fc.constantFrom(...serverWords), { maxLength: 4 })
  .map(list => list.join(' '))
const defaultServer = words.map(text => (text === '' ? [] : [`default-server ${text}`]))
const proxyLines = fc.array(
  fc.constantFrom(
    'balance source',
    'balance leastconn',
    'balance roundrobin',
    'mode tcp',
    'mode http',
    'option redispatch 1',
    'no option redispatch',
    'default option redispatch',
  ),
  { maxLength: 3 },
)

/** Names that are words of servers too. */
const names = ['check', 'no-check', 'backup', 'ssl']
const servers = fc
  .tuple(...names.map(name => fc.tuple(defaultServer, words, fc.constant(name))))
  .map(list =>
    list.flatMap(([above, own, name]) => [...above, `server ${name} 127.0.0.1:9 ${own}`]),
  )

/** Lines of defaults, of defaults that extend them, and of a backend. */
interface Layers {
  readonly base: readonly string[]
  readonly next: readonly string[]
  readonly backend: readonly string[]
}

const layers: fc.Arbitrary<Layers> = fc.record({
  base: fc.tuple(proxyLines, defaultServer, defaultServer).map(lists => lists.flat()),
  next: fc.tuple(proxyLines, defaultServer).map(lists => lists.flat()),
  backend: fc.tuple(proxyLines, servers, proxyLines, defaultServer).map(lists => lists.flat()),
})

const timeouts = 'timeout client 9s\n timeout server 9s\n timeout connect 9s'

/** HAProxy refuses an agent check without a port. */
const agentPort = 'default-server agent-port 9'

function configuration(list: readonly Layers[]): string {
  return list
    .flatMap(({ base, next, backend }, i) => [
      [`defaults base${i}`, timeouts, agentPort, ...base].join('\n '),
      [`defaults next${i} from base${i}`, ...next].join('\n '),
      [`backend b${i} from next${i}`, ...backend].join('\n '),
    ])
    .join('\n')
    .concat('\n')
}

/** The values that the package reads for a server. */
function readServer(section: Section, server: Directive): Record<string, string> {
  const options = new Map(
    effectiveServerOptions(section, server).map(({ keyword, values }) => [keyword, values[0]]),
  )
  const flag = (keyword: string) => String(options.has(keyword))
  return {
    check: flag('check'),
    agent: flag('agent-check'),
    backup: flag('backup'),
    disabled: flag('disabled'),
    ssl: flag('ssl'),
    weight: options.get('weight') ?? '1',
    cookie: options.get('cookie') ?? '',
    port: options.get('port') ?? '0',
  }
}

/** The values that HAProxy reports for each server, by `backend/server`. */
async function reportedServers(ask: Ask): Promise<Map<string, Record<string, string>>> {
  const rows = new Map((await statistics(ask)).map(row => [`${row.pxname}/${row.svname}`, row]))
  const lines = (await ask('show servers state')).trim().split('\n').slice(2)
  return new Map(
    lines.map(line => {
      const column = line.split(' ')
      const id = `${column[1]}/${column[3]}`
      const isDisabled = Number(column[6]) > 0
      return [
        id,
        {
          // A server in maintenance has its check paused, which is another bit.
          check: String((Number(column[13]) & 2) > 0),
          agent: String((Number(column[14]) & 2) > 0),
          backup: String(rows.get(id)?.bck === '1'),
          disabled: String(isDisabled),
          ssl: String(column[20] === '1'),
          weight: column[8] ?? '',
          cookie: rows.get(id)?.cookie ?? '',
          port: column[21] ?? '',
        },
      ]
    }),
  )
}

async function statistics(ask: Ask): Promise<Record<string, string>[]> {
  const [head = '', ...lines] = (await ask('show stat')).trim().split('\n')
  const columns = head.replace('# ', '').split(',')
  return lines.map(line => Object.fromEntries(line.split(',').map((cell, i) => [columns[i], cell])))
}

/** Returns a backend whose server depends on two conditions. */
const block = (one: string, two: string, i: number) =>
  `backend b${i}\n.if ${one}\n server first 127.0.0.1:9\n.elif ${two}\n server second 127.0.0.1:9\n.else\n server third 127.0.0.1:9\n.endif\n`

t.test('HAProxy is there', { skip }, async t => t.not(releases.length, 0))

for (const { version, program } of releases) {
  t.test(`${version} runs servers and proxies as they are read`, async t => {
    const backends = fc.array(layers, { minLength: 15, maxLength: 15 })
    for (const list of fc.sample(backends, 4)) {
      const text = configuration(list)
      const ask = await runHaproxy(t, program, text)
      const reported = await reportedServers(ask)
      const rows = await statistics(ask)
      for (const section of parseSections(text).filter(({ kind }) => kind === 'backend')) {
        const row = rows.find(
          ({ pxname, svname }) => pxname === section.name && svname === 'BACKEND',
        )
        const algorithm = findDirective(section, 'balance')?.words[1] ?? 'roundrobin'
        const mode = findDirective(section, 'mode')?.words[1] ?? 'tcp'
        t.strictSame([row?.algo, row?.mode], [algorithm, mode], `${section.name} of\n${text}`)
        for (const server of section.directives.filter(({ words: [word] }) => word === 'server')) {
          const id = `${section.name}/${server.words[1]}`
          t.strictSame(reported.get(id), readServer(section, server), `${id} of\n${text}`)
        }
      }
    }
  })

  t.test(`${version} redispatches where the option is in force`, async t => {
    const [port, closed] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
    const live = await freePort('127.0.0.1')
    const variants = [
      'option redispatch 1',
      'no option redispatch',
      'default option redispatch',
      '',
    ]
    const pairs = variants.flatMap(one => variants.map(two => [one, two] as const))
    const backends = pairs.flatMap(([one, two], i) => [
      `defaults d${i}\n mode http\n ${timeouts}\n retries 1\n ${one}`,
      ...['own', 'both'].map(
        name =>
          `backend ${name}${i} from d${i}\n ${two}\n ${name === 'both' ? one : ''}\n cookie S\n` +
          ` server dead 127.0.0.1:${closed} cookie dead\n server live 127.0.0.1:${live}`,
      ),
    ])
    const text = [
      `frontend f\n bind 127.0.0.1:${port}\n use_backend %[path,field(2,/)]`,
      `frontend g\n bind 127.0.0.1:${live}\n http-request return status 200`,
      ...backends,
      '',
    ].join('\n')
    await runHaproxy(t, program, text)
    const backendSections = parseSections(text).filter(({ kind }) => kind === 'backend')
    // HAProxy waits for a second before it tries the same server again.
    await Promise.all(
      backendSections.map(async section => {
        const url = `http://127.0.0.1:${port}/${section.name}`
        const { status } = await fetch(url, { headers: { cookie: 'S=dead' } })
        const isSet = findDirective(section, 'option', 'redispatch') !== undefined
        t.equal(status, isSet ? 200 : 503, section.name)
      }),
    )
  })

  t.test(`${version} takes one of the possible branches, and certain ones always`, async t => {
    const conditions = [
      '1',
      '0',
      '',
      '-1',
      '!0',
      '!!0',
      '01',
      'version_atleast(2.4)',
      'defined(NO_SUCH)',
    ]
    const texts = conditions.flatMap((one, i) =>
      conditions.map((two, j) => block(one, two, i * conditions.length + j)),
    )
    const rows = await statistics(await runHaproxy(t, program, texts.join('')))
    const kinds = new Set(['FRONTEND', 'BACKEND'])
    for (const [i, text] of texts.entries()) {
      const found = rows.find(({ pxname, svname = '' }) => pxname === `b${i}` && !kinds.has(svname))
      const possible = possibleConfigurations(text).map(one => /server (\w+)/.exec(one)?.[1])
      t.ok(
        possible.includes(found?.svname),
        `${found?.svname} of ${possible.join(' ')} in\n${text}`,
      )
    }
  })
}
