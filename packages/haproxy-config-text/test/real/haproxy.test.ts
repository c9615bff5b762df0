import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, haproxyReleases, missingProgram } from 'real-components'
import t from 'tap'
import { checkConfiguration, parseServerOptions, sectionKeywords } from '../../src/index.js'
import { parseBind } from '../../src/parse-bind.js'
import { splitLine } from '../../src/split-words.js'
import { writeScript } from '../program/scripts.js'

const skip = missingProgram('haproxy')
const releases = skip ? [] : haproxyReleases()

/** Returns the options that a HAProxy was built with. */
const featuresOf = (program: string) => spawnSync(program, ['-vv'], { encoding: 'utf8' }).stdout

/** Compares release lines, such as `2.6` and `3.0`. */
const number = (version: string) =>
  version.split('.').reduce((sum, part) => sum * 100 + Number(part), 0)

t.test('HAProxy is there', { skip }, async t => t.not(releases.length, 0))

for (const { version, program: binary } of releases) {
  const check = (text: string) => checkConfiguration(text, { binary })
  const isKnown = ({ since, until = '99.0' }: { since: string; until?: string }) =>
    number(since) <= number(version) && number(version) <= number(until)

  t.test(`${version} begins a section at each of its keywords, and at no other`, async t => {
    for (const [keyword, releases] of sectionKeywords) {
      const result = await check(`${keyword} name\n  made-up-word\n`)
      const isOutside = !result.ok && /out of section/.test(result.report)
      t.equal(isOutside, !isKnown(releases), keyword)
    }
  })

  t.test(`${version} gives each server keyword the values that the table says`, async t => {
    const listing = spawnSync(binary, ['-dKcfg', '-q', '-c', '-f', '/dev/null'], {
      encoding: 'utf8',
    })
    const listed = listing.stdout.matchAll(/^\s*server <name> <addr> (\S+)(?: \+(-?\d+))?/gm)
    let count = 0
    for (const [, keyword = '', values = '0'] of listed) {
      count++
      if (keyword === 'source' || keyword === 'usesrc' || keyword === 'interface') continue
      const [option] = parseServerOptions([keyword, 'a', 'b'])
      t.equal(option?.values.length, Number(values), keyword)
    }
    t.ok(count > 90, `${count} keywords`)
  })

  t.test(`${version} gives each bind keyword the values that the table says`, async t => {
    const listing = spawnSync(binary, ['-dKcfg', '-q', '-c', '-f', '/dev/null'], {
      encoding: 'utf8',
    })
    const listed = listing.stdout.matchAll(/^\s*bind <addr> (?:ssl )?(\S+)(?: \+(\d+))?/gm)
    let count = 0
    for (const [, keyword = '', values = '0'] of listed) {
      count++
      const [option] = parseBind([':80', keyword, 'a', 'b']).options
      t.equal(option?.values.length, Number(values), keyword)
    }
    t.ok(count > 50, `${count} keywords`)
  })

  t.test(`${version} reads words as the table of splitLine says`, async t => {
    const raws = [
      'plain',
      String.raw`a\ b`,
      '"c d"',
      String.raw`'e\'`,
      String.raw`\x41`,
      String.raw`"\x42"`,
      String.raw`'\x43'`,
      String.raw`\q`,
      String.raw`"\q"`,
      String.raw`"\""`,
      String.raw`\"`,
      String.raw`\'`,
      `"'"`,
      `'"'`,
      String.raw`\\`,
      String.raw`"\$X"`,
      String.raw`\$X`,
      '$X',
      String.raw`a\#b`,
      '"#"',
      `'#'`,
      'a#b',
      `a' 'b" "c`,
      '\ttab',
      '\vvertical',
      'a\u00a0b',
      'a\rb',
    ]
    for (const raw of raws) {
      // HAProxy prints the first word behind `.alert`.
      const result = await check(`global\n.alert ${raw}\n`)
      const shown = result.ok
        ? undefined
        : /: '([^]*)'\.?$/.exec(result.problems[0]?.message ?? '')?.[1]
      t.equal(shown, splitLine(raw).words[0], raw)
    }
  })

  t.test(`${version} resolves default-path for the file that the text is meant for`, async t => {
    const folder = t.testdir()
    mkdirSync(join(folder, 'lists'))
    writeFileSync(join(folder, 'lists', 'hosts'), 'a.example\n')
    const text = [
      'global',
      '  default-path config',
      'defaults',
      '  mode http',
      '  timeout client 1s',
      '  timeout server 1s',
      '  timeout connect 1s',
      'frontend web',
      `  bind 127.0.0.1:${await freePort('127.0.0.1')}`,
      '  acl known hdr(host) -f lists/hosts',
      '  http-request deny if !known',
      '',
    ].join('\n')
    const configFile = join(folder, 'haproxy.cfg')
    t.match(await checkConfiguration(text, { binary, configFile }), { ok: true })
    t.match(await checkConfiguration(text, { binary }), { ok: false, line: 10 })
  })

  t.test(`${version} names the line and the server that it rejects`, async t => {
    const text =
      'backend web\n  mode http\n  server s1 192.0.2.1:80 check\n  server s2 192.0.2.2:80 chek\n'
    const result = await check(text)
    t.match(result, { ok: false, line: 4, report: /\[haproxy\.cfg:4\]/ })
  })

  const withoutLua = /\+LUA\b|USE_LUA=1/.test(featuresOf(binary))
    ? false
    : 'it is built without Lua'
  t.test(
    `${version} with a Lua file that does not end is killed`,
    { skip: withoutLua },
    async t => {
      const { pipe, ready, ended } = writeScript(t, '')
      const lua = join(t.testdir(), 'endless.lua')
      writeFileSync(
        lua,
        `local f = io.open('${pipe}', 'w')\nf:write('ready')\nf:flush()\nwhile true do end\n`,
      )
      const stop = new AbortController()
      const text = `global\n  lua-load ${lua}\n`
      const aborted = checkConfiguration(text, { binary, signal: stop.signal })
      await ready
      stop.abort(new Error('enough'))
      await t.rejects(aborted, { message: 'enough' })
      await ended
      writeFileSync(lua, 'while true do end\n')
      await t.rejects(checkConfiguration(text, { binary, timeoutMs: 500 }), {
        code: 'check-unavailable',
        message: / within 500 ms, got none, and the program was killed; look for a Lua file /,
      })
    },
  )
}
