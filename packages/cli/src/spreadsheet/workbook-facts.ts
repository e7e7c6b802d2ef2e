import { posix } from 'node:path'
import { VarveError } from '@varve/core'
import { dateForm, type DateForm } from './date-formats.js'
import type { Workbook } from './open-workbook.js'
import { readXml } from './xml-events.js'

/** What has to be known of a workbook before the cells of a sheet mean anything. */
export interface WorkbookFacts {
  /** The part that is the first sheet. */
  readonly sheet: string
  /** Texts that cells name by their number. */
  readonly texts: readonly string[]
  /** Of each style whether it shows numbers as days or times. */
  readonly dateForms: readonly (DateForm | undefined)[]
  /** Whether days are counted from 1904. */
  readonly since1904: boolean
}

const workbookPart = 'xl/workbook.xml'

/** @throws VarveError V1006 when there is no sheet. */
export async function readWorkbookFacts(workbook: Workbook): Promise<WorkbookFacts> {
  let relation: string | undefined
  let since1904 = false
  await readXml(await workbook.read(workbookPart), workbookPart, {
    open: (name, attributes) => {
      if (name === 'workbookPr') since1904 = ['1', 'true'].includes(attributes['date1904'] ?? '')
      if (name === 'sheet') relation ??= attributes['r:id'] ?? Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1]
    },
  })
  if (relation === undefined) throw new VarveError('V1006', 'The spreadsheet has no sheet. Save the one with the rows in it, or save it as .csv.')
  return { sheet: await sheetPart(workbook, relation), texts: await readTexts(workbook), dateForms: await readDateForms(workbook), since1904 }
}

async function sheetPart(workbook: Workbook, relation: string): Promise<string> {
  const part = 'xl/_rels/workbook.xml.rels'
  let target: string | undefined
  await readXml(await workbook.read(part), part, {
    open: (name, attributes) => {
      if (name === 'Relationship' && attributes['Id'] === relation) target = attributes['Target']
    },
  })
  return target?.startsWith('/') ? target.slice(1) : posix.join('xl', target ?? 'worksheets/sheet1.xml')
}

/** All texts are kept, since a cell may name any of them: what a sheet takes in memory is its different texts. */
async function readTexts(workbook: Workbook): Promise<string[]> {
  const part = 'xl/sharedStrings.xml'
  const texts: string[] = []
  if (!workbook.has(part)) return texts
  let text = ''
  let isText = false
  let isReadingHelp = false
  await readXml(await workbook.read(part), part, {
    open: (name) => {
      if (name === 'si') text = ''
      else if (name === 'rPh') isReadingHelp = true
      else if (name === 't') isText = !isReadingHelp
    },
    text: (found) => {
      if (isText) text += found
    },
    close: (name) => {
      if (name === 'si') texts.push(text)
      else if (name === 'rPh') isReadingHelp = false
      else if (name === 't') isText = false
    },
  })
  return texts
}

async function readDateForms(workbook: Workbook): Promise<(DateForm | undefined)[]> {
  const part = 'xl/styles.xml'
  const codes = new Map<number, string>()
  const forms: (DateForm | undefined)[] = []
  if (!workbook.has(part)) return forms
  let isOfCells = false
  await readXml(await workbook.read(part), part, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '')
      else if (name === 'cellXfs') isOfCells = true
      else if (name === 'xf' && isOfCells) {
        const id = Number(attributes['numFmtId'] ?? 0)
        forms.push(dateForm(id, codes.get(id)))
      }
    },
    close: (name) => {
      if (name === 'cellXfs') isOfCells = false
    },
  })
  return forms
}
