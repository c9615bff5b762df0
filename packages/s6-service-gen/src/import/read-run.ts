import { tellReady } from '../generate/plain-layout.js'
import { readRunAs } from '../generate/run-as.js'
import type { Longrun } from '../description/service-description.js'
import type { ServiceFolder } from '../tree/service-folders.js'
import { banner, splitExports, textOf } from '../shell-script.js'

/** The facts that a generated run script contains about its service. */
export interface OwnRun extends Pick<Longrun, 'environment' | 'limits' | 'user' | 'ready'> {
  readonly after: readonly string[]
}

/** The services that a run script waits for, as the plain layout writes it. */
export function waitsOf({ files }: ServiceFolder): string[] {
  const [, folders = ''] = /^ *s6-svwait -U (.*) &$/m.exec(files.get('run')?.content ?? '') ?? []
  return folders
    .split(' ')
    .filter(folder => folder.startsWith('../'))
    .map(folder => folder.slice('../'.length))
}

/** Returns whether a script was generated. */
export function isOwn(script: string | undefined): boolean {
  return script?.split('\n', 2)[1] === banner
}

/** Undoes what `longrunFiles` and the plain layout put into a run script of ours. */
export function readOwnRun(service: ServiceFolder): OwnRun {
  const script = service.files.get('run')?.content ?? ''
  const body = script
    .split('\n')
    .slice(2)
    .join('\n')
    .replace(/^exec 2>&1\n/, '')
  const [environment, rest] = splitExports(body)
  const lines = rest.trimEnd().split('\n')
  const last = lines.at(-1)?.split(' ') ?? []
  const everyMs = Number(last[last.indexOf('-w') + 1])
  const isChecked = last[1] === 's6-notifyoncheck'
  const { limits, user } = readRunAs(last.slice(isChecked ? afterCheck(last) : 1))
  const check = textOf(service.files.get('data/check')?.content ?? '')
  const ready = isChecked ? { check, everyMs } : tells(service, rest)
  return {
    environment,
    limits,
    ...(user === undefined ? {} : { user }),
    ...(ready ? { ready } : {}),
    after: waitsOf(service),
  }
}

/** Index behind the words of `s6-notifyoncheck`; its check may be one quoted word. */
function afterCheck(words: readonly string[]): number {
  const check = words.findIndex(word => word.endsWith("./data/check'"))
  return check === -1 ? words.indexOf('-w') + 2 : check + 1
}

/** A service tells its readiness itself where we do not tell it for the service. */
function tells({ files }: ServiceFolder, script: string): Longrun['ready'] {
  const fd = files.get('notification-fd')
  return fd && !script.includes(tellReady.join('\n')) ? { fd: Number(fd.content) } : undefined
}
