import { HoldfastError } from '../core/errors.ts'
import { type CommandOptions, option } from './command.ts'

/** What `--days` says: at least one, and at most a hundred years. */
export function daysOf(options: CommandOptions, most = 36_500): number {
  const days = Number(option.text(options, 'days') ?? '90')
  if (Number.isInteger(days) && days > 0 && days <= most) return days
  const next = `Give a whole number${most < 36_500 ? ` up to ${most}` : ''}: --days 90`
  throw new HoldfastError('usage', { what: 'Not a number of days', next })
}
