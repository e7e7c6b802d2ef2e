import { t, table } from '@varve/core'

/** What was written on tickets, by people and by machines. */
export const comments = table('servicedesk.comments', {
  commentId: t.integer().notNull(),
  ticketId: t.integer(),
  commentText: t.text(),
  userId: t.integer(),
  userName: t.text(),
  ownerType: t.text(),
  createdTime: t.timestamp(),
  visibleToCustomer: t.text(),
  commentType: t.text(),
  team: t.text(),
}, {
  primaryKey: ['commentId'],
  indexes: [
    { columns: ['ticketId'] },
    { columns: ['userName'] },
    { columns: ['createdTime'] },
    { columns: ['visibleToCustomer'] },
  ],
})
