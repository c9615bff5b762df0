import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { freePort, loopbackAddress, type Tidy } from 'real-components'
import type { DesiredFile, DesiredState, ReloaderOptions } from '../../src/index.js'
import { server, workbench } from './running-haproxy.js'

/** Answers with the values of a host, by the map, and of a path, by the map of expressions. */
const answer = (hosts: string, paths: string) =>
  `lf-string "%[req.hdr(host),map(${hosts},none)] %[path,map_reg(${paths},none)]"`

const onDisk = (path: string) => readFileSync(path, 'utf8')

/** A HAProxy with a map, a map of regular expressions, an ACL, and a page that it reads at its start. */
export async function namedFilesScene(t: Tidy, program: string) {
  const bench = await workbench(t, program)
  const address = loopbackAddress()
  const port = await freePort(address)
  const [hosts = '', paths = '', denied = '', page = ''] = [
    'hosts.map',
    'paths.map',
    'denied.acl',
    'page.txt',
  ].map(name => join(bench.folder, name))
  const frontend = `frontend maps
  bind ${address}:${port}
  http-request deny deny_status 403 if { req.hdr(x-key) -f ${denied} }
  http-request return status 200 content-type text/plain file ${page} if { path /page }
  http-request return status 200 content-type text/plain ${answer(hosts, paths)}
`
  const texts = {
    hosts: 'a one\n',
    paths: '^/x 1\n',
    denied: 'key\n',
    page: 'page one\n',
  }
  const filesOf = (changed: Partial<typeof texts> = {}): readonly DesiredFile[] => {
    const all = { ...texts, ...changed }
    return [
      { path: hosts, text: all.hosts, use: 'map' },
      { path: paths, text: all.paths, use: 'map' },
      { path: denied, text: all.denied, use: 'acl' },
      { path: page, text: all.page, use: 'reload' },
    ]
  }
  /** Returns the configuration with these contents of its files. */
  const desire = (changed: Partial<typeof texts> = {}, more = ''): DesiredState => ({
    ...bench.desire([server('s1')], `${frontend}${more}`),
    files: filesOf(changed),
  })
  const start = async () => {
    for (const { path, text } of filesOf()) writeFileSync(path, text)
    return bench.start(desire())
  }
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  /** Makes a request with a kept connection; resolves with the status and the body. */
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<string>((resolve, reject) => {
      get({ agent, host: address, port, path, headers: { ...headers } }, response => {
        let body = ''
        response
          .setEncoding('utf8')
          .on('data', (text: string) => (body += text))
          .on('end', () => resolve(`${response.statusCode} ${body.trim()}`))
      }).on('error', reject)
    })
  const reloader = (options: Partial<ReloaderOptions> = {}) =>
    bench.reloader({ reloadIntervalMs: 0, ...options })
  return { bench, hosts, paths, denied, page, desire, start, ask, reloader, onDisk }
}

/** The same scene with HAProxy started and a reloader of it. */
export async function runningFilesScene(t: Tidy, program: string) {
  const { start, reloader: create, ...scene } = await namedFilesScene(t, program)
  const haproxy = await start()
  return { ...scene, haproxy, reloader: create() }
}
