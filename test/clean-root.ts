import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { endProcess, temporaryFolder, type Tidy } from 'real-components'

/** The end of a command in the root. */
interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * A copy of this machine's Debian in which packages can be installed: what is
 * written stays in memory, and ends with the test.
 */
export interface CleanRoot {
  /** Runs a command of `sh`. */
  run(script: string): Promise<Ended>
  /** Runs a command of `sh`, and returns what it prints. @throws Error if it fails. */
  must(script: string): Promise<string>
  /** Starts a program that ends with the test. */
  start(...command: readonly string[]): ChildProcess
  /** Before a command: runs it in the network of the root, with the files of this machine. */
  readonly inNetwork: readonly string[]
  /** Copies a file to `/deb`, and returns its path there. */
  add(file: string): string
  /** Returns the paths of all files that were written or removed since the start. */
  changed(): Promise<readonly string[]>
}

/** Returns whether a file is one that dpkg, apt and adduser keep after a purge. */
export function isOfDpkg(path: string): boolean {
  return /^\/(?:etc\/(?:passwd|shadow|group|gshadow|subuid|subgid)-?$|etc\/\.pwd\.lock|var\/(?:lib\/(?:dpkg|apt)|log|cache)\/)/.test(
    path,
  )
}

/** Debian's own programs, and not those of the process that runs the tests. */
const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' }

/** The reason to skip tests in such a root, or false. */
export const cannotMount: string | false =
  process.getuid?.() === 0 ? false : 'an overlay needs root'

/** Namespaces of a root whose processes and ports are its own; they end with it. */
const isolation = ['--net', '--pid', '--fork', '--kill-child']

/** Mounts the root in a namespace of its own. `$1` is the folder; the shell then waits for its end. */
const mounting = `set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root" "$1/deb"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mkdir "$1/root/deb"
mount --bind "$1.deb" "$1/root/deb"
mount -t proc proc "$1/root/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/root/run"
mount --rbind /dev "$1/root/dev"
echo mounted
exec cat`

/**
 * Mounts a clean root; it ends with the test.
 *
 * @param options - `isolated` for a network and processes of its own
 */
export async function cleanRoot(
  t: Tidy,
  { isolated = false }: { isolated?: boolean } = {},
): Promise<CleanRoot> {
  const folder = join(temporaryFolder(t), 'mounts')
  const debs = `${folder}.deb`
  for (const each of [folder, debs]) mkdirSync(each)
  const own = isolated ? isolation : []
  const script = isolated ? `ip link set lo up\n${mounting}` : mounting
  const args = ['--mount', ...own, '--propagation', 'private', 'sh', '-c', script, 'sh', folder]
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => endProcess(holder))
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', code => reject(new Error(`the root is not mounted: exit code ${code}`)))
  })
  const inNetwork = isolated ? ['nsenter', `--target=${holder.pid}`, '--net'] : []
  const processes = `--pid=/proc/${holder.pid}/ns/pid_for_children`
  const enter = (...command: readonly string[]) => [
    `--target=${holder.pid}`,
    '--mount',
    ...(isolated ? ['--net', processes] : []),
    'chroot',
    join(folder, 'root'),
    ...command,
  ]
  const run = (script: string) => execute('nsenter', enter('sh', '-c', script))
  const must = async (script: string) => {
    const { code, stdout, stderr } = await run(script)
    if (code !== 0) throw new Error(`${script}: exit code ${code}\n${stdout}${stderr}`)
    return stdout
  }
  return {
    run,
    must,
    start(...command) {
      const child = spawn('nsenter', enter(...command), { env, stdio: 'ignore' })
      t.teardown(() => endProcess(child))
      return child
    },
    inNetwork,
    add(file) {
      copyFileSync(file, join(debs, basename(file)))
      return `/deb/${basename(file)}`
    },
    async changed() {
      const find = ['find', join(folder, 'upper'), '!', '-type', 'd', '-printf', '/%P\\n']
      const { stdout } = await execute('nsenter', [`--target=${holder.pid}`, '--mount', ...find])
      return stdout.trim().split('\n').filter(Boolean).toSorted()
    },
  }
}

function execute(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(program, args, { env, maxBuffer: 1 << 26 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
    child.stdin?.end()
  })
}
