// The suites run on every supported HAProxy: the one that is installed, and
// those of other Debian releases, unpacked into a folder and never installed.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { download, installPrograms, repository } from './setup.js'

/** The HAProxy release line of each Debian release. */
const debianReleases = { 2.6: 'bookworm', '3.0': 'trixie' }

const folder = join(repository, 'node_modules', '.haproxy')

/** Unpacks what is missing; a machine that is no Debian, or a user who is not root, does without. */
export function unpackHaproxyReleases() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  const installed = /version (\d+\.\d+)/.exec(execFileSync('haproxy', ['-v'], { encoding: 'utf8' }))
  for (const [version, release] of Object.entries(debianReleases)) {
    if (version !== installed?.[1]) unpack(version, release)
  }
}

function unpack(version, release) {
  const place = join(folder, version)
  if (existsSync(join(place, 'haproxy'))) return
  installPrograms({ mmdebstrap: 'mmdebstrap' })
  const fresh = `${place}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  download(`Unpacking HAProxy ${version} of Debian ${release}`, 'mmdebstrap', [
    '--quiet',
    '--variant=extract',
    '--include=haproxy',
    release,
    join(fresh, 'root'),
  ])
  const root = join(place, 'root')
  // A reload executes argv[0] again: that has to be this script, which knows the libraries.
  const script = `#!/bin/sh
for loader in '${root}'/usr/lib/*-linux-gnu/ld-linux-*.so.*; do
  exec "$loader" --library-path "\${loader%/*}" --argv0 "$0" '${root}/usr/sbin/haproxy' "$@"
done
`
  writeFileSync(join(fresh, 'haproxy'), script)
  chmodSync(join(fresh, 'haproxy'), 0o755)
  rmSync(place, { recursive: true, force: true })
  renameSync(fresh, place)
}
