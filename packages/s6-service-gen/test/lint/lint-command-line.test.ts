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
  for (const text of [
    'a && b',
    'a > b',
    'a | b',
    'a; b',
    'a $(b) c',
    'if a then b',
    'A=b c',
    'mkdir /x 2>/dev/null',
    'touch /x >/dev/null',
    'echo hi >>/log',
    'a <b',
    'rm /tmp/*',
    'chown $PUID /config',
    'chown "${PUID}" /config',
    'foreground { rm /a/* } true',
  ]) {
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

t.test('a program that runs another one needs one', async t => {
  for (const text of ['export A=b', 'cd /tmp', 's6-setuidgid nobody', 'if { true } fdmove 2 1'])
    t.match(rules(text), [{ found: /^\S+ with nothing to run behind it$/, fatal: false }], text)
  t.match(rules('if [ -e x ]'), [{ found: 'if without its block { … }' }])
  t.match(rules('foreground { cd /tmp } true'), [{ found: /^cd with nothing/ }])
})

t.test('a second line is found behind a program that chain loads too', async t => {
  t.match(rules('s6-setuidgid web\nmkdir x\nchmod 700 x\n'), [
    { found: 'a second line, which becomes arguments of mkdir: chmod 700 x' },
  ])
  t.same(rules('mkdir \\\n  x\n'), [], 'a backslash joins lines')
})

t.test('what is quoted, or a text in another language, is meant as it is', async t => {
  for (const text of [
    'grep -E "a|b" x',
    'find x -name *.o -exec rm {} ;',
    'sh -ec "cd $HOME && a > b"',
    'awk "{ print $NF }" x',
    'importas -i HOME HOME cd ${HOME} ls',
    'multidefine "a b" { A B } echo ${A}/${B}',
    's6-envuidgid -D 1:1 web s6-applyuidgid -U chown $1 x',
  ]) {
    t.same(rules(text), [], text)
  }
})

t.test('a carriage return counts within quotes alone', async t => {
  t.same(rules('mkdir x\r\n'), [])
  t.match(rules('/bin/sh -c "a\r\nb"\r\n'), [{ rule: 'line-ending', fatal: false }])
  t.same(rules(`/bin/sh -c "export A='x\r\ny'\na"\n`), [], 'a value may hold one')
})
