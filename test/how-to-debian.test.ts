import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, missingProgram, temporaryFolder, until } from 'real-components'
import t from 'tap'
import { buildDeb } from './build-deb.js'
import { cannotMount, cleanRoot } from './clean-root.js'
import { repository } from './packages.js'

const skip = cannotMount || missingProgram('dpkg-deb', 'haproxy')

const page = readFileSync(join(repository, 'docs/how-to/debian.md'), 'utf8')

/** The commands of the page, in its order, by the heading before them. */
const blocks = [...page.matchAll(/^## (.*)|^```sh\n([\s\S]*?)^```/gm)].reduce<
  readonly { heading: string; commands: string }[]
>((found, [, heading, commands = '']) => {
  const last = found.at(-1)?.heading ?? ''
  return [...found, { heading: heading ?? last, commands }]
}, [])

/** In place of what needs a network or systemd as PID 1; it notes what it was asked for. */
const stubs = `mkdir /stub
for each in systemctl journalctl; do
  printf '#!/bin/sh\\necho "%s $*" >> /stub/asked\\n' $each > /stub/$each
done
cat > /stub/apt <<'END'
#!/bin/sh
case "$1" in
  install) exec dpkg --install --force-depends --force-unsafe-io "$2" ;;
  purge) exec dpkg --purge "$2" ;;
esac
END
chmod +x /stub/*`

t.test('every command of the page works, in its order', { skip }, async t => {
  const root = await cleanRoot(t)
  root.add(buildDeb({ out: temporaryFolder(t) }))
  await root.must(stubs)
  const run = (wanted: string) => {
    const found = blocks.filter(({ heading }) => heading === wanted)
    const commands = found.map(block => block.commands).join('')
    return root.must(`set -e; cd /deb; PATH=/stub:$PATH\n${commands}`)
  }
  await root.must(
    "printf '\\nbackend web\\n  server web1 127.0.0.1:3000 check\\n' >> /etc/haproxy/haproxy.cfg",
  )
  await run('Install')
  t.match(await run('Configure'), /HAProxy accepts|valid|good/)
  await run('Let HAProxy follow')
  t.match(
    await root.must('cat /etc/systemd/system/haproxy.service.d/serf-haproxy.conf'),
    /^Environment=CONFIG=\/var\/lib\/serf-haproxy\/haproxy\.cfg$/m,
  )
  await run("What the agent's user can do")
  const user = ['setpriv', '--reuid=serf-haproxy', '--regid=serf-haproxy', '--init-groups']
  const config = '/etc/serf-haproxy/serf-haproxy.yaml'
  const agent = root.start(...user, 'serf-haproxy', 'run', '--config', config)
  const state = '/var/lib/serf-haproxy/state'
  await until('the agent', async () => (await root.run(`test -S ${state}/control.sock`)).code === 0)
  t.match(await run('Inspect the agent'), /following/)
  await run('Upgrade and downgrade')
  await run('Backup')
  const saved = await root.must('tar --list --file /var/backups/serf-haproxy.tar')
  t.match(saved, /etc\/serf-haproxy\/haproxy\.cfg\.hbs\n/)
  t.notMatch(saved, /\.sock/)
  await endProcess(agent)
  await run('Remove')
  const asked = (await root.must('cat /stub/asked')).trim().split('\n')
  t.ok(asked.includes('systemctl enable --now serf-haproxy'))
  t.equal(asked.at(-1), 'systemctl restart haproxy')
  t.equal((await root.run('ls -d /etc/serf-haproxy /var/lib/serf-haproxy')).stdout, '')
})

t.test('the page has commands under each of its tasks', async t => {
  const headings = blocks.filter(({ commands }) => commands !== '').map(({ heading }) => heading)
  t.strictSame(
    [...new Set(headings)],
    [
      'Install',
      'Configure',
      'Let HAProxy follow',
      "What the agent's user can do",
      'Inspect the agent',
      'Upgrade and downgrade',
      'Backup',
      'Remove',
    ],
  )
})
