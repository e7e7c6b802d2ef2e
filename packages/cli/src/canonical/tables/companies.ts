import { from } from '@varve/core'
import { canonicalTable } from '../canonical-table.js'

const text = { type: 'text' } as const

/** Customers and other companies. */
export const companies = canonicalTable({
  name: 'companies',
  history: 'type_1',
  key: 'id',
  sequence: 'last_updated',
  volatile: [],
  fields: {
    id: text,
    identifier: text,
    name: text,
    status: text,
    territory: text,
    address: text,
    city: text,
    state: text,
    zip: text,
    country: text,
    phone: text,
    website: text,
    is_deleted: { type: 'boolean' },
    last_updated: { type: 'timestamp' },
    last_updated_by: text,
  },
  services: {
    connectwise: {
      endpoint: 'companies',
      fields: {
        id: from('id'),
        identifier: from('identifier'),
        name: from('name'),
        status: from('status__name'),
        territory: from('territory__name'),
        address: from('addressLine1'),
        city: from('city'),
        state: from('state'),
        zip: from('zip'),
        country: from('country__name'),
        phone: from('phoneNumber'),
        website: from('website'),
        is_deleted: from('deletedFlag'),
        last_updated: from('_info__lastUpdated'),
        last_updated_by: from('_info__updatedBy'),
      },
    },
  },
})
