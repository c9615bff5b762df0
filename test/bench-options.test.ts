import { execFile } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { repository } from './packages.js'

/** Benches, fuzz runs and proofs with options, each with a wrong use. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'examples/lab/dist/bench/failures-command.js': ['both of them'],
  'examples/lab/dist/bench/soak-command.js': ['--minutes', '0'],
  'packages/haproxy-config-render/dist/test/fuzz.js': ['--bogus'],
  'packages/haproxy-reloader/dist/test/lossless.js': ['--bogus', '1'],
  'packages/haproxy-runtime/dist/test/fuzz.js': ['1', '-1'],
  'packages/node-serf-client/dist/test/fuzz.js': ['1e6'],
  'packages/s6-service-gen/dist/test/fuzz.js': ['20', '7', 'more'],
  'packages/serf-events/dist/bench/index.js': ['0'],
  'packages/serf-haproxy/dist/bench/index.js': ['--bogus'],
  'scripts/long-tests.js': ['kill', '--bogus'],
  'test/dist/deb-proof/main.js': ['--bogus'],
  'packages/serf-haproxy/dist/bench/scale.js': ['--members', '20001'],
  'packages/serf-haproxy/dist/bench/tracing.js': ['2'],
}

interface End {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, args: readonly string[]): Promise<End> {
  return new Promise(resolve => {
    execFile(process.execPath, [join(repository, file), ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

for (const [file, invalid] of Object.entries(commands)) {
  t.test(`${file} refuses wrong usage with one line and exit code 2`, async t => {
    const { code, stdout, stderr } = await run(file, invalid)
    t.equal(code, 2, stderr)
    t.match(stderr, /^error: [^\n]+\n$/)
    t.equal(stdout, '', 'nothing is measured')
  })
}

t.test(
  'bench:scale prints its options, and names the parts and releases that it knows',
  async t => {
    const scale = 'packages/serf-haproxy/dist/bench/scale.js'
    const [help, parts, releases, list] = await Promise.all([
      run(scale, ['--help']),
      run(scale, ['--only', 'join,lunch']),
      run(scale, ['--releases', '1.4']),
      run(scale, ['--members', ',']),
    ])
    t.equal(help.code, 0)
    t.match(help.stdout, /^Usage: npm run bench:scale -- /)
    t.equal(parts.code, 2)
    t.match(parts.stderr, /^error: .*Expected some of join, .*, got lunch\.\n$/)
    t.equal(releases.code, 2)
    t.match(releases.stderr, /^error: .*Expected .*, got 1\.4; .*\n$/)
    t.equal(list.code, 2)
    t.match(list.stderr, /^error: [^\n]+\n$/)
  },
)
