import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { repository } from './packages.js'

/** A program that fails where the server does. */
const fetching = 'fetch(process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1))'

/** Runs a script that imports from `scripts`; returns its end. */
async function run(script: string): Promise<{ code: number; stderr: string }> {
  const args = ['--input-type=module', '--eval', script]
  const asked = promisify(execFile)(process.execPath, args, { cwd: join(repository, 'scripts') })
  return asked.then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: { code: number; stderr: string }) => error,
  )
}

/** A server that answers with an error so many times, and then with a success. */
async function startServer(t: Test, failures: number) {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.writeHead(requests > failures ? 200 : 503).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, requests: () => requests }
}

function downloadOf(url: string): string {
  return `import { download } from './setup.js'
    download('Fetching', process.execPath, ['--eval', ${JSON.stringify(fetching)}, '${url}'], { pauses: [1, 1] })`
}

function runCheck(code: string) {
  return run(`import { passes } from './checks.js'
    const args = ['--eval', ${JSON.stringify(code)}]
    process.exit((await passes({ title: 'documentation', args })) ? 0 : 1)`)
}

t.test('a download that fails twice is tried a third time', async t => {
  const server = await startServer(t, 2)
  const { code, stderr } = await run(downloadOf(server.url))
  t.equal(code, 0, stderr)
  t.equal(server.requests(), 3)
  t.match(stderr, /Fetching, again after 0\.001 s/)
})

t.test('a download that fails for good ends after three tries', async t => {
  const server = await startServer(t, 100)
  const { code, stderr } = await run(downloadOf(server.url))
  t.equal(code, 2)
  t.equal(server.requests(), 3)
  t.match(stderr, /error: Fetching failed: .*, tried up to 3 times\n$/)
  t.notMatch(stderr, /\n\s+at /, 'without a stack')
})

t.test('a check names itself, its result, and its output where it fails', async t => {
  t.match(await runCheck('console.log(1)'), {
    code: 0,
    stderr: /^documentation … good \(.* s\)\n$/,
  })
  t.match(await runCheck('console.log("two warnings"); process.exit(4)'), {
    code: 1,
    stderr: /^documentation … failed: exit code 4 \(.* s\)\ntwo warnings\n$/,
  })
})
