import t from 'tap'
import { handleOutputErrors } from '../src/output-errors.js'

const failing = (code: string) => Object.assign(new Error(`${code}: it failed`), { code })

t.test('a pipe or terminal that was closed is no error, and anything else is one', async t => {
  const before = new Set(process.stderr.listeners('error'))
  const reports: string[] = []
  handleOutputErrors({
    onLostReader: () => reports.push('lost'),
    onError: ({ message, exitCode }) => reports.push(`${exitCode} ${message}`),
  })
  const added = process.stderr.listeners('error').filter(listener => !before.has(listener))
  t.teardown(() => {
    for (const stream of [process.stdout, process.stderr])
      for (const listener of stream.listeners('error'))
        if (!before.has(listener)) stream.removeListener('error', listener as () => void)
  })
  for (const code of ['EPIPE', 'EIO', 'ENOSPC', 'EFBIG'])
    for (const listener of added) listener(failing(code))
  t.same(reports, [
    'lost',
    'lost',
    '1 cannot write to stderr: ENOSPC: it failed; free space on that disk, or send the output elsewhere',
    '1 cannot write to stderr: EFBIG: it failed; send it elsewhere',
  ])
})
