import t from 'tap'
import type { ContainerCli } from '../src/container-cli.js'
import { ImageError } from '../src/image-error.js'
import { labelledContainers } from '../src/labelled-containers.js'

/** A container engine's command line that only answers from `outputs`, by the first argument. */
function scriptedCli(outputs: Readonly<Record<string, string>>) {
  const commands: string[] = []
  const cli: ContainerCli = {
    name: 'podman',
    version: '4.3.1',
    env: {},
    async run(args) {
      commands.push(args.join(' '))
      const output = outputs[args[0] ?? '']
      if (output === undefined) throw new ImageError(`podman ${args[0]} failed`)
      return output
    },
    attempt: async () => ({ code: 125, stdout: '', stderr: '' }),
  }
  return { cli, commands }
}

t.test('only containers with the label are listed and removed', async t => {
  const { cli, commands } = scriptedCli({ ps: 's1\nha\n', rm: '' })
  const containers = labelledContainers('lab=a', async () => cli)
  t.same(await containers.running(), ['s1', 'ha'])
  await containers.remove('node=s1')
  t.same(commands, [
    'ps --filter label=lab=a --format {{.Names}}',
    'ps --all --quiet --filter label=lab=a --filter label=node=s1',
    'rm --force --volumes s1 ha',
  ])
})

t.test('without containers nothing is removed', async t => {
  const { cli, commands } = scriptedCli({ ps: '\n' })
  await labelledContainers('lab=a', async () => cli).remove()
  t.equal(commands.length, 1)
})

t.test('the engine is looked for once, at the first use', async t => {
  const { cli } = scriptedCli({ ps: '' })
  let searches = 0
  const containers = labelledContainers('lab=a', async () => {
    searches++
    return cli
  })
  t.equal(searches, 0)
  await containers.running()
  await containers.running()
  t.equal(searches, 1)
})

t.test('inspect returns the one container, and an error of the engine passes', async t => {
  const { cli } = scriptedCli({ inspect: '[{"Id":"abc"}]' })
  const containers = labelledContainers('lab=a', async () => cli)
  t.match(await containers.inspect('s1'), { Id: 'abc' })
  await t.rejects(containers.run('exec'), { name: 'ImageError', message: 'podman exec failed' })
})
