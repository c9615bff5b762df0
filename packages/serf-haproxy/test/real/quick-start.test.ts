import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { haproxyReleases, missingProgram, until } from 'real-components'
import t, { type Test } from 'tap'
import { noNamespaces } from './cut-off-network.js'
import { openShell, type Shell } from './shell.js'

const packageFolder = fileURLToPath(new URL('../../../', import.meta.url))
const skip = noNamespaces || missingProgram('serf', 'haproxy')

const application = `require('node:http').createServer((_, r) => r.end('hello')).listen(3000)`
const request = (url: string) =>
  `fetch('${url}').then(r => r.text()).then(text => process.exit(text === 'hello' ? 0 : 1))`

/** Starts an application, and its Serf agent with the command of the YAML's comment. */
function startMember(shell: Shell): void {
  const yaml = readFileSync(join(packageFolder, 'templates/serf-haproxy.yaml'), 'utf8')
  const [, serfAgent = ''] = /: (serf agent -tag \S+)$/m.exec(yaml) ?? []
  shell.start(`"${process.execPath}" -e "${application}"`)
  shell.start(serfAgent)
}

/** Lines that go on until they are stopped. */
const isLasting = (line: string) => /^(npx )?serf-haproxy run |^haproxy /.test(line)

/** Runs the lines as their comments say, until the frontend answers; then those that end. */
async function follow(t: Test, shell: Shell, lines: readonly string[], url: string) {
  const outputs: (() => string)[] = []
  for (const line of lines.filter(isLasting)) {
    outputs.push(shell.start(line))
    await until('the configuration', () => existsSync(join(shell.folder, 'haproxy.cfg')))
  }
  t.equal(outputs.length, 2)
  const answer = `"${process.execPath}" -e "${request(url)}"`
  await until('an answer', async () => (await shell.run(answer)).code === 0).catch(
    (error: Error) => {
      throw new Error(outputs.map(output => output()).join('\n'), { cause: error })
    },
  )
  for (const line of lines.filter(each => !isLasting(each)))
    t.match(await shell.run(line), { code: 0 }, line)
}

for (const { version, program } of skip ? [] : haproxyReleases()) {
  t.test(`the quick start of the README works as written, with HAProxy ${version}`, async t => {
    const shell = openShell(t, program)
    const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8')
    const [, block = ''] = /^```\n(npx serf-haproxy init [^]*?)\n```$/m.exec(readme) ?? []
    const [init = '', ...lines] = block.split('\n')
    startMember(shell)
    const { code, output } = await shell.run(init)
    t.equal(code, 0, output)
    await follow(t, shell, lines, urlIn(output))
  })

  t.test(`the lines that init prints work as printed, with HAProxy ${version}`, async t => {
    const shell = openShell(t, program)
    startMember(shell)
    const { output } = await shell.run('serf-haproxy init')
    const lines = [...output.matchAll(/^ {2}(\S.*)$/gm)].map(([, line = '']) => line)
    t.equal(lines.length, 4)
    await follow(t, shell, lines, urlIn(output))
  })

  t.test(`the comment of the YAML starts HAProxy ${version}`, async t => {
    const shell = openShell(t, program)
    startMember(shell)
    const { output } = await shell.run('serf-haproxy init')
    const yaml = readFileSync(join(shell.folder, 'serf-haproxy.yaml'), 'utf8')
    const [, haproxy = ''] = /# Start HAProxy .* with: (haproxy .*)$/m.exec(yaml) ?? []
    await follow(t, shell, ['serf-haproxy run ', haproxy], urlIn(output))
  })
}

t.test('HAProxy and Serf are there, and networks can be made', { skip }, async () => {})

function urlIn(output: string): string {
  return /http:\/\/\S+\//.exec(output)?.[0] ?? ''
}
