import t from 'tap'
import { lintCommandLine } from '../../src/lint/lint-command-line.js'

const rules = (text: string, field: 'up' | 'down' = 'up') =>
  lintCommandLine(
    { name: 'once', files: new Map([[field, { content: text, mode: 0o644 }]]) },
    field,
  )

t.test('one command, chain loading and a shell with -c are fine', async t => {
  for (const text of [
    'mkdir x\n',
    'if { test -e x }\nmkdir y\n',
    's6-setuidgid web\nmkdir x\n',
    '/bin/sh -c "a && b > c"\n',
    '#!/bin/execlineb -P\nforeground { a }\nb\n',
  ]) {
    t.same(rules(text), [], text)
  }
})

t.test('the syntax of a shell is given to the program as words', async t => {
  for (const text of ['a && b', 'a > b', 'a | b', 'a; b', 'a $(b) c', 'if a then b']) {
    t.match(rules(text), [{ rule: 'command-line', field: 'up', fatal: false }], text)
  }
})

t.test('a second line becomes arguments of a program that does not chain load', async t => {
  t.match(rules('mkdir x\nchmod 700 x\n'), [
    { found: 'a second line, which becomes arguments of mkdir: chmod 700 x' },
  ])
})

t.test('invalid syntax is fatal, an empty up is a mistake, and an empty down is none', async t => {
  t.match(rules('foreground { a'), [{ rule: 'syntax', found: 'unmatched {', fatal: true }])
  t.match(rules('# nothing\n'), [{ rule: 'empty', fatal: false }])
  t.same(rules('', 'down'), [])
})
