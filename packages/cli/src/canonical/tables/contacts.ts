import { from } from '@varve/core'
import { canonicalTable } from '../canonical-table.js'

const text = { type: 'text' } as const

/** People at companies. */
export const contacts = canonicalTable({
  name: 'contacts',
  history: 'type_1',
  key: 'id',
  sequence: 'last_updated',
  volatile: [],
  fields: {
    id: text,
    first_name: text,
    last_name: text,
    title: text,
    company_id: text,
    company_name: text,
    is_inactive: { type: 'boolean' },
    created_by: text,
    created_date: { type: 'timestamp' },
    last_updated: { type: 'timestamp' },
    last_updated_by: text,
  },
  services: {
    connectwise: {
      endpoint: 'contacts',
      fields: {
        id: from('id'),
        first_name: from('firstName'),
        last_name: from('lastName'),
        title: from('title'),
        company_id: from('company__id'),
        company_name: from('company__name'),
        is_inactive: from('inactiveFlag'),
        created_by: from('_info__enteredBy'),
        created_date: from('_info__dateEntered'),
        last_updated: from('_info__lastUpdated'),
        last_updated_by: from('_info__updatedBy'),
      },
    },
  },
})
