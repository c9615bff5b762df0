import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runAgent, startPlace } from './agent-place.js'
import type { FakeMember } from './fake-membership.js'

/** Starts HAProxy, and an agent with an edit of its YAML; see {@link startPlace} for the options. */
export async function startSite(
  t: Test,
  edit: (yaml: string, folder: string) => string,
  options: Parameters<typeof startPlace>[1],
) {
  const place = await startPlace(t, options)
  const yaml = edit(readFileSync(place.file, 'utf8'), place.folder)
  writeFileSync(place.file, yaml)
  const { agent, tell } = runAgent(t, place.file)
  const [, host = '', port = ''] = /bind: '?([\d.]+):(\d+)/.exec(yaml) ?? []
  const members = new Map<string, FakeMember>()
  const publish = () => tell([...members.values()])
  publish()
  const get = async (name: string, path = '/') => {
    const options = { host, port, path, headers: { host: name }, agent: false }
    const [answer] = (await once(request(options).end(), 'response')) as [IncomingMessage]
    const parts = (await answer.toArray()) as Buffer[]
    const [text = ''] = Buffer.concat(parts).toString().split(' ')
    return answer.statusCode === 200 ? text : String(answer.statusCode)
  }
  return {
    ...place,
    agent,
    /** Requests a path of a host; returns the first word of the answer, or the status if it is an error. */
    get,
    /** Returns the different answers of some requests, sorted. */
    async answers(name: string, path = '/') {
      const all = await Promise.all(Array.from({ length: 8 }, () => get(name, path)))
      return [...new Set(all)].toSorted((a, b) => (a < b ? -1 : 1)).join()
    },
    /** Adds a member, or changes its tags. */
    join(name: string, port: number, tags: Readonly<Record<string, string>> = {}) {
      members.set(name, { name, status: 'alive', tags: { port: String(port), ...tags } })
      publish()
    },
    pid: async () => (await place.runtime.info()).pid,
    mapped: async (file: string) => {
      // HAProxy may not have it yet.
      const entries = await place.runtime
        .map(join(place.folder, file))
        .entries()
        .catch(() => [])
      return entries.map(({ key, value }) => `${key} ${value}`)
    },
    text: (file: string) => readFileSync(join(place.folder, file), 'utf8'),
  }
}
