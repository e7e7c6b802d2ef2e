import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { sheetRows, type CellValue } from '../src/spreadsheet/sheet-rows.ts'
import { directoryWith } from './varve.ts'

async function collected(path: string): Promise<Readonly<Record<string, CellValue>>[]> {
  const rows = []
  for await (const row of sheetRows(path)) rows.push(row)
  return rows
}

it('reads the first sheet of a file that another library wrote: texts, numbers, truths, days, times, and nothing', async () => {
  const path = join(directoryWith(), 'export.xlsx')
  const first = [
    [null, null, null, null, null, null],
    ['TKT-Ticket ID', ' TKT-Title ', 'TKT-Created Time', 'TS-Time From', 'ok', null],
    [4180001, 'Größe <b> & "so" 𝒳', { value: new Date('2026-01-05T08:14:02Z'), type: Date, format: 'dd/mm/yyyy hh:mm' }, { value: 0.375, type: Number, format: 'hh:mm' }, true, 'no column of its own'],
    [null, null, null, null, null, null],
    [1.5, ' x ', null, null, false, null],
  ]
  await writeExcelFile([{ data: first, sheet: 'Export' }, { data: [['other']], sheet: 'Notes' }]).toFile(path)
  expect(await collected(path)).toEqual([
    { 'TKT-Ticket ID': 4180001, 'TKT-Title': 'Größe <b> & "so" 𝒳', 'TKT-Created Time': '2026-01-05T08:14:02', 'TS-Time From': '09:00', ok: true },
    { 'TKT-Ticket ID': 1.5, 'TKT-Title': ' x ', 'TKT-Created Time': null, 'TS-Time From': null, ok: false },
  ])
})

it('reads thousands of rows as they come', async () => {
  const path = join(directoryWith(), 'large.xlsx')
  await writeExcelFile([['id', 'text'], ...Array.from({ length: 5000 }, (_, at) => [at, `text ${at}`])]).toFile(path)
  const rows = await collected(path)
  expect(rows).toHaveLength(5000)
  expect(rows[4999]).toEqual({ id: 4999, text: 'text 4999' })
})

it('says what is wrong with a file that is no spreadsheet', async () => {
  const path = join(directoryWith({ 'old.xlsx': 'TKT-Ticket ID,TKT-Title\n' }), 'old.xlsx')
  await expect(collected(path)).rejects.toMatchObject({ code: 'V1006', message: expect.stringMatching(/is no spreadsheet in XLSX form .+Save it as \.xlsx, or as \.csv\./) as string })
})

it('says which part is broken, and leaves no file open when it is left early', async () => {
  const path = join(directoryWith(), 'export.xlsx')
  await writeExcelFile([['id'], [1], [2]]).toFile(path)
  for await (const row of sheetRows(path)) {
    expect(row).toEqual({ id: 1 })
    break
  }
  writeFileSync(path, '')
  await expect(collected(path)).rejects.toMatchObject({ code: 'V1006' })
})
