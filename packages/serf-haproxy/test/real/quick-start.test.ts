import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { haproxyReleases, missingProgram, temporaryFolder, until } from 'real-components'
import t, { type Test } from 'tap'
import { cutOffNetwork, noNamespaces } from './cut-off-network.js'

const packageFolder = fileURLToPath(new URL('../../../', import.meta.url))
const bin = join(packageFolder, 'bin/serf-haproxy.js')
const skip = noNamespaces || missingProgram('serf', 'haproxy')

/** A shell in an empty folder, with the programs that a user has installed. */
interface Shell {
  readonly folder: string
  /** Runs a line to its end. */
  run(line: string): Promise<{ code: number | null; output: string }>
  /** Starts a line that goes on, as in a terminal of its own. */
  start(line: string): () => string
}

/**
 * A shell in a network of its own, so that the ports of the documentation are
 * free. `npx` finds the package in the folder above, where npm installs it.
 */
function openShell(t: Test, haproxy: string): Shell {
  const { within } = cutOffNetwork(t)
  const parent = temporaryFolder(t)
  const bins = join(parent, 'node_modules', '.bin')
  const folder = join(parent, 'empty')
  mkdirSync(bins, { recursive: true })
  mkdirSync(folder)
  writeFileSync(join(parent, 'package.json'), '{}')
  symlinkSync(bin, join(bins, 'serf-haproxy'))
  if (haproxy !== 'haproxy') symlinkSync(haproxy, join(bins, 'haproxy'))
  const env = {
    ...process.env,
    PATH: `${bins}:${process.env['PATH']}`,
    npm_config_offline: 'true',
  }
  const [command, ...args] = [...within, 'sh', '-c']
  return {
    folder,
    run: line =>
      new Promise(resolve => {
        const options = { cwd: folder, env }
        const child = execFile(command, [...args, line], options, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, output: `${stdout}${stderr}` }),
        )
      }),
    start(line) {
      // A group of processes of its own: npx and HAProxy start others.
      const child = spawn(command, [...args, line], { cwd: folder, env, detached: true })
      t.teardown(() => endGroup(child))
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      child.once('exit', code => (output += `\n${line} exited with ${code}`))
      return () => output
    },
  }
}

function endGroup(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    child.once('close', () => resolve())
    try {
      process.kill(-Number(child.pid), 'SIGTERM')
    } catch {
      resolve()
    }
  })
}

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
