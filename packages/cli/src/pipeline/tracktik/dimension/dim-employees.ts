import type { TracktikEmployee } from '@varve/connectors'
import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'
import type { Organisation } from '../organisation.js'
import { housekeeping } from './housekeeping.js'

/** Employees, those who have left included. */
export const dimEmployees = table('tracktik.dim_employees', {
  employeeId: t.integer().notNull(),
  customId: t.text(50),
  firstName: t.text(100),
  lastName: t.text(100),
  email: t.text(255),
  phone: t.text(50),
  jobTitle: t.text(100),
  status: t.text(20),
  regionId: t.integer(),
  regionName: t.text(100),
  sourceUpdatedOn: t.timestamp().notNull(),
})

export class EmployeeDimension extends scd2Dimension(dimEmployees, { key: ['employeeId'], sequence: 'sourceUpdatedOn', deletes: 'close', housekeeping }) {}

export function employeeRows(organisation: Organisation, employees: readonly TracktikEmployee[]) {
  return employees.map((employee) => {
    const region = organisation.region(employee.region)
    return {
      employeeId: employee.id,
      customId: employee.customId,
      firstName: employee.firstName,
      lastName: employee.lastName,
      email: employee.email,
      phone: employee.primaryPhone,
      jobTitle: employee.jobTitle,
      status: employee.status,
      regionId: employee.region,
      regionName: region?.name ?? null,
      sourceUpdatedOn: organisation.changedOn(employee, [[employee.region, region]]),
    }
  })
}
