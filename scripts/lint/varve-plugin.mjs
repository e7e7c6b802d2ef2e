// The two rules of the architecture that a linter can hold: imports point one way, and only the engine room knows an engine.
import { dirname, posix, sep } from 'node:path'

/** What each package may import. */
const arrows = {
  core: [],
  scd2: ['core'],
  connectors: ['core'],
  cli: ['connectors', 'scd2', 'core'],
}

const engineNames = ['pglite', 'postgres', 'postgresql', 'citus', 'mssql', 'sqlserver', 'clickhouse', 'chdb']
const drivers = ['pg', 'pg-copy-streams', 'pg-query-stream', 'postgres', 'mssql', 'tedious', 'chdb', '@clickhouse', '@electric-sql']
/** The parts of drizzle that belong to no dialect; every other sub-path does. */
const neutralDrizzle = ['column', 'column-builder', 'entity', 'sql', 'table', 'utils']

const importsPointOneWay = {
  meta: { type: 'problem', docs: { description: 'Imports point one way: cli to connectors and scd2, these to core.' } },
  create(context) {
    const here = placeOf(context.filename)
    if (!here || !(here.package in arrows)) return {}
    const allowed = arrows[here.package]
    return onImports((node, source) => {
      const [scope, name, ...inside] = source.split('/')
      if (scope === '@varve') {
        if (name !== here.package && !allowed.includes(name)) context.report({ node, message: `"${here.package}" must not import "${source}": ${mayImport(allowed)} (arrows: cli to connectors and scd2, these to core).` })
        else if (inside[0] === 'src' || inside[0] === 'dist') context.report({ node, message: `"${source}" reaches into a package. Import "@varve/${name}", and export there what you need.` })
      }
      const target = source.startsWith('.') && placeOf(posix.join(dirname(context.filename).split(sep).join('/'), source))
      if (target && target.package !== here.package) context.report({ node, message: `"${source}" reaches into the files of package "${target.package}". Import "@varve/${target.package}", where the arrows allow it.` })
    })
  },
}

const engineRoomOnly = {
  meta: { type: 'problem', docs: { description: 'Drivers, dialects and names of engines stay in packages/core/src/engine.' } },
  create(context) {
    const here = placeOf(context.filename)
    if (!here || here.inPackage.startsWith('test/') || /\.test(-d)?\.ts$/.test(here.inPackage) || isEngineRoom(here)) return {}
    const isSource = new Set()
    const name = (node, text) => {
      if (!isSource.has(node) && engineNames.includes(text.toLowerCase())) {
        context.report({ node, message: `"${text}" is the name of an engine, which only packages/core/src/engine knows. Ask engine.capabilities, or put the difference behind the seam.` })
      }
    }
    return {
      ...onImports((node, source) => {
        isSource.add(node)
        if (isDriver(source)) context.report({ node, message: `"${source}" is a driver or a dialect, which only packages/core/src/engine imports.` })
        const target = source.startsWith('.') && placeOf(posix.join(dirname(context.filename).split(sep).join('/'), source))
        const mayReadTables = here.path === 'core/src/table/table.ts' && source.endsWith('/drizzle-table.js')
        if (target && /^core\/src\/engine\/[^/]+\//.test(target.path) && !mayReadTables) context.report({ node, message: `"${source}" is the inside of one engine. Import what stands in packages/core/src/engine itself.` })
      }),
      Literal(node) {
        if (typeof node.value === 'string') name(node, node.value)
      },
      TemplateLiteral(node) {
        if (node.expressions.length === 0) name(node, node.quasis[0].value.cooked)
      },
    }
  },
}

/** Where a file is: its package and its path in it. Files outside packages/ are free. */
function placeOf(path) {
  const match = /(?:^|\/)packages\/(([^/]+)\/(.+))$/.exec(path.split(sep).join('/'))
  return match && { path: match[1], package: match[2], inPackage: match[3] }
}

function isEngineRoom(place) {
  return place.package === 'core' && place.inPackage.startsWith('src/engine/')
}

function isDriver(source) {
  const [first, second] = source.split('/')
  return first === 'drizzle-orm' ? second !== undefined && !neutralDrizzle.includes(second) : drivers.includes(first)
}

function mayImport(allowed) {
  return allowed.length === 0 ? 'it may import no other package' : `it may import ${allowed.map((name) => `@varve/${name}`).join(', ')}`
}

/** Visits the source of every import, export … from, import() and type import(). */
function onImports(visit) {
  const check = (source) => {
    if (source && source.type === 'Literal' && typeof source.value === 'string') visit(source, source.value)
  }
  return {
    ImportDeclaration: (node) => check(node.source),
    ExportNamedDeclaration: (node) => check(node.source),
    ExportAllDeclaration: (node) => check(node.source),
    ImportExpression: (node) => check(node.source),
    TSImportType: (node) => check(node.source),
  }
}

export default { meta: { name: 'varve' }, rules: { arrows: importsPointOneWay, 'engine-room': engineRoomOnly } }
