/**
 * Asks the agent, or has it do something.
 *
 * @throws Error with the agent's own words where it refuses.
 */
export async function askAgent<T>(
  method: 'GET' | 'POST',
  path: string,
  token?: string,
): Promise<T> {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` }
  const response = await fetch(path, { method, ...(headers && { headers }) })
  const answer = (await response.json()) as T & { error?: string }
  if (!response.ok) throw new RefusedError(response.status, answer.error ?? response.statusText)
  return answer
}

/** The agent's refusal. */
export class RefusedError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
