import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { haproxyHead, haproxyPlace, startHaproxy, type Tidy } from 'real-components'

/** A command to a running HAProxy. */
export type Ask = (command: string) => Promise<string>

/** Starts HAProxy with proxies that have the timeouts of the kit's defaults, or their own. */
export async function runHaproxy(t: Tidy, program: string, proxies: string): Promise<Ask> {
  const place = haproxyPlace(t)
  await startHaproxy(t, place, `${haproxyHead(place)}${proxies}`, program)
  return command => {
    const socket = connect(place.runtimeSocket)
    socket.end(`${command}\n`)
    return text(socket)
  }
}
