import { parseSections } from 'haproxy-config-text'
import t from 'tap'
import { judgeBackend } from '../../src/verdict/judge-backend.js'

/** Judges the section `web` of a text. */
function judge(lines: string, { before = '', after = '' } = {}) {
  const sections = parseSections(`defaults\nmode http\n${before}\nbackend web\n${lines}\n${after}`)
  const section = sections.find(({ name }) => name === 'web')
  if (!section) throw new Error('there is no section web')
  return judgeBackend(section, sections, undefined)
}

const two = 'server a h:80 cookie one\nserver b h:80 cookie two'

t.test('a cookie with values of the lines gets the names of the members', async t => {
  for (const cookie of [
    'cookie S insert indirect nocache',
    'cookie S rewrite',
    'cookie S prefix nocache',
  ])
    t.match(
      judge(`${cookie}\n${two}`),
      {
        kind: 'turned-over',
        pool: { server: { cookie: 'name' } },
        notes: [/HAProxy will check/, /an old one \(one, two\) is balanced anew, once, unless/],
      },
      cookie,
    )
  t.match(judge(two, { before: 'cookie S insert' }), { pool: { server: { cookie: 'name' } } })
  const many = Array.from({ length: 9 }, (_, i) => `server s${i} h:80 check cookie v${i}`)
  t.match(judge(`cookie S insert\n${many.join('\n')}`), {
    notes: [/\(v0, v1, v2, v3, …\) is balanced anew/],
  })
})

t.test('other words of the lines come with the cookie', async t => {
  t.match(judge('cookie S insert\nserver a h:80 check cookie one maxconn 5'), {
    pool: { server: { maxconn: 5, cookie: 'name' } },
  })
})

t.test('values that HAProxy computes, and cookies without mode http, need no word', async t => {
  const computed = judge('cookie S insert dynamic\nserver a h:80 check cookie one')
  t.match(computed, { kind: 'turned-over', notes: [/HAProxy computes: .* \(one\)/] })
  t.match(judge('cookie S insert dynamic\nserver a h:80 check'), { notes: [] })
  const tcp = judge('mode tcp\ncookie S insert\nserver a h:80 check cookie one')
  for (const verdict of [computed, tcp])
    t.notMatch(verdict, { pool: { server: { cookie: 'name' } } })
})

t.test('a cookie that names of members would change stays, with its line', async t => {
  const kept: readonly (readonly [lines: string, line: number, reason: RegExp])[] = [
    ['cookie S insert\nserver a h:80', 5, /these lines have none/],
    ['cookie S insert\nserver a h:80 cookie a\nserver b h:80', 7, /server b has no `cookie` word/],
    [`cookie S\n${two}`, 5, /the application itself sets the values/],
    [`cookie S domain insert.org\n${two}`, 5, /the application itself sets the values/],
    [`cookie S insert\n${two}\nhttp-request deny if { req.cook(S) two }`, 8, /names the value two/],
    [`cookie S insert dynamic\n${two}\nuse-server a if { cook_beg(S) one }`, 8, /the value one/],
  ]
  for (const [lines, line, reason] of kept)
    t.match(judge(lines), { kind: 'kept', problem: { line, reason } }, lines)
  const after = 'frontend f\nacl old req.cook(S) -m str one\nuse_backend web if old'
  t.match(judge(`cookie S insert\n${two}`, { after }), { kind: 'kept', problem: { line: 9 } })
  const others = 'frontend f\nacl old req.cook(T) one\nacl one req.cook(S) -m found'
  t.match(judge(`cookie S insert\n${two}`, { after: others }), { kind: 'turned-over' })
})

t.test('servers that stay need no value', async t => {
  t.match(judge(`cookie S insert\n${two}\nserver sorry h:80 backup`), {
    kind: 'turned-over',
    servers: [6, 7],
  })
})
