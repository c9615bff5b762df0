import { createServer, type AddressInfo } from 'node:net'
import type { Tidy } from 'real-components'
import t from 'tap'
import { onEachHaproxy, server, workbench } from './running-haproxy.js'

/** Listens, and tells what the first connection sends. */
async function firstText(t: Tidy): Promise<{ port: number; text: Promise<string> }> {
  const listening = createServer()
  const text = new Promise<string>(resolve => {
    listening.on('connection', socket => {
      socket.on('error', () => {}).once('data', data => resolve(data.toString('latin1')))
    })
  })
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve))
  t.teardown(() => listening.close())
  return { port: (listening.address() as AddressInfo).port, text }
}

onEachHaproxy(t, async (t, program) => {
  t.test('words that `add server` does not take come by a reload', async t => {
    const bench = await workbench(t, program)
    await bench.start(bench.desire([server('s1')]))
    const reloader = bench.reloader({ reloadIntervalMs: 0, maxOldWorkers: 1000 })
    await reloader.apply(bench.desire([server('s1')]))
    for (const options of [
      'max-reuse 5',
      'socks4 127.0.0.1:1080',
      'tcp-ut 1s',
      'non-stick',
      'redir http://example.org',
    ]) {
      const desired = bench.desire([server('s1'), server('s2', { options })])
      t.match(
        await reloader.apply(desired),
        { kind: 'applied', via: 'reload', plan: { trigger: 'refused' } },
        options,
      )
      const running = await bench.runtime.servers(['nodes'])
      t.strictSame(
        running.map(({ name }) => name),
        ['s1', 's2'],
      )
      t.match(await reloader.apply(desired), { kind: 'unchanged' })
      await reloader.apply(bench.desire([server('s1')]))
      await reloader.settled()
    }
  })

  t.test('each character of a word is the same at run time as in the file', async t => {
    const [first, second] = [await firstText(t), await firstText(t)]
    const printable = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 33 + i))
    // `$` comes by a reload only, and HAProxy reads `\n` as a line feed.
    const text = `a ${printable.replace('$', '')} z`
    const escaped = text.replaceAll(/[\\ #'"]/g, String.raw`\$&`)
    const options = (port: number) =>
      `agent-check agent-port ${port} agent-inter 50ms agent-send ${escaped}`
    const bench = await workbench(t, program)
    const s1 = server('s1', { options: options(first.port) })
    const s2 = server('s2', { options: options(second.port) })
    await bench.start(bench.desire([s1]))
    const reloader = bench.reloader()
    t.match(await reloader.apply(bench.desire([s1])), { kind: 'unchanged' })
    t.equal(await first.text, text)
    t.match(await reloader.apply(bench.desire([s1, s2])), { kind: 'applied', via: 'runtime' })
    t.equal(await second.text, text)
  })
})
