import { Rejection } from '../table/value/rejection.js'
import { valueText } from './value-text.js'

const answers = new Map([['yes', true], ['y', true], ['true', true], ['1', true], ['no', false], ['n', false], ['false', false], ['0', false]])

/** Reads yes or no. */
export function readYesNo(value: unknown): boolean | Rejection {
  if (typeof value === 'boolean') return value
  return answers.get(valueText(value)?.trim().toLowerCase() ?? '') ?? new Rejection('type', 'is neither yes nor no: allowed are yes/no, y/n, true/false and 1/0')
}
