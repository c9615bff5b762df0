import { execFile } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { packages, repository } from './packages.js'

const bins = [
  ...packages.flatMap(({ folder, manifest }) =>
    Object.values(manifest.bin ?? {}).map(bin => join(folder, bin)),
  ),
  join(repository, 'examples/lab/bin/lab.js'),
  join(repository, 'examples/lab-tasks/bin/lab-tasks.js'),
  join(repository, 'images/build/bin/lab-images.js'),
]

t.ok(bins.length >= 6, 'every program is found')
for (const bin of bins) {
  t.test(
    `${bin.slice(repository.length)} ends in silence when its reader has closed the pipe`,
    async t => {
      // The reader has ended long before Node.js has started.
      const script = `{ "$0" "$1" --help; echo "code $?" >&2; } | true`
      const stderr = await new Promise<string>(resolve => {
        execFile('sh', ['-c', script, process.execPath, bin], (_error, _stdout, text) =>
          resolve(text),
        )
      })
      t.equal(stderr, 'code 0\n')
    },
  )
}
