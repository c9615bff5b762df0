import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))

t.test('without an engine, or with one that refuses, it ends with 2 and says why', async t => {
  const folder = temporaryFolder(t)
  const none = await runImages(folder)
  t.equal(none.code, 2)
  t.match(none.stderr, /no container engine answers \(docker: not found; podman: not found; build/)
  t.equal(none.stderr.trim().split('\n').length, 1)
  const refusal = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  const fake = `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n`
  await writeFile(join(folder, 'docker'), fake, { mode: 0o755 })
  const refused = await runImages(folder, '--engine', 'docker', '--json')
  t.equal(refused.code, 2)
  t.match(JSON.parse(refused.stdout), { error: /docker: Cannot connect to the Docker daemon/ })
  t.equal((await runImages(folder, '--engine', 'lxd')).code, 2)
})

/** Runs `npm run images` with nothing but these programs on the PATH. */
function runImages(path: string, ...args: string[]) {
  const bin = join(repository, 'images/build/bin/lab-images.js')
  return new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
    const env = { PATH: path }
    const child = execFile(process.execPath, [bin, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}
