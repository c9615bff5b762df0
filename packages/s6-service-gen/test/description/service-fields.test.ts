import t from 'tap'
import {
  account,
  commands,
  extraFile,
  log,
  names,
  ownData,
  script,
} from '../../src/description/service-fields.js'

const accepts = (schema: { safeParse(input: unknown): { success: boolean } }, input: unknown) =>
  schema.safeParse(input).success

t.test('a script loses the lines that every shell script begins with', async t => {
  t.equal(script.parse('#!/bin/sh\n\nexec web\n'), 'exec web')
  t.equal(script.parse('#!/usr/bin/execlineb -P\nweb\n'), '#!/usr/bin/execlineb -P\nweb')
  t.notOk(accepts(script, 'a\r\nb'), 'a carriage return')
  t.notOk(accepts(script, 'a\r\n'), 'a carriage return at the end')
  t.notOk(accepts(script, ' \n'), 'no command')
})

t.test('the commands of a oneshot cannot name an interpreter', async t => {
  t.ok(accepts(commands, 'mkdir x'))
  t.notOk(accepts(commands, '#!/bin/bash\nmkdir x'))
})

t.test('an account is a name, or two numbers', async t => {
  for (const good of ['nobody', '_web', '1000:1000']) t.ok(accepts(account, good), good)
  for (const bad of ['', '-x', 'a b', '1000', '1:2:3', 'x'.repeat(33)]) {
    t.notOk(accepts(account, bad), bad)
  }
})

t.test('the short form of a log is its folder', async t => {
  t.match(log.parse('/var/log/web'), { folder: '/var/log/web', files: 10 })
  t.same(log.parse({ run: 'exec logger' }), { run: 'exec logger' })
})

t.test('a file of the author stays below data or env, and beside the generated ones', async t => {
  for (const good of ['data/app.cfg', 'env/PORT', 'data/a/b']) t.ok(accepts(extraFile, good), good)
  for (const bad of ['run', 'data', 'data/../run', 'data/.hidden', '/etc/x', ...ownData]) {
    t.notOk(accepts(extraFile, bad), bad)
  }
})

t.test('names are sorted, and each is kept once', async t => {
  t.same(names.parse(['b', 'a', 'b']), ['a', 'b'])
})
