import type { Command } from 'commander'
import type { Examination } from '@varve/core'
import type { Host } from '../host.js'
import { examinationText, verdictText } from '../output/examination.js'
import { openSession } from '../open-session.js'
import { addExamples } from './examples.js'

/** `varve doctor`: looks at everything a load needs, and says what to do about what is not as it should be. */
export function addDoctor(program: Command, host: Host, end: (exitCode: number) => void): void {
  const command = program
    .command('doctor')
    .summary('look for what would keep a load from working')
    .description('Looks at the configuration, the database, the ledger, what dead processes left, and the declared tables. Writes nothing. Each line is ok, warn or fail, and says what to do. Exit code 2 when a line fails, 3 when the database cannot be reached.')
    .action(async (_options: object, self: Command) => {
      await using session = await openSession(host, self)
      const { config, core, printer } = session
      const examinations: Examination[] = []
      const tell = (examination: Examination) => {
        examinations.push(examination)
        printer.line(examinationText(examination, printer.colors))
      }
      tell({ subject: 'configuration', status: 'ok', message: `${config.file ?? 'no file'}; the database is named by ${config.database.from}` })
      let exitCode = 0
      try {
        const engine = await session.engine()
        tell({ subject: 'engine', status: 'ok', message: engine.description })
        for await (const examination of core.examineWarehouse(engine, config.tables)) tell(examination)
        if (examinations.some(({ status }) => status === 'fail')) exitCode = core.errorCodes.V2011.exit
      } catch (error) {
        if (host.signal.aborted || !(error instanceof core.VarveError)) throw error
        tell({ subject: 'engine', status: 'fail', message: error.message })
        exitCode = error.exitCode
      }
      printer.result({ exitCode, examinations }, () => verdictText(examinations))
      end(exitCode)
    })
  addExamples(command, [
    ['varve doctor', 'everything, in lines'],
    ['varve doctor --json', 'for a monitor'],
  ])
}
