import t from 'tap'
import { remoteUrl } from '../../src/report/remote-url.js'

t.test('a remote that a reader can open is named without credentials', async t => {
  const remotes = {
    'https://example.org/team/lab.git': 'https://example.org/team/lab.git',
    'https://user:token@example.org/lab.git': 'https://example.org/lab.git',
    'ssh://git@example.org:2222/lab.git': 'ssh://git@example.org:2222/lab.git',
    'git@example.org:team/lab.git': 'git@example.org:team/lab.git',
  }
  for (const [remote, url] of Object.entries(remotes)) t.equal(remoteUrl(remote), url)
})

t.test('a path of this machine is not named', async t => {
  for (const remote of ['/srv/git/lab.git', '../lab', 'file:///srv/lab.git', 'C:\\lab', 'C:/lab']) {
    t.equal(remoteUrl(remote), undefined, remote)
  }
})
