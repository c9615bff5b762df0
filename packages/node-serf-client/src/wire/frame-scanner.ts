import { childCount, objectSize } from './msgpack-object.js'
import { SerfError } from '../serf-error.js'

/** Serf's own messages nest four deep. */
const deepest = 16

/**
 * Cuts a stream of bytes into whole msgpack objects, however the bytes were
 * split. Nothing is decoded, and nothing reserved, before an object is
 * complete: a peer that announces more than it sends costs only what it sent.
 */
export class FrameScanner {
  readonly #maxFrameBytes: number
  #bytes: Buffer = Buffer.alloc(0)
  /** Where the open frame begins, the scan stands, and the bytes end. */
  #start = 0
  #at = 0
  #end = 0
  /** How many objects are still missing in each array or map that is open. */
  #missing: number[] = []

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /** Whether a frame has begun and not ended. */
  get isOpen(): boolean {
    return this.#end > this.#start
  }

  /**
   * Takes further bytes and gives the frames that they complete. The frames
   * are views: their bytes are never written again.
   *
   * @throws SerfError `protocol` for bytes that are no msgpack, for a frame
   * beyond the limit, announced or real, and for one that nests too deep.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#append(chunk)
    const frames: Uint8Array[] = []
    for (;;) {
      const size = objectSize(this.#bytes, this.#at, this.#end)
      if (this.#at === this.#end || size === undefined) break
      this.#check(size)
      if (this.#at + size > this.#end) break
      const children = childCount(this.#bytes, this.#at)
      this.#check(size + children)
      this.#at += size
      if (children > 0) this.#descend(children)
      else if (this.#ascend()) {
        const { buffer, byteOffset } = this.#bytes
        frames.push(new Uint8Array(buffer, byteOffset + this.#start, this.#at - this.#start))
        this.#start = this.#at
      }
    }
    return frames
  }

  #descend(children: number): void {
    this.#missing.push(children)
    if (this.#missing.length > deepest) throw notSerf(`objects nested deeper than ${deepest}`)
  }

  /** Counts a complete object; true where it completes the frame. */
  #ascend(): boolean {
    for (let depth = this.#missing.length - 1; depth >= 0; depth--) {
      const left = (this.#missing[depth] ?? 0) - 1
      this.#missing[depth] = left
      if (left > 0) return false
      this.#missing.pop()
    }
    return true
  }

  /** What the object at hand needs at least has to fit the frame. */
  #check(bytes: number): void {
    if (Number.isNaN(bytes)) throw notSerf('a byte that msgpack never uses')
    const frame = this.#at + bytes - this.#start
    if (frame > this.#maxFrameBytes) {
      throw notSerf(`a frame of ${frame} bytes or more, where ${this.#maxFrameBytes} are allowed`)
    }
  }

  #append(chunk: Uint8Array): void {
    const open = this.#end - this.#start
    if (open === 0) {
      this.#bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      this.#start = this.#at = 0
      this.#end = chunk.length
      return
    }
    if (this.#end + chunk.length > this.#bytes.length) {
      // Twice as much each time, so that a long frame is copied a few times only.
      const grown = Buffer.allocUnsafeSlow(Math.max(2 * open, open + chunk.length))
      this.#bytes.copy(grown, 0, this.#start, this.#end)
      this.#bytes = grown
      this.#at -= this.#start
      this.#start = 0
      this.#end = open
    }
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }
}

function notSerf(found: string): SerfError {
  return new SerfError('protocol', `What the Serf agent sent cannot be read: found ${found}`)
}
