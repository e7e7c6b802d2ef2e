import { Random } from '../random.js'

/** Somebody who works at the desk. */
export interface OtcPerson {
  readonly userId: number
  /** As comments name them. */
  readonly login: string
  /** As tickets name them. Timesheets have both. */
  readonly fullName: string
  readonly team: string
}

/** Names that tell not enough. */
export interface OtcAmbiguities {
  /** One full name that two logins go by. */
  readonly fullName: { readonly fullName: string; readonly logins: readonly string[] }
  /** One login that was given to somebody else later. */
  readonly login: { readonly login: string; readonly fullNames: readonly string[] }
}

const firstNames = ['Amelia', 'Ben', 'Chloe', 'Daniel', 'Elif', 'Finn', 'Grace', 'Harry', 'Isla', 'Jack', 'Kira', 'Liam', 'Mia', 'Noah', 'Olivia', 'Priya', 'Quinn', 'Ruby', 'Sam', 'Tess', 'Uma', 'Vikram', 'Wei', 'Xavier', 'Yasmin', 'Zoë']
const lastNames = ['Nguyen', 'Chen', 'Smith', 'Patel', "O'Brien", 'Singh', 'Müller', 'van Dyk', 'Taylor', 'Kowalski', 'Okafor', 'Rossi', 'Tanaka', 'Walsh', 'Hughes', 'Lindqvist', 'Abbott', 'Barker', 'Castellan', 'Dunmore', 'Everett', 'Farrow', 'Gadsby', 'Hollis', 'Ingram', 'Jessop', 'Keane', 'Lockyer', 'Marlow', 'Norwood', 'Ostrov', 'Penrose', 'Quill', 'Redfern', 'Sterling', 'Thornbury']

/** Everybody at the desk: the last but one shares the full name of the last, and the first one's login belonged to somebody else before. */
export class OtcPeople {
  readonly all: readonly OtcPerson[]
  readonly ambiguities: OtcAmbiguities
  readonly automation = { userId: 1, login: 'svc-automation', fullName: 'Service Automation' } as const
  readonly #formerName: string

  constructor(seed: string, count: number, teams: readonly string[]) {
    const random = new Random(`${seed}/people`)
    const logins = new Set<string>([this.automation.login])
    const fullNames = new Set<string>()
    const people: OtcPerson[] = []
    for (let at = 0; at < count; at++) {
      const userId = 900 + at
      const team = teams[at % teams.length] ?? ''
      const twin = at === count - 1 ? people.at(-1) : undefined
      let first = random.pick(firstNames)
      // Every third has one of four last names, so that a last name alone tells nothing.
      const last = random.pick(at % 3 === 0 ? lastNames.slice(0, 4) : lastNames)
      while (fullNames.has(`${first} ${last}`)) first = fullNames.has(`${first} ${last}`) && random.chance(0.5) ? `${first}-${random.pick(firstNames)}` : random.pick(firstNames)
      const fullName = twin?.fullName ?? `${first} ${last}`
      fullNames.add(fullName)
      people.push({ userId, login: loginOf(fullName, logins), fullName, team })
    }
    this.all = people
    const [firstPerson, , ...rest] = people
    const lastPerson = rest.at(-1)
    const formerLast = lastNames.find((last) => !fullNames.has(`Kate ${last}`)) ?? 'Quartermain'
    this.#formerName = `Kate ${formerLast}`
    this.ambiguities = {
      fullName: { fullName: lastPerson?.fullName ?? '', logins: people.slice(-2).map(({ login }) => login) },
      login: { login: firstPerson?.login ?? '', fullNames: [this.#formerName, firstPerson?.fullName ?? ''] },
    }
  }

  /** The full name that went by a login, on a day of those that the timesheets cover, from 0. */
  fullNameOn(person: number, day: number): string {
    return person === 0 && day < 120 ? this.#formerName : this.at(person).fullName
  }

  at(index: number): OtcPerson {
    return this.all[index % this.all.length] as OtcPerson // the index is inside
  }

  /** The two who share a full name. */
  isTwin(index: number): boolean {
    return index >= this.all.length - 2
  }
}

function loginOf(fullName: string, taken: Set<string>): string {
  const [first = '', ...rest] = fullName.normalize('NFD').replaceAll(/[^A-Za-z ]/g, '').toLowerCase().split(' ')
  const base = `${first.slice(0, 1)}${rest.join('')}`
  let login = base
  for (let number = 2; taken.has(login); number++) login = `${base}${number}`
  taken.add(login)
  return login
}
