import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { takeNotifyDescriptor } from '../../src/supervisor/notify-descriptor.js'

t.test('one line is written, and the descriptor closed', async t => {
  const file = join(temporaryFolder(t), 'notified')
  const fd = openSync(file, 'w')
  const descriptor = takeNotifyDescriptor(fd, error => t.fail(error.message))
  descriptor.ready()
  descriptor.ready()
  t.equal(readFileSync(file, 'utf8'), '\n')
  t.throws(() => takeNotifyDescriptor(fd, () => {}), {
    code: 'configuration',
    message:
      /--notify-fd \d+: expected an open pipe, got EBADF; .*notification-fd must contain \d+/,
  })
})

t.test('a descriptor that cannot be written is reported, and nothing is thrown', async t => {
  const errors: string[] = []
  const descriptor = takeNotifyDescriptor(openSync('/dev/null', 'r'), ({ message }) =>
    errors.push(message),
  )
  descriptor.ready()
  t.match(errors, [/the supervisor is not notified on \d+: EBADF/])
})

t.test('a folder is no descriptor to write to', async t => {
  t.throws(() => takeNotifyDescriptor(openSync('/', 'r'), () => {}), {
    message: /got another kind of descriptor/,
  })
})
