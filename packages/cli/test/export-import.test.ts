import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { join } from 'node:path'
import { directoryWith, varve } from './varve.ts'

describe('an export of another desk', () => {
  it('of which no row fits is refused, takes no tenant, and says how its columns are to be called', async () => {
    const directory = directoryWith({
      'header.csv': 'Ticket;Subject;Changed\n7;Printer;2025-02-04\n8;Mail;2025-02-04\n',
      'times.csv': 'Ticket ID,Updated\n7,4 Feb\n',
      'list.ndjson': '[{"id":"8","Updated":"2025-02-04"}]\n',
      'empty.csv': 'Ticket ID,Updated\n',
    })
    const environment = { VARVE_DB: `pglite://${join(directory, 'db')}` }
    const told = async (file: string, ...more: string[]) => {
      const { exitCode, stderr } = await varve(['import', 'export', 'tickets', file, '--tenant', 'acme', '--log-level', 'silent', ...more], { directory, environment })
      return { exitCode, stderr }
    }
    expect(await told('header.csv')).toEqual({ exitCode: 2, stderr: expect.stringContaining('No row of the file fits tickets (2 were read), so nothing was loaded. Without "Ticket ID" or "id" and without "Updated" there is no telling which row is which and how new it is. The columns of the file are "Ticket;Subject;Changed"; they are to be called so to the letter.') as string })
    expect(await told('header.csv', '--delimiter', ';')).toEqual({ exitCode: 2, stderr: expect.stringContaining('The columns of the file are "Ticket", "Subject", "Changed"') as string })
    expect(await told('times.csv')).toEqual({ exitCode: 2, stderr: expect.stringContaining('No row of the file fits tickets (1 was read), so nothing was loaded. Each was set aside with its reason') as string })
    expect((await told('list.ndjson')).stderr).toContain('It is safe to run all of it again: varve import export tickets list.ndjson --tenant acme')
    await using engine = await openEngine(environment.VARVE_DB)
    expect((await engine.query(sql`select source from varve.etl_sync_status`)).rows).toEqual([])
    expect((await engine.query<{ message: string }>(sql`select message from varve.data_quality_issues where raw like '%4 Feb%'`)).rows).toHaveLength(1)
  })

  it('tells of columns that are not loaded', async () => {
    const directory = directoryWith({ 'acme.csv': 'Ticket ID,State,Status,Updated\n7,new,Open,2025-02-04\n,,,\n' })
    const environment = { VARVE_DB: `pglite://${join(directory, 'db')}` }
    expect(await varve(['import', 'export', 'tickets', 'acme.csv', '--tenant', 'acme'], { directory, environment })).toMatchObject({ exitCode: 0 })
    await using engine = await openEngine(environment.VARVE_DB)
    const { rows } = await engine.query(sql`select table_name, severity, message from varve.data_quality_issues where check_name = 'UNKNOWN_FIELD'`)
    expect(rows).toEqual([{ table_name: 'acme.tickets', severity: 'info', message: 'There is a field "State", which no column is for: it is not loaded.' }])
  })
})
