/**
 * Buffers that all uploads of a store share and use again and again: their number is the memory that uploads take,
 * however many there are and however large (design section 9). Whoever takes one gives it back, and never waits for
 * another while it holds one that only its own reader can fill: so somebody can always go on.
 */
export class PartBuffers {
  readonly #limit: number
  readonly #free: Buffer[] = []
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** In the order of asking. Not cleared: only what was filled may be sent. */
  async take(size: number): Promise<Buffer> {
    if (this.#taken < this.#limit) this.#taken++
    else await new Promise<void>((turn) => this.#waiting.push(turn))
    const fitting = this.#free.findIndex((buffer) => buffer.length === size)
    // One that does not fit makes room for one that does.
    const [found] = this.#free.splice(Math.max(fitting, 0), 1)
    return found?.length === size ? found : Buffer.allocUnsafeSlow(size)
  }

  give(buffer: Buffer): void {
    if (this.#free.length < this.#limit) this.#free.push(buffer)
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken--
  }
}
