import { request } from 'node:http'

// Clients of an address, as a process in the network of its test: a request each few milliseconds, each with a
// connection of its own. It writes a dot to stderr for each answer. After SIGTERM it prints them as JSON: time of the begin, milliseconds, and the answer
// or the error.

const [, , url = '', everyMs = '20', cookie = ''] = process.argv
/** Time in which a client gives up: three attempts of the kernel to connect. */
const timeoutMs = 4000

const made: [at: number, ms: number, answer: string, isOk: boolean][] = []
let open = 0

function send(): void {
  const at = Date.now()
  open++
  const done = (answer: string, isOk: boolean) => {
    open--
    made.push([at, Date.now() - at, answer, isOk])
    if (isOk) process.stderr.write('.')
  }
  const headers = { connection: 'close', ...(cookie !== '' && { cookie }) }
  const call = request(url, { agent: false, timeout: timeoutMs, headers }, response => {
    let text = ''
    response.setEncoding('utf8').on('data', (more: string) => (text += more))
    response.once('end', () => done(text.trim(), response.statusCode === 200))
    response.once('error', error => done(error.message, false))
  })
  call.once('timeout', () => call.destroy(new Error('timeout')))
  call.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message, false))
  call.end()
}

const timer = setInterval(send, Number(everyMs))
process.once('SIGTERM', () => {
  clearInterval(timer)
  const end = setInterval(() => {
    if (open > 0) return
    clearInterval(end)
    process.stdout.write(JSON.stringify(made))
  }, 20)
})
process.stdout.write('\n')
