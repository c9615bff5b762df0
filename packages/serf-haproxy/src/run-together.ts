/**
 * Runs parts until all of them end. If one fails, the others end before this rejects.
 *
 * @param start - starts the parts; each ends soon after its signal aborts
 */
export async function runTogether(
  end: AbortSignal,
  start: (signal: AbortSignal) => readonly Promise<void>[],
): Promise<void> {
  const failed = new AbortController()
  const parts = start(AbortSignal.any([end, failed.signal]))
  try {
    await Promise.all(parts)
  } catch (error) {
    failed.abort()
    await Promise.allSettled(parts)
    throw error
  }
}
