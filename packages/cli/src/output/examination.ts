import type { Examination } from '@varve/core'
import type { Colors } from './colors.js'
import { plural } from './numbers.js'

const indent = ' '.repeat(6)

/** An examination as a line, and what to do about it below. */
export function examinationText({ subject, status, message, advice }: Examination, colors: Colors): string {
  const mark = { ok: colors.green, warn: colors.yellow, fail: colors.red }[status](status.padEnd(4))
  return `${mark}  ${colors.bold(subject)}: ${message}${advice === undefined ? '' : `\n${indent}${colors.dim('→')} ${advice}`}`
}

/** What all of them come to. */
export function verdictText(examinations: readonly Examination[]): string {
  const count = (wanted: Examination['status']) => examinations.filter(({ status }) => status === wanted).length
  const [warnings, failures] = [count('warn'), count('fail')]
  if (warnings + failures === 0) return '\nAll is well.'
  return `\n${[failures > 0 ? `${plural(failures, 'line')} failed` : '', warnings > 0 ? plural(warnings, 'warning') : ''].filter((part) => part !== '').join(', ')}.`
}
