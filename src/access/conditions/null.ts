import { type Context, lookUp } from '../context.ts'
import { either, maybe, no, type Truth, truthOf } from '../truth.ts'

/** Null asks whether a key is absent (`true`) or there (`false`). */
export function compileNull(key: string, values: readonly string[]): (context: Context) => Truth {
  const wanted = values.map((value) => value.toLowerCase())
  const isPlain = wanted.every((value) => value === 'true' || value === 'false')
  return (context) => {
    const found = lookUp(context, key)
    if (found === undefined || !isPlain) return maybe
    const absent = found === null || found.length === 0
    return wanted.reduce<Truth>((so, value) => either(so, truthOf(absent === (value === 'true'))), no)
  }
}
