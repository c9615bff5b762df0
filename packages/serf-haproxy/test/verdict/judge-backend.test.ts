import { parseSections } from 'haproxy-config-text'
import t from 'tap'
import { judgeBackend } from '../../src/verdict/judge-backend.js'
import type { PoolRequest } from '../../src/verdict/pool-request.js'

/** Judges the section `web` of a text. */
function judge(
  lines: string,
  {
    before = '',
    after = '',
    request,
  }: { before?: string; after?: string; request?: PoolRequest } = {},
) {
  const sections = parseSections(`defaults\nmode http\n${before}\nbackend web\n${lines}\n${after}`)
  const section = sections.find(({ name }) => name === 'web')
  if (!section) throw new Error('there is no section web')
  return judgeBackend(section, sections, request)
}

const pool = (...args: Parameters<typeof judge>) => {
  const verdict = judge(...args)
  return verdict.kind === 'turned-over' ? verdict.pool : verdict.problem.reason
}

t.test('members get the role, the port and the words of the servers that they replace', async t => {
  t.same(pool('server a 10.0.0.1:80 check'), { name: 'web', role: 'web', port: 80 })
  t.same(pool('server a 10.0.0.1:80\nserver b [2001:db8::1]:80'), {
    name: 'web',
    role: 'web',
    port: 80,
  })
  t.same(pool('mode tcp\nserver a ipv4@10.0.0.1:80 send-proxy'), {
    name: 'web',
    mode: 'tcp',
    role: 'web',
    port: 80,
    server: { 'send-proxy': true },
  })
  const request = { backend: 'web', role: 'app', port: 3000 }
  t.same(pool('server a 10.0.0.1', { request }), { name: 'web', role: 'app', port: 3000 })
})

t.test(
  'inherited words are left to default-server, except those that the agent writes',
  async t => {
    const before = 'default-server inter 5s ssl verify none maxconn 9'
    t.match(pool('server a 10.0.0.1:80 maxconn 10', { before }), {
      server: { inter: '5s', maxconn: 10 },
    })
    t.match(pool('server a 10.0.0.1:80 no-ssl', { before }), { server: { ssl: false } })
  },
)

t.test('weights, ports and slowstart become fields of the pool, or tags', async t => {
  t.match(pool('server a h:80 weight 5\nserver b h:80 weight 5 slowstart 0'), /differ/)
  t.match(pool('server a h:80 weight 5 slowstart 2s\nserver b h:80 weight 5 slowstart 2s'), {
    weight: 5,
    slowStartMs: 2000,
  })
  t.match(pool('server a h:80 weight 5\nserver b h:81'), {
    weight: { tag: 'weight', default: 5 },
    port: { tag: 'port', default: 80 },
  })
  t.match(pool('server a h:80\nserver b /run/b.sock'), { weight: 1 }, 'next to a server that stays')
})

t.test('backups, disabled servers and sockets stay', async t => {
  const verdict = judge(
    'server a h:80\nserver b h:80 backup\nserver c h:80 disabled\nserver d abns@x',
  )
  t.match(verdict, { kind: 'turned-over', servers: [5] })
  t.match(pool('server b h:80 backup'), /all of its servers are backups/)
})

t.test('a line that names a server keeps it', async t => {
  const named: readonly (readonly [string, string])[] = [
    ['use-server a if { src 10.0.0.1 }', ''],
    ['tcp-check send "hello a"', ''],
    ['http-request deny unless { srv_is_up(a) }', ''],
    ['http-response set-header X a if { srv_name a }', ''],
    ['', 'frontend f\nuse_backend x if { srv_is_up(web/a) }'],
    ['', 'backend x\nserver y h:80 track web/a'],
    ['server t h:80 track a', ''],
  ]
  for (const [line, after] of named)
    t.match(
      pool(`server a h:80\n${line}`, { after }),
      /names the server a, which would be gone/,
      `${line}${after}`,
    )
  const others = ['use-server ab if TRUE', 'http-request set-header X a', 'acl a src 10.0.0.1']
  for (const line of others) t.match(pool(`server a h:80\n${line}`), { port: 80 }, line)
})

t.test('each backend that has to stay has a line, a reason and a remedy', async t => {
  const kept: readonly (readonly [lines: string, line: number, reason: RegExp, remedy: RegExp])[] =
    [
      ['disabled\nserver a h:80', 4, /disabled/, /enable/],
      ['server-template a 3 h:80', 5, /server-template/, /`server` line/],
      ['mode log\nserver a udp@h:514', 5, /mode log/, /leave/],
      [
        'server a h:80 check\nserver b h:80 maxconn 5',
        6,
        /server b differ from those of server a/,
        /same options/,
      ],
      ['server a h:80 source "$IP"', 5, /cannot have all words .* without \$/, /default-server/],
      [
        'server web1 h:80 ssl sni str(web1)',
        5,
        /`sni` names the server web1/,
        /holds for each member/,
      ],
      ['server a h:80 nonsense', 5, /cannot have all words/, /take the word out/],
      ['server a h', 5, /no port that is a number/, /--pool web=role:web,port:3000/],
      ['server a "h:$P"', 5, /no port that is a number/, /--pool/],
      ['server a h:+1000', 5, /no port that is a number/, /--pool/],
      [
        'default-server disabled\nserver a h:80 enabled',
        6,
        /cannot have all words .* no enabled/,
        /default-server/,
      ],
      [
        `server a h:80 ${Array.from({ length: 39 }, (_, i) => `set-proxy-v2-tlv-fmt(0x${i + 10}) x`).join(' ')}`,
        5,
        /cannot have all words .* at most 38 words/,
        /take the word out/,
      ],
    ]
  for (const [lines, line, reason, remedy] of kept)
    t.match(judge(lines), { kind: 'kept', problem: { line, reason, remedy } }, lines)
})

/** Returns the differences between members' lines and those that they replace. */
function notes(lines: string, before = ''): string {
  const verdict = judge(lines, { before })
  return verdict.kind === 'turned-over' ? verdict.notes.join('\n') : ''
}

t.test('what becomes different is told', async t => {
  t.equal(notes('server a h:80 check'), '')
  t.match(notes('server a h:80'), /HAProxy will check the members/)
  t.match(notes('server a h:80 check resolvers r'), /without resolvers/)
  t.match(notes('server a h:80 check', 'default-server init-addr none'), /each join is a reload/)
  t.match(
    notes('server a h:80 check ssl sni str(x.internal) alpn h2,http/1.1'),
    /health checks of members .*: check-alpn, check-sni$/,
  )
  t.equal(notes('server a h:80 check ssl sni str(x) check-sni x alpn h2 check-alpn h2'), '')
  t.match(notes('server a h:80 check\nserver b h:81 check'), /tag port \(80 without it\)/)
})
