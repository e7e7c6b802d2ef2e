import { from } from '@varve/core'
import { canonicalTable } from '../canonical-table.js'

const text = { type: 'text' } as const
const instant = { type: 'timestamp' } as const

/** Time that was charged to tickets, projects and the like. */
export const timeEntries = canonicalTable({
  name: 'time_entries',
  history: 'type_1',
  key: 'id',
  sequence: 'last_updated',
  volatile: [],
  fields: {
    id: text,
    company_id: text,
    company_name: text,
    charge_to_id: text,
    charge_to_type: text,
    member_id: text,
    member_name: text,
    work_type: text,
    work_role: text,
    time_start: instant,
    time_end: instant,
    actual_hours: { type: 'float' },
    billable_option: text,
    notes: text,
    status: text,
    created_by: text,
    created_date: instant,
    last_updated: instant,
    last_updated_by: text,
  },
  services: {
    connectwise: {
      endpoint: 'timeEntries',
      fields: {
        id: from('id'),
        company_id: from('company__id'),
        company_name: from('company__name'),
        charge_to_id: from('chargeToId'),
        charge_to_type: from('chargeToType'),
        member_id: from('member__id'),
        member_name: from('member__name', 'member__identifier'),
        work_type: from('workType__name'),
        work_role: from('workRole__name'),
        time_start: from('timeStart'),
        time_end: from('timeEnd'),
        actual_hours: from('actualHours'),
        billable_option: from('billableOption'),
        notes: from('notes'),
        status: from('status'),
        created_by: from('_info__enteredBy'),
        created_date: from('_info__dateEntered'),
        last_updated: from('_info__lastUpdated'),
        last_updated_by: from('_info__updatedBy'),
      },
    },
  },
})
