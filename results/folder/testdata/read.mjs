// Reads a Parquet file with a reader that is not ours and prints it as JSON:
// its metadata, and its rows, a number as the text that reads back as it.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const file = await asyncBufferFromFile(process.argv[2])
const meta = await parquetMetadataAsync(file)
const rows = await parquetReadObjects({ file, compressors })
const cell = (v) => (v === null || v === undefined ? null : String(v))
process.stdout.write(JSON.stringify({
  metadata: Object.fromEntries(meta.key_value_metadata.map((e) => [e.key, e.value])),
  columns: meta.schema.slice(1).map((e) => e.name),
  rows: rows.map((r) => meta.schema.slice(1).map((e) => cell(r[e.name]))),
}))
