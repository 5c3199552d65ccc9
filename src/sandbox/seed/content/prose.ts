const words =
  `anchor archive basin beacon binary border branch bridge buffer cabin cable carrier cedar channel chart circle clock
  cluster coast column compass copper corner cotton current delta depot digest dock drift eastern edge engine estuary
  fabric ferry field filter flag fleet fold forest frame freight garden gate glass granite grid ground harbour hatch
  heron hold horizon island journal kernel keel lantern layer ledger level lever light line linen lock lumber manifest
  map margin marker meadow meter mirror module morning mount needle north oak orbit order panel paper parcel path
  pier pilot pivot plain plank pole port press pulse quarry quay record reed registry ridge river rope route rudder
  sail sand scale seal shelf shore signal silver slate sluice snapshot south spindle spool stack station stem stone
  stream summer switch table tether thread tide timber token tower track trail valley vault vessel village wagon
  water wave west wharf wheel window winter wire yard`.split(/\s+/)

/** Deterministic noise with a name: the same name gives the same numbers on every machine. */
export function randomOf(name: string): () => number {
  let state = 2_166_136_261
  for (const char of name) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 16_777_619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Picking whole sentences keeps a few megabytes of text at a few milliseconds. */
const sentences = makeSentences(1024)

/** About as many bytes of plain text as asked for: never fewer, and at most one line more. */
export function prose(name: string, bytes: number): Buffer {
  const random = randomOf(name)
  const lines = [`${name}\n\n`]
  let size = name.length + 2
  while (size < bytes) {
    const line = sentences[Math.floor(random() * sentences.length)] ?? ''
    lines.push(line)
    size += line.length
  }
  return Buffer.from(lines.join(''), 'latin1')
}

function makeSentences(count: number): string[] {
  const random = randomOf('sentences')
  return Array.from({ length: count }, () => {
    const length = 8 + Math.floor(random() * 8)
    const chosen = Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? '')
    const text = chosen.join(' ')
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.\n`
  })
}
