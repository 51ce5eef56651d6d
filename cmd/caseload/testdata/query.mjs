// Runs statements in DuckDB, each read from a line of JSON on standard input, and
// prints what each gives as a table of text.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const db = await (await DuckDBInstance.create(':memory:')).connect()
for (const sql of JSON.parse(readFileSync(0, 'utf8'))) {
  const result = await db.runAndReadAll(sql)
  const rows = [result.columnNames(), ...result.getRows()].map(r => r.map(x => x === null ? '' : String(x)))
  const widths = rows[0].map((_, c) => Math.max(...rows.map(r => r[c].length)))
  console.log(rows.map(r => r.map((x, c) => isNaN(x) ? x.padEnd(widths[c]) : x.padStart(widths[c])).join('  ').trimEnd()).join('\n'))
  console.log('\x1e')
}
