import t from 'tap'
import type { LintOptions } from '../../src/lint/lint-rule.js'
import { clean, found } from './clean-configuration.js'

const withCookie = (words: string) => clean.replace('  balance', `  cookie SRV ${words}\n  balance`)

t.test('a cookie that names no managed server is found at its line', async t => {
  const dynamic = 'insert indirect nocache dynamic\n  dynamic-cookie-key k'
  const empty = withCookie('insert').replace(/ {2}server.*\n/, '')
  const problems: readonly (readonly [string, readonly string[], LintOptions?])[] = [
    [withCookie('insert indirect'), ['lost-stickiness 17']],
    [withCookie('rewrite'), ['lost-stickiness 17']],
    [clean.replace('  option idle', '  cookie SRV insert\n  option idle'), ['lost-stickiness 11']],
    [withCookie(dynamic), []],
    [withCookie('insert').replace(' check', ' check cookie s1'), []],
    [withCookie('insert'), [], { managed: ['other'] }],
    [empty, [], {}],
    [empty, ['lost-stickiness 17'], { managed: ['app'] }],
    [withCookie('insert').replace('mode http', 'mode tcp'), []],
  ]
  for (const [text, expected, options] of problems) {
    const codes = found(text, options).filter(one => one.startsWith('lost'))
    t.strictSame(codes, expected, text.slice(-80))
  }
})
